using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Hosting;

namespace Orch.ApiServer.Bootstrap;

/// <summary>Publishes the server itself as <c>kubernetes.default</c>.</summary>
internal sealed class KubernetesService(IOptions<ApiServerOptions> options, ApiServerEndpoint endpoint, ObjectEnsurer objects) : IBootstrapStep
{
    private const string Name = "kubernetes";

    /// <inheritdoc />
    public int Order => IBootstrapStep.Listening;

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AdvertiseAddress is not { } address || !endpoint.IsListening) { return; }
        var port = endpoint.Address.Port;
        var family = IPAddress.Parse(address).AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
        await objects.EnsureAsync(Service(FirstAddress(options.Value.ServiceCidr.Split(',')[0]), family, port), service =>
        {
            var wanted = service.Spec.Ports is [{ } only] && only.TargetPort?.Value == port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (!wanted) { service.Spec.Ports = ServicePorts(port); }
            return wanted;
        }, cancellationToken).ConfigureAwait(false);

        // A machine without a network has only its loopback address, which no pod can reach and no endpoint may name.
        if (IPAddress.IsLoopback(IPAddress.Parse(address))) { return; }
        await objects.EnsureAsync(Slice(address, family, port), slice =>
        {
            var wanted = slice.Endpoints is [{ Addresses: [{ } there] }] && there == address && slice.Ports is [{ Port: { } number }] && number == port;
            var fresh = Slice(address, family, port);
            (slice.Endpoints, slice.Ports) = (fresh.Endpoints, fresh.Ports);
            return wanted;
        }, cancellationToken).ConfigureAwait(false);

        await objects.EnsureAsync(Endpoints(address, port), endpoints =>
        {
            var wanted = endpoints.Subsets is [{ Addresses: [{ Ip: { } there }], Ports: [{ Port: { } number }] }] && there == address && number == port;
            endpoints.Subsets = Endpoints(address, port).Subsets;
            return wanted;
        }, cancellationToken).ConfigureAwait(false);
    }

    private static string FirstAddress(string cidr)
    {
        var bytes = IPNetwork.Parse(cidr).BaseAddress.GetAddressBytes();
        bytes[^1]++;
        return new IPAddress(bytes).ToString();
    }

    private static V1ObjectMeta Metadata(params (string Key, string Value)[] labels)
        => new() { Name = Name, NamespaceProperty = "default", Labels = labels.ToDictionary(static label => label.Key, static label => label.Value) };

    private static List<V1ServicePort> ServicePorts(int port) => [new V1ServicePort { Name = "https", Protocol = "TCP", Port = 443, TargetPort = port }];

    private static V1Service Service(string address, string family, int port) => new()
    {
        Metadata = Metadata(("component", "apiserver"), ("provider", Name)),
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP", ClusterIP = address, ClusterIPs = [address], IpFamilies = [family], IpFamilyPolicy = "SingleStack", SessionAffinity = "None", Ports = ServicePorts(port),
        },
    };

    private static V1EndpointSlice Slice(string address, string family, int port) => new()
    {
        Metadata = Metadata(("kubernetes.io/service-name", Name)),
        AddressType = family,
        Endpoints = [new V1Endpoint { Addresses = [address], Conditions = new V1EndpointConditions { Ready = true } }],
        Ports = [new Discoveryv1EndpointPort { Name = "https", Protocol = "TCP", Port = port }],
    };

    private static V1Endpoints Endpoints(string address, int port) => new()
    {
        Metadata = Metadata(("endpointslice.kubernetes.io/skip-mirror", "true")),
        Subsets = [new V1EndpointSubset { Addresses = [new V1EndpointAddress { Ip = address }], Ports = [new Corev1EndpointPort { Name = "https", Protocol = "TCP", Port = port }] }],
    };
}
