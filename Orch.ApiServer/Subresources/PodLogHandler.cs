using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/log</c>, from the node agent.</summary>
internal sealed class PodLogHandler(NodeLocator locator, HttpForwarder forwarder) : IConnectHandler
{
    private static readonly GroupVersionKind OptionsKind = new(string.Empty, "v1", "PodLogOptions");
    private static readonly string[] Numbers = ["sinceSeconds", "tailLines", "limitBytes"];
    private static readonly string[] Flags = ["follow", "previous", "timestamps"];

    /// <inheritdoc />
    public string Resource => "pods";

    /// <inheritdoc />
    public string Subresource => "log";

    /// <inheritdoc />
    public string Kind => "Pod";

    /// <inheritdoc />
    public IReadOnlyList<string> Verbs { get; } = ["get"];

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request, ServedResource resource)
    {
        if (request.Info.Verb != "get") { throw Refusals.MethodNotAllowed(); }
        var query = QueryFor(request.Query);
        var pod = await locator.PodAsync(request.Info.Key, request.Cancellation).ConfigureAwait(false);
        var container = PodContainers.Choose(pod, QueryOptions.Text(request.Query, "container"));
        if (string.IsNullOrEmpty(pod.Spec.NodeName))
        {
            await Answer.TextAsync(request, StatusCodes.Status200OK, string.Empty, "text/plain").ConfigureAwait(false);
            return;
        }

        var node = await locator.NodeAsync(pod.Spec.NodeName, request.Cancellation).ConfigureAwait(false);
        var target = $"/containerLogs/{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}/{Uri.EscapeDataString(container)}{query}";
        await forwarder.StreamAsync(request, node, target, "text/plain").ConfigureAwait(false);
    }

    private static string QueryFor(IQueryCollection query)
    {
        var errors = new FieldErrors();
        var result = new StringBuilder();
        foreach (var flag in Flags)
        {
            if (QueryOptions.Flag(query, flag)) { Add(result, flag, "true"); }
        }

        foreach (var name in Numbers)
        {
            if (!query.ContainsKey(name)) { continue; }
            var value = QueryOptions.Number(query, name);
            var minimum = name == "tailLines" ? 0 : 1;
            if (value < minimum) { errors.Invalid(FieldPath.Of(name), value, $"must be greater than {(minimum == 0 ? "or equal to " : string.Empty)}0"); }
            Add(result, name, value.ToString(CultureInfo.InvariantCulture));
        }

        var since = QueryOptions.Text(query, "sinceTime");
        if (since.Length > 0)
        {
            if (query.ContainsKey("sinceSeconds")) { errors.Forbidden(FieldPath.Of("sinceSeconds"), "at most one of `sinceTime` or `sinceSeconds` may be specified"); }
            if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out _)) { throw ApiErrors.BadRequest($"parsing time \"{since}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse"); }
            Add(result, "sinceTime", since);
        }

        var stream = QueryOptions.Text(query, "stream");
        if (stream.Length > 0)
        {
            if (stream is not ("All" or "Stdout" or "Stderr")) { errors.NotSupported(FieldPath.Of("stream"), stream, "All", "Stderr", "Stdout"); }
            Add(result, "stream", stream);
        }

        if (errors.Count > 0) { throw ApiErrors.Invalid(OptionsKind, string.Empty, errors); }
        return result.ToString();
    }

    private static void Add(StringBuilder query, string name, string value)
        => query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
}
