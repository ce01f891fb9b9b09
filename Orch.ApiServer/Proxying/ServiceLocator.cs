using System.Net.Sockets;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.Resources;

namespace Orch.ApiServer.Proxying;

/// <summary>Finds where a port of a service is answered, for calls that the server itself makes.</summary>
/// <remarks>The server may stand outside the pod network's service routing, so it goes to an endpoint and not to the service's address.</remarks>
internal sealed class ServiceLocator(ServedResources resources, ObjectReader reader)
{
    private int _turn;

    /// <summary>An address and port of a ready endpoint; of a service of type ExternalName its name.</summary>
    /// <exception cref="Client.ApiException">503: there is none.</exception>
    public async ValueTask<(string Host, int Port)> FindAsync(string namespaceName, string name, int port, CancellationToken cancellationToken)
    {
        var services = resources.Find(typeof(V1Service)) ?? throw Refusals.NoSuchPath();
        var found = await reader.ReadLatestAsync(services, services.KeyOf(new ObjectKey(namespaceName, name)), cancellationToken).ConfigureAwait(false);
        if (found?.Value is not V1Service service) { throw ApiErrors.Unavailable($"service \"{name}\" not found"); }
        if (service.Spec.Type == "ExternalName") { return (service.Spec.ExternalName, port); }
        if ((service.Spec.Ports ?? []).FirstOrDefault(item => item.Port == port) is not { } wanted) { throw ApiErrors.Unavailable($"no service port {port} found for service \"{name}\""); }

        var slices = resources.Find(typeof(V1EndpointSlice)) ?? throw Refusals.NoSuchPath();
        var selection = Selection.Parse(slices, namespaceName, $"kubernetes.io/service-name={name}", null);
        var list = await reader.ListAsync(slices, new ListCall(selection) { ResourceVersion = "0" }, cancellationToken).ConfigureAwait(false);
        var places = list.Items.Select(static item => (V1EndpointSlice)item.Value).SelectMany(slice => PlacesOf(slice, wanted.Name ?? string.Empty)).ToList();
        if (places.Count == 0) { throw ApiErrors.Unavailable($"no endpoints available for service \"{name}\""); }
        return places[(int)((uint)Interlocked.Increment(ref _turn) % places.Count)];
    }

    /// <summary>A connection to such an endpoint.</summary>
    /// <exception cref="Client.ApiException">503: there is none.</exception>
    public async ValueTask<Stream> ConnectAsync(string namespaceName, string name, int port, CancellationToken cancellationToken)
    {
        var (host, at) = await FindAsync(namespaceName, name, port, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, at, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IEnumerable<(string Host, int Port)> PlacesOf(V1EndpointSlice slice, string portName)
    {
        if ((slice.Ports ?? []).FirstOrDefault(item => (item.Name ?? string.Empty) == portName)?.Port is not { } port) { return []; }
        return (slice.Endpoints ?? []).Where(static endpoint => endpoint.Conditions?.Ready != false).SelectMany(static endpoint => endpoint.Addresses).Select(address => (address, port));
    }
}
