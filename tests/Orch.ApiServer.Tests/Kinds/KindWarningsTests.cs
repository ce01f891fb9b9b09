using k8s;
using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What is said of services, nodes and the smaller kinds that are taken and yet hardly meant.</summary>
public sealed class KindWarningsTests
{
    private const string Ports = "ports: [{port: 80}]";

    private static readonly Dictionary<string, (Func<IEnumerable<string>> Texts, string Expected)> Table = new()
    {
        ["plain service"] = (Of<V1Service>($"{{metadata: {{name: s}}, spec: {{{Ports}}}}}"), ""),
        ["service with old hints"] = (Of<V1Service>($"{{metadata: {{name: s, annotations: {{service.kubernetes.io/topology-aware-hints: auto}}}}, spec: {{{Ports}}}}}"), "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead"),
        ["service of odd addresses"] = (Of<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, clusterIP: '2001:DB8::1', clusterIPs: ['2001:DB8::1'], loadBalancerIP: 01.2.3.4, loadBalancerSourceRanges: ['2001:DB8::/64', 10.0.0.1/8], {Ports}}}}}"),
            "spec.clusterIPs[0]: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")\n"
            + "spec.loadBalancerIP: non-standard IP address \"01.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\"\n"
            + "spec.loadBalancerSourceRanges[0]: IPv6 CIDR value \"2001:DB8::/64\" should be in RFC 5952 canonical format (\"2001:db8::/64\")\n"
            + "spec.loadBalancerSourceRanges[1]: CIDR value \"10.0.0.1/8\" is ambiguous in this context (should be \"10.0.0.0/8\" or \"10.0.0.1/32\"?)"),
        ["service of addresses from elsewhere"] = (Of<V1Service>($"{{metadata: {{name: s}}, spec: {{externalIPs: ['::ffff:1.2.3.4'], {Ports}}}}}"),
            "spec.externalIPs[0]: non-standard IP address \"::ffff:1.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\"\n"
            + "spec.externalIPs is deprecated and may no longer be implemented in some clusters"),
        ["service without an address"] = (Of<V1Service>($"{{metadata: {{name: s}}, spec: {{clusterIP: None, loadBalancerIP: 1.2.3.4, externalIPs: [1.2.3.4], sessionAffinity: ClientIP, {Ports}}}}}"),
            "spec.loadBalancerIP is ignored for headless services\nspec.externalIPs is ignored for headless services\nspec.SessionAffinity is ignored for headless services"),
        ["name for a service elsewhere"] = (Of<V1Service>("{metadata: {name: s}, spec: {type: ExternalName, externalName: a.b, externalIPs: [1.2.3.4]}}"), "spec.externalIPs is ignored when spec.type is \"ExternalName\""),
        ["service with a name as well"] = (Of<V1Service>($"{{metadata: {{name: s}}, spec: {{externalName: a.b, {Ports}}}}}"), "spec.externalName is ignored when spec.type is not \"ExternalName\""),
        ["service of near endpoints"] = (Of<V1Service>($"{{metadata: {{name: s}}, spec: {{trafficDistribution: PreferClose, {Ports}}}}}"), "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""),
        ["where a service is reached"] = (OfStatus<V1Service>($"{{metadata: {{name: s}}, spec: {{{Ports}}}, status: {{loadBalancer: {{ingress: [{{hostname: a}}, {{ip: '2001:DB8::1'}}]}}}}}}"), "status.loadBalancer.ingress[1].ip: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")"),
        ["addresses of a pod"] = (OfStatus<V1Pod>("{metadata: {name: p}, spec: {containers: []}, status: {podIPs: [{ip: '2001:DB8::1'}], hostIPs: [{ip: 01.2.3.4}]}}"),
            "status.podIPs[0].ip: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")\n"
            + "status.hostIPs[0].ip: non-standard IP address \"01.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\""),

        ["node"] = (Of<V1Node>("{metadata: {name: n}, spec: {podCIDRs: [10.0.0.0/24], externalID: e, configSource: {configMap: {name: a, namespace: b, kubeletConfigKey: k}}}}"), "spec.configSource: the feature is removed\nspec.externalID: this field is deprecated, and is unused by Kubernetes"),
        ["node of odd networks"] = (Of<V1Node>("{metadata: {name: n}, spec: {podCIDRs: ['2001:db8:0::/64', 010.0.0.0/8]}}"),
            "spec.podCIDRs[0]: IPv6 CIDR value \"2001:db8:0::/64\" should be in RFC 5952 canonical format (\"2001:db8::/64\")\n"
            + "spec.podCIDRs[1]: non-standard CIDR value \"010.0.0.0/8\" will be considered invalid in a future Kubernetes release: use \"10.0.0.0/8\""),
        ["account"] = (Of<V1ServiceAccount>("{metadata: {name: a, annotations: {kubernetes.io/enforce-mountable-secrets: 'true'}}}"), "metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"),
        ["account that was so before"] = (Changed<V1ServiceAccount>("{metadata: {name: a, annotations: {kubernetes.io/enforce-mountable-secrets: 'true'}}}"), ""),
        ["names as endpoints"] = (Of<V1EndpointSlice>("{metadata: {name: e}, addressType: FQDN, endpoints: [{addresses: [a.b]}]}"), "spec.addressType: FQDN endpoints are deprecated"),
        ["names as endpoints before"] = (Changed<V1EndpointSlice>("{metadata: {name: e}, addressType: FQDN, endpoints: [{addresses: [a.b]}]}"), ""),
        ["odd addresses as endpoints"] = (Of<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv6, endpoints: [{addresses: ['2001:DB8::1']}]}"), "endpoints[0].addresses[0]: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")"),
        ["odd addresses by a controller"] = (Of<V1EndpointSlice>("{metadata: {name: e, labels: {endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}, addressType: IPv6, endpoints: [{addresses: ['2001:DB8::1']}]}"), ""),
        ["endpoints in one list"] = (Of<V1Endpoints>("{metadata: {name: e}, subsets: [{addresses: [{ip: '2001:DB8::1'}], notReadyAddresses: [{ip: '2001:DB8::2'}]}]}"),
            "subsets[0].addresses[0].ip: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")\n"
            + "subsets[0].notReadyAddresses[0].ip: IPv6 address \"2001:DB8::2\" should be in RFC 5952 canonical format (\"2001:db8::2\")"),
        ["network written oddly twice"] = (Of<V1NetworkPolicy>("{metadata: {name: n}, spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: '2001:DB8::1/64'}}]}]}}"), "spec.egress[0].to[0].ipBlock.cidr: CIDR value \"2001:DB8::1/64\" is ambiguous in this context (should be \"2001:db8::/64\" or \"2001:db8::1/128\"?)"),
        ["runtime for old labels"] = (Of<V1RuntimeClass>("{metadata: {name: r}, handler: h, scheduling: {nodeSelector: {beta.kubernetes.io/os: linux}}}"), "scheduling.nodeSelector: deprecated since v1.14; use \"kubernetes.io/os\" instead"),
        ["capacity at old labels"] = (Of<V1CSIStorageCapacity>("{metadata: {name: c}, storageClassName: s, nodeTopology: {matchLabels: {beta.kubernetes.io/arch: x}, matchExpressions: [{key: failure-domain.beta.kubernetes.io/zone, operator: Exists}]}}"),
            "nodeTopology.matchExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead\n"
            + "nodeTopology.matchLabels.beta.kubernetes.io/arch: deprecated since v1.14; use \"kubernetes.io/arch\" instead"),
        ["secret that is no pair"] = (Of<V1Secret>("{metadata: {name: s}, type: kubernetes.io/tls, data: {tls.crt: aGk=, tls.key: aGk=}}"), "tls: failed to find any PEM data in certificate input"),
        ["secret of another type"] = (Of<V1Secret>("{metadata: {name: s}, data: {tls.crt: aGk=, tls.key: aGk=}}"), ""),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_HardlyMeant_IsWarnedOf(string name) => Assert.Equal(Table[name].Expected, string.Join('\n', Table[name].Texts()));

    private static Func<IEnumerable<string>> Of<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.Of<T>().WarningsFor(Declared.Created<T>(yaml), null);

    private static Func<IEnumerable<string>> Changed<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.Of<T>().WarningsFor(Declared.Created<T>(yaml), Declared.Created<T>(yaml));

    private static Func<IEnumerable<string>> OfStatus<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.Of<T>().StatusWarningsFor(Declared.FromYaml<T>(yaml));
}
