using k8s;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Proxying;

/// <summary>The options of a stream as admission sees them: <c>PodExecOptions</c>, <c>PodAttachOptions</c>, <c>PodPortForwardOptions</c> or a proxy's.</summary>
internal sealed record ConnectOptions : IKubernetesObject
{
    /// <inheritdoc />
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public required string Kind { get; set; }

    public bool? Stdin { get; init; }

    public bool? Stdout { get; init; }

    public bool? Stderr { get; init; }

    public bool? Tty { get; init; }

    public string? Container { get; init; }

    public IList<string>? Command { get; init; }

    public IList<int>? Ports { get; init; }

    public string? Path { get; init; }

    /// <summary>Reads them from a request; what the kind does not have stays null.</summary>
    public static ConnectOptions Of(ApiRequest request, string kind)
    {
        var query = request.Query;
        switch (kind)
        {
            case "PodExecOptions" or "PodAttachOptions":
                return new ConnectOptions
                {
                    Kind = kind, Stdin = Flag(query, "stdin"), Stdout = Flag(query, "stdout"), Stderr = Flag(query, "stderr"), Tty = Flag(query, "tty"),
                    Container = QueryOptions.Text(query, "container") is { Length: > 0 } container ? container : null,
                    Command = kind == "PodExecOptions" ? Texts(query["command"]) : null,
                };
            case "PodPortForwardOptions":
                return new ConnectOptions { Kind = kind, Ports = [.. Texts(query["ports"]).Select(static text => int.TryParse(text, out var port) ? port : 0)] };
            default:
                return new ConnectOptions { Kind = kind, Path = request.Info.Rest.Length == 0 ? null : request.Info.Rest };
        }
    }

    private static bool? Flag(IQueryCollection query, string name) => QueryOptions.Flag(query, name) ? true : null;

    private static List<string> Texts(StringValues values) => [.. values.Select(static text => text ?? string.Empty)];
}
