using k8s.Models;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Subresources;

/// <summary><c>services/proxy</c>: one of the service's ready endpoints.</summary>
internal sealed class ServiceProxyHandler(HttpForwarder forwarder, ConnectAdmission admission, NodeLocator locator, ServedResources resources, ObjectReader reader)
    : ProxyHandler(forwarder, admission, "services", "ServiceProxyOptions")
{
    private int _turn;

    /// <inheritdoc />
    protected override async ValueTask<Backend> FindAsync(ApiRequest request)
    {
        var (scheme, name, wanted) = Split(request.Info.Name);
        var service = (V1Service)(await locator.GetAsync(typeof(V1Service), request.Info.Key with { Name = name }, request.Cancellation).ConfigureAwait(false)).Value;
        var ports = service.Spec.Ports ?? [];
        var isNumber = TryPort(wanted, out var number);
        var port = wanted.Length == 0 && ports.Count == 1 ? ports[0] : ports.FirstOrDefault(item => isNumber ? item.Port == number : (item.Name ?? string.Empty) == wanted);
        if (port is null) { throw ApiErrors.Unavailable($"no service port \"{wanted}\" found for service \"{name}\""); }

        var slices = resources.Find(typeof(V1EndpointSlice)) ?? throw Refusals.NoSuchPath();
        var selection = Selection.Parse(slices, request.Info.Namespace, $"kubernetes.io/service-name={name}", null);
        var list = await reader.ListAsync(slices, new ListCall(selection), request.Cancellation).ConfigureAwait(false);
        var backends = list.Items.Select(static item => (V1EndpointSlice)item.Value).SelectMany(slice => BackendsOf(slice, port.Name ?? string.Empty, scheme)).ToList();
        if (backends.Count == 0) { throw ApiErrors.Unavailable($"no endpoints available for service \"{name}\""); }
        return backends[(int)((uint)Interlocked.Increment(ref _turn) % backends.Count)];
    }

    private static IEnumerable<Backend> BackendsOf(V1EndpointSlice slice, string portName, string scheme)
    {
        if ((slice.Ports ?? []).FirstOrDefault(item => (item.Name ?? string.Empty) == portName)?.Port is not { } port) { return []; }
        return (slice.Endpoints ?? []).Where(static endpoint => endpoint.Conditions?.Ready != false).SelectMany(static endpoint => endpoint.Addresses)
            .Select(address => new Backend(scheme, address, port, IsKubelet: false));
    }
}
