using System.Net;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Finds the endpoints of services that webhooks are behind, so that no proxy is needed on the server's machine.</summary>
internal sealed class ServiceBackends(IObjectLookup objects)
{
    private int _turn;

    /// <summary>One of the ready endpoints, in turn.</summary>
    /// <exception cref="HttpRequestException">There is no such service or port, or nobody is ready.</exception>
    public DnsEndPoint Choose(Admissionregistrationv1ServiceReference reference)
    {
        var service = objects.Find<V1Service>(new ObjectKey(reference.NamespaceProperty, reference.Name))
            ?? throw new HttpRequestException($"service \"{reference.Name}\" not found");
        var wanted = reference.Port ?? 443;
        if (service.Spec?.Type == "ExternalName") { return new DnsEndPoint(service.Spec.ExternalName, wanted); }
        var port = (service.Spec?.Ports ?? []).FirstOrDefault(item => item.Port == wanted)
            ?? throw new HttpRequestException($"no service port {wanted} found for service \"{reference.Name}\"");
        var backends = new List<DnsEndPoint>();
        foreach (var slice in objects.List<V1EndpointSlice>(reference.NamespaceProperty))
        {
            if (slice.Label("kubernetes.io/service-name") == reference.Name) { AddBackends(slice, port.Name ?? string.Empty, backends); }
        }

        if (backends.Count == 0) { throw new HttpRequestException($"no endpoints available for service \"{reference.Name}\""); }
        return backends[(int)((uint)Interlocked.Increment(ref _turn) % backends.Count)];
    }

    private static void AddBackends(V1EndpointSlice slice, string portName, List<DnsEndPoint> backends)
    {
        if ((slice.Ports ?? []).FirstOrDefault(item => (item.Name ?? string.Empty) == portName)?.Port is not { } port) { return; }
        foreach (var endpoint in slice.Endpoints ?? [])
        {
            if (endpoint.Conditions?.Ready == false) { continue; }
            backends.AddRange(endpoint.Addresses.Select(address => new DnsEndPoint(address, port)));
        }
    }
}
