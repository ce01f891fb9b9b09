using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/portforward</c>: a tunnel to the node agent.</summary>
internal sealed class PodPortForwardHandler(NodeLocator locator, UpgradeTunnel tunnel, ConnectAdmission admission) : IConnectHandler
{
    /// <inheritdoc />
    public string Resource => "pods";

    /// <inheritdoc />
    public string Subresource => "portforward";

    /// <inheritdoc />
    public string Kind => "PodPortForwardOptions";

    /// <inheritdoc />
    public IReadOnlyList<string> Verbs { get; } = ["create", "get"];

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request, ServedResource resource)
    {
        if (request.Info.Verb is not ("get" or "create")) { throw Refusals.MethodNotAllowed(); }
        await admission.RequireAsync(request, resource, Kind).ConfigureAwait(false);
        var pod = await locator.PodAsync(request.Info.Key, request.Cancellation).ConfigureAwait(false);
        if (string.IsNullOrEmpty(pod.Spec.NodeName)) { throw ApiErrors.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned"); }
        var node = await locator.NodeAsync(pod.Spec.NodeName, request.Cancellation).ConfigureAwait(false);
        var ports = string.Join('&', request.Query["ports"].Select(static port => $"port={Uri.EscapeDataString(port ?? string.Empty)}"));
        await tunnel.RunAsync(request, node, $"/portForward/{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}{(ports.Length == 0 ? string.Empty : "?" + ports)}").ConfigureAwait(false);
    }
}
