using Orch.ApiServer.Proxying;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary><c>nodes/proxy</c>: the node agent itself.</summary>
internal sealed class NodeProxyHandler(HttpForwarder forwarder, ConnectAdmission admission, NodeLocator locator) : ProxyHandler(forwarder, admission, "nodes", "NodeProxyOptions")
{
    /// <inheritdoc />
    protected override async ValueTask<Backend> FindAsync(ApiRequest request)
    {
        var (scheme, name, wanted) = Split(request.Info.Name);
        var node = await locator.NodeAsync(name, request.Cancellation).ConfigureAwait(false);
        return TryPort(wanted, out var port) && port != node.Port ? new Backend(scheme, node.Host, port, IsKubelet: false) : node;
    }
}
