using Orch.ApiServer.Proxying;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/proxy</c>.</summary>
internal sealed class PodProxyHandler(HttpForwarder forwarder, ConnectAdmission admission, NodeLocator locator) : ProxyHandler(forwarder, admission, "pods", "PodProxyOptions")
{
    /// <inheritdoc />
    protected override async ValueTask<Backend> FindAsync(ApiRequest request)
    {
        var (scheme, name, wanted) = Split(request.Info.Name);
        var pod = await locator.PodAsync(request.Info.Key with { Name = name }, request.Cancellation).ConfigureAwait(false);
        var ports = pod.Spec.Containers.SelectMany(static container => container.Ports ?? []).ToList();
        if (!TryPort(wanted, out var port))
        {
            port = wanted.Length == 0 ? ports.FirstOrDefault()?.ContainerPort ?? (scheme == "https" ? 443 : 80) : ports.Find(item => item.Name == wanted)?.ContainerPort ?? 0;
        }

        if (port == 0) { throw ApiErrors.BadRequest($"invalid pod request \"{request.Info.Name}\""); }
        return string.IsNullOrEmpty(pod.Status?.PodIP) ? throw ApiErrors.BadRequest("address not allowed") : new Backend(scheme, pod.Status.PodIP, port, IsKubelet: false);
    }
}
