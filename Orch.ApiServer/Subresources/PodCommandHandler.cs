using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/exec</c> and <c>pods/attach</c>: a tunnel to the node agent.</summary>
internal abstract class PodCommandHandler(NodeLocator locator, UpgradeTunnel tunnel, ConnectAdmission admission, string subresource, string kind) : IConnectHandler
{
    /// <inheritdoc />
    public string Resource => "pods";

    /// <inheritdoc />
    public string Subresource { get; } = subresource;

    /// <inheritdoc />
    public string Kind { get; } = kind;

    /// <inheritdoc />
    public IReadOnlyList<string> Verbs { get; } = ["create", "get"];

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request, ServedResource resource)
    {
        if (request.Info.Verb is not ("get" or "create")) { throw Refusals.MethodNotAllowed(); }
        await admission.RequireAsync(request, resource, Kind).ConfigureAwait(false);
        var pod = await locator.PodAsync(request.Info.Key, request.Cancellation).ConfigureAwait(false);
        var container = PodContainers.Choose(pod, QueryOptions.Text(request.Query, "container"));
        if (string.IsNullOrEmpty(pod.Spec.NodeName)) { throw ApiErrors.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned"); }
        var node = await locator.NodeAsync(pod.Spec.NodeName, request.Cancellation).ConfigureAwait(false);
        var target = $"/{Subresource}/{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}/{Uri.EscapeDataString(container)}{QueryFor(request.Query)}";
        await tunnel.RunAsync(request, node, target).ConfigureAwait(false);
    }

    // The node agent has its own names for the streams.
    private static string QueryFor(IQueryCollection query)
    {
        var result = new StringBuilder();
        if (QueryOptions.Flag(query, "stdin")) { result.Append("&input=1"); }
        if (!query.ContainsKey("stdout") || QueryOptions.Flag(query, "stdout")) { result.Append("&output=1"); }
        var hasTty = QueryOptions.Flag(query, "tty");
        if (!hasTty && (!query.ContainsKey("stderr") || QueryOptions.Flag(query, "stderr"))) { result.Append("&error=1"); }
        if (hasTty) { result.Append("&tty=1"); }
        foreach (var argument in query["command"]) { result.Append("&command=").Append(Uri.EscapeDataString(argument ?? string.Empty)); }
        return result.Length == 0 ? string.Empty : $"?{result.ToString(1, result.Length - 1)}";
    }
}
