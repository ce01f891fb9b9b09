using k8s.Models;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.Resources;

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
        if (isNumber)
        {
            wanted = (ports.FirstOrDefault(item => item.Port == number) ?? throw ApiErrors.Unavailable($"no service port {number} found for service \"{name}\"")).Name ?? string.Empty;
        }

        var slices = resources.Find(typeof(V1EndpointSlice)) ?? throw Refusals.NoSuchPath();
        var selection = Selection.Parse(slices, request.Info.Namespace, $"kubernetes.io/service-name={name}", null);
        var list = await reader.ListAsync(slices, new ListCall(selection), request.Cancellation).ConfigureAwait(false);
        var places = list.Items.Select(static item => (V1EndpointSlice)item.Value).SelectMany(slice => PlacesOf(slice, wanted)).ToList();
        var turn = (uint)Interlocked.Increment(ref _turn);
        for (var index = 0u; index < places.Count; index++)
        {
            var (endpoint, address, at) = places[(int)((turn + index) % places.Count)];
            if (await IsOfPodAsync(request, endpoint, address).ConfigureAwait(false)) { return new Backend(scheme, address, at, IsKubelet: false); }
        }

        throw ApiErrors.Unavailable($"no endpoints available for service \"{(list.Items.Count == 0 ? name : request.Info.Name)}\"");
    }

    // Endpoints may be written by people; only what is a pod's of the same namespace is led to, else anybody could be reached.
    private async ValueTask<bool> IsOfPodAsync(ApiRequest request, V1Endpoint endpoint, string address)
    {
        if (endpoint.TargetRef is not { Kind: "Pod" } target || target.NamespaceProperty != request.Info.Namespace) { return false; }
        try
        {
            var pod = await locator.PodAsync(new ObjectKey(request.Info.Namespace, target.Name), request.Cancellation).ConfigureAwait(false);
            return pod.Status?.PodIP == address || pod.Status?.PodIPs?.Any(item => item.Ip == address) == true;
        }
        catch (Client.ApiException gone) when (gone.IsNotFound)
        {
            return false;
        }
    }

    private static IEnumerable<(V1Endpoint Endpoint, string Address, int Port)> PlacesOf(V1EndpointSlice slice, string portName)
    {
        if ((slice.Ports ?? []).FirstOrDefault(item => (item.Name ?? string.Empty) == portName)?.Port is not { } port) { return []; }
        return (slice.Endpoints ?? []).Where(static endpoint => endpoint.Conditions?.Ready != false)
            .SelectMany(endpoint => endpoint.Addresses.Select(address => (endpoint, address, port)));
    }
}
