using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of services, endpoints, slices of them, and nodes.</summary>
public sealed class ServiceRulesTests
{
    private const string Ports = "selector: {a: b}, ports: [{port: 80}]";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["kubelet's port to the outside"] = (Service("type: LoadBalancer, ports: [{port: 10250}]"), ""),
        ["kubelet's port inside"] = (Service("ports: [{port: 10250}]"), ""),
        ["headless balancer"] = (Service($"type: LoadBalancer, clusterIP: None, {Ports}"), "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services"),
        ["external name with addresses"] = (Service("type: ExternalName, externalName: a.b., clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack"), 
            "spec.clusterIPs: Forbidden: may not be set for ExternalName services\n"
            + "spec.ipFamilies: Forbidden: may not be set for ExternalName services\n"
            + "spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services"),
        ["external name"] = (Service("type: ExternalName, externalName: A"), "spec.externalName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["external name of a dot"] = (Service("type: ExternalName, externalName: '.'"), "spec.externalName: Required value"),
        ["port names"] = (Service("ports: [{port: 1, name: A}, {port: 2, name: b}, {port: 3, name: b}]"), "spec.ports[0].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\nspec.ports[2].name: Duplicate value: \"b\""),
        ["ports of every fault"] = (Service("ports: [{port: 65536, name: a, protocol: ICMP, targetPort: '', appProtocol: 'a b'}, {port: 1, name: b, targetPort: 65536}, {port: 2, name: c, targetPort: Name-}]"), 
            "spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive\n"
            + "spec.ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"\n"
            + "spec.ports[0].targetPort: Invalid value: 65536: must be between 1 and 65535, inclusive\n"
            + "spec.ports[0].appProtocol: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.ports[1].targetPort: Invalid value: 65536: must be between 1 and 65535, inclusive\n"
            + "spec.ports[2].targetPort: Invalid value: \"Name-\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)\n"
            + "spec.ports[2].targetPort: Invalid value: \"Name-\": must not begin or end with a hyphen"),
        ["selector"] = (Service("selector: {a b: '-'}, ports: [{port: 1}]"), "spec.selector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\nspec.selector: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["affinity without a time"] = (Service($"sessionAffinity: None, sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 1}}}}, {Ports}"), ""),
        ["affinity of no time"] = (Service($"sessionAffinity: ClientIP, sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 0}}}}, {Ports}"), "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400"),
        ["affinity of the longest time"] = (Service($"sessionAffinity: ClientIP, sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 86400}}}}, {Ports}"), ""),
        ["node port twice"] = (Service("type: NodePort, ports: [{port: 1, name: a, nodePort: 30000}, {port: 2, name: b, nodePort: 30000}, {port: 3, name: c, nodePort: 30000, protocol: UDP}]"), "spec.ports[1].nodePort: Duplicate value: 30000"),
        ["source ranges"] = (Service($"type: LoadBalancer, loadBalancerSourceRanges: [' 10.0.0.0/8 ', x], {Ports}"), "spec.LoadBalancerSourceRanges[1]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        ["source ranges by annotation"] = (Create<V1Service>($"{{metadata: {{name: s, annotations: {{service.beta.kubernetes.io/load-balancer-source-ranges: '10.0.0.0/8, x'}}}}, spec: {{{Ports}}}}}"), "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Forbidden: may only be used when `type` is 'LoadBalancer'\nmetadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        ["source ranges by annotation of a balancer"] = (Create<V1Service>($"{{metadata: {{name: s, annotations: {{service.beta.kubernetes.io/load-balancer-source-ranges: ' 10.0.0.0/8 , '}}}}, spec: {{type: LoadBalancer, {Ports}}}}}"), "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid value: \"\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        ["balancer's class elsewhere"] = (Service($"loadBalancerClass: a, allocateLoadBalancerNodePorts: true, {Ports}"), "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'\nspec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"),
        ["balancer's class"] = (Service($"type: LoadBalancer, loadBalancerClass: 'a b', {Ports}"), "spec.loadBalancerClass: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["balancer's class changed"] = (Update<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, loadBalancerClass: a, {Ports}}}}}", item => item.Spec.LoadBalancerClass = "b"), "spec.loadBalancerClass: Invalid value: \"b\": may not change once set"),
        ["balancer's class dropped with its type"] = (Update<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, loadBalancerClass: a, {Ports}}}}}", item => item.Spec.Type = "ClusterIP"), ""),
        ["health port changed"] = (Update<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30000, {Ports}}}}}", item => item.Spec.HealthCheckNodePort = 30001), "spec.healthCheckNodePort: Forbidden: field is immutable"),
        ["health port kept"] = (Update<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30000, {Ports}}}}}", item => item.Spec.HealthCheckNodePort = null), ""),
        ["health port elsewhere"] = (Service($"healthCheckNodePort: 30000, {Ports}"), "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"),
        ["traffic policy"] = (Service($"type: NodePort, externalTrafficPolicy: Odd, internalTrafficPolicy: Odd, trafficDistribution: Odd, {Ports}"),
            "spec.externalTrafficPolicy: Unsupported value: \"Odd\": supported values: \"Cluster\", \"Local\"\n"
            + "spec.internalTrafficPolicy: Unsupported value: \"Odd\": supported values: \"Cluster\", \"Local\"\n"
            + "spec.trafficDistribution: Unsupported value: \"Odd\": supported values: \"PreferClose\", \"PreferSameZone\", \"PreferSameNode\""),
        ["traffic policies"] = (Service($"type: NodePort, externalTrafficPolicy: Local, internalTrafficPolicy: Local, trafficDistribution: PreferSameNode, {Ports}"), ""),
        ["addresses without the first"] = (Service($"clusterIPs: [10.0.0.1], {Ports}"), "spec.clusterIPs: Invalid value: [\"10.0.0.1\"]: must be empty when `clusterIP` is not specified"),
        ["addresses that do not agree"] = (Service($"clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2], {Ports}"), "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`"),
        ["none and more"] = (Service($"clusterIP: None, clusterIPs: [None, 10.0.0.1], {Ports}"), "spec.clusterIPs: Invalid value: [\"None\",\"10.0.0.1\"]: 'None' must be the first and only value"),
        ["addresses of one family"] = (Service($"clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.2], {Ports}"), "spec.clusterIPs: Invalid value: [\"10.0.0.1\",\"10.0.0.2\"]: may specify no more than one IP for each IP family"),
        ["addresses too many"] = (Service($"clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1', x], {Ports}"), "spec.clusterIPs[2]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\nspec.clusterIPs: Invalid value: [\"10.0.0.1\",\"fd00::1\",\"x\"]: may only hold up to 2 values"),
        ["families"] = (Service($"ipFamilies: [IPv4, IPv4, IPv5], ipFamilyPolicy: Odd, {Ports}"), 
            "spec.ipFamilies[1]: Duplicate value: \"IPv4\"\n"
            + "spec.ipFamilies[2]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"\n"
            + "spec.ipFamilyPolicy: Unsupported value: \"Odd\": supported values: \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\""),
        ["families that do not match"] = (Service($"clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1'], ipFamilies: [IPv6, IPv4], ipFamilyPolicy: RequireDualStack, {Ports}"), "spec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an IPv6 value as indicated by `ipFamilies[0]`\nspec.clusterIPs[1]: Invalid value: \"fd00::1\": expected an IPv4 value as indicated by `ipFamilies[1]`"),
        ["outside addresses"] = (Service($"externalIPs: [x, 0.0.0.0, '::', 169.254.1.1, 'fe80::1', 224.0.0.1, 'ff02::1', '::1', 10.0.0.1], {Ports}"), 
            "spec.externalIPs[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n"
            + "spec.externalIPs[1]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)\n"
            + "spec.externalIPs[2]: Invalid value: \"::\": may not be unspecified (::)\n"
            + "spec.externalIPs[3]: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)\n"
            + "spec.externalIPs[4]: Invalid value: \"fe80::1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)\n"
            + "spec.externalIPs[5]: Invalid value: \"224.0.0.1\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)\n"
            + "spec.externalIPs[6]: Invalid value: \"ff02::1\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)\n"
            + "spec.externalIPs[7]: Invalid value: \"::1\": may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ["second address and family released"] = (Update<V1Service>(Dual, item => (item.Spec.ClusterIPs, item.Spec.IpFamilies) = (["10.0.0.1"], ["IPv4"])), "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be set to 'SingleStack' when releasing the secondary clusterIP\nspec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be set to 'SingleStack' when releasing the secondary ipFamily"),
        ["second address and family released rightly"] = (Update<V1Service>(Dual, item => item.Spec.IpFamilyPolicy = "SingleStack"), ""),
        ["second address changed"] = (Update<V1Service>(Dual, item => item.Spec.ClusterIPs = ["10.0.0.1", "fd00::2"]), "spec.clusterIPs[1]: Invalid value: [\"10.0.0.1\",\"fd00::2\"]: may not change once set"),
        ["addresses emptied"] = (Update<V1Service>(Dual, item => (item.Spec.ClusterIP, item.Spec.ClusterIPs, item.Spec.IpFamilies) = ("", [], [])), ""),
        ["made headless"] = (Update<V1Service>(Dual, item => (item.Spec.ClusterIP, item.Spec.ClusterIPs) = ("None", ["None"])), "spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set\nspec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be set to 'SingleStack' when releasing the secondary clusterIP"),
        ["family changed"] = (Update<V1Service>($"{{metadata: {{name: s}}, spec: {{clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack, {Ports}}}}}", item => item.Spec.IpFamilies = ["IPv6"]), "spec.ipFamilies[0]: Invalid value: [\"IPv6\"]: may not change once set\nspec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an IPv6 value as indicated by `ipFamilies[0]`"),
        ["balanced where nothing balances"] = (Status<V1Service>($"{{metadata: {{name: s}}, spec: {{{Ports}}}}}", item => item.Status = Balanced(new V1LoadBalancerIngress { Ip = "1.1.1.1" })), "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"),
        ["balanced"] = (Status<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, {Ports}}}}}", item => item.Status = Balanced(new() { Ip = "x", IpMode = "Odd" }, new() { IpMode = "VIP" }, new() { Hostname = "A" }, new() { Hostname = "1.1.1.1" }, new() { Ip = "1.1.1.1", IpMode = "Proxy", Hostname = "a.b" })), 
            "status.loadBalancer.ingress[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n"
            + "status.loadBalancer.ingress[0].ipMode: Unsupported value: \"Odd\": supported values: \"Proxy\", \"VIP\"\n"
            + "status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set\n"
            + "status.loadBalancer.ingress[2].hostname: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "status.loadBalancer.ingress[3].hostname: Invalid value: \"1.1.1.1\": must be a DNS name, not an IP address"),
        ["balanced without a mode"] = (Status<V1Service>($"{{metadata: {{name: s}}, spec: {{type: LoadBalancer, {Ports}}}}}", item => item.Status = Balanced(new V1LoadBalancerIngress { Ip = "1.1.1.1" })), ""),

        ["endpoints of every fault"] = (Create<V1Endpoints>("{metadata: {name: e}, subsets: [{addresses: [{ip: x, hostname: A, nodeName: B}], notReadyAddresses: [{ip: 224.0.0.1}], ports: [{port: 0, protocol: ICMP, appProtocol: 'a b'}, {port: 65536, name: A}, {port: 1}]}]}"),
            "subsets[0].addresses[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n"
            + "subsets[0].addresses[0].hostname: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "subsets[0].addresses[0].nodeName: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "subsets[0].addresses[0].ip: Invalid value: \"x\": must be a valid IP address\n"
            + "subsets[0].notReadyAddresses[0].ip: Invalid value: \"224.0.0.1\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)\n"
            + "subsets[0].ports[0].name: Required value\n"
            + "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\n"
            + "subsets[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"\n"
            + "subsets[0].ports[0].appProtocol: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "subsets[0].ports[1].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "subsets[0].ports[1].port: Invalid value: 65536: must be between 1 and 65535, inclusive\n"
            + "subsets[0].ports[2].name: Required value"),
        ["endpoints changed"] = (Update<V1Endpoints>("{metadata: {name: e}, subsets: [{addresses: [{ip: x}]}]}", item => item.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }), ""),
        ["endpoints changed to worse"] = (Update<V1Endpoints>("{metadata: {name: e}, subsets: []}", item => item.Subsets = [new V1EndpointSubset { Addresses = [new V1EndpointAddress { Ip = "x" }] }]),
            "subsets[0].addresses[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n"
            + "subsets[0].addresses[0].ip: Invalid value: \"x\": must be a valid IP address"),

        ["slice of no type"] = (Create<V1EndpointSlice>("{metadata: {name: e}}"), "addressType: Required value"),
        ["slice of too many endpoints"] = (() => Declared.CreateFaults(new V1EndpointSlice { Metadata = new V1ObjectMeta { Name = "e" }, AddressType = "IPv4", Endpoints = [.. Enumerable.Range(0, 1001).Select(_ => new V1Endpoint())] }), "endpoints: Too many: 1001: must have at most 1000 items"),
        ["slice of too many addresses"] = (() => Declared.CreateFaults(new V1EndpointSlice { Metadata = new V1ObjectMeta { Name = "e" }, AddressType = "IPv4", Endpoints = [new V1Endpoint { Addresses = [.. Enumerable.Range(0, 101).Select(item => $"10.0.0.{item}")] }] }), "endpoints[0].addresses: Too many: 101: must have at most 100 items"),
        ["slice of too many ports"] = (() => Declared.CreateFaults(new V1EndpointSlice { Metadata = new V1ObjectMeta { Name = "e" }, AddressType = "IPv4", Ports = [.. Enumerable.Range(0, 20_001).Select(_ => new Discoveryv1EndpointPort())] }), "ports: Too many: 20001: must have at most 20000 items"),
        ["slice of names"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: FQDN, endpoints: [{addresses: [a.b., A.b, a]}]}"), "endpoints[0].addresses[1]: Invalid value: \"A.b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\nendpoints[0].addresses[2]: Invalid value: \"a\": should be a domain with at least two segments separated by dots"),
        ["slice of the other family"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}, {addresses: ['::1']}]}"), "endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address\nendpoints[1].addresses[0]: Invalid value: \"::1\": may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ["slice's endpoints"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: [{addresses: []}, {addresses: [10.0.0.1], nodeName: A, hostname: B, deprecatedTopology: {a b: c}}]}"), 
            "endpoints[0].addresses: Required value: must contain at least 1 address\n"
            + "endpoints[1].nodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "endpoints[1].hostname: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["slice's hints"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: a}, {name: '-'}], forNodes: [{name: 1}, {name: 2}, {name: 3}, {name: 4}, {name: 5}, {name: 6}, {name: 7}, {name: 8}, {name: 9}]}}]}"),
            "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\"\n"
            + "endpoints[0].hints.forZones[2].name: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "endpoints[0].hints.forNodes: Too many: 9: must have at most 8 items"),
        ["slice's ports"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: [], ports: [{name: A}, {name: b, port: 0}, {name: b, protocol: ICMP, appProtocol: 'a b'}]}"),
            "ports[0].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "ports[2].name: Duplicate value: \"b\"\n"
            + "ports[2].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"\n"
            + "ports[2].appProtocol: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["slice's type changed"] = (Update<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: []}", item => item.AddressType = "IPv6"), "addressType: Invalid value: \"IPv6\": field is immutable"),

        ["node's networks"] = (Create<V1Node>("{metadata: {name: n}, spec: {podCIDRs: [10.0.0.0/8, x]}}"), "spec.podCIDRs[1]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)\nspec.podCIDRs: Invalid value: [\"10.0.0.0/8\",\"x\"]: may specify no more than one CIDR for each IP family"),
        ["node's networks of one family"] = (Create<V1Node>("{metadata: {name: n}, spec: {podCIDR: 10.0.0.0/8, podCIDRs: [10.0.0.0/8, 11.0.0.0/8]}}"), "spec.podCIDRs: Invalid value: [\"10.0.0.0/8\",\"11.0.0.0/8\"]: may specify no more than one CIDR for each IP family"),
        ["node's taints"] = (Create<V1Node>("{metadata: {name: n}, spec: {taints: [{key: 'a b', value: '-', effect: Odd}, {key: a}]}}"), 
            "metadata.taints[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "metadata.taints[0].value: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "metadata.taints[0].effect: Unsupported value: \"Odd\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"\n"
            + "metadata.taints[1].effect: Required value"),
        ["node's taints changed"] = (Update<V1Node>("{metadata: {name: n}, spec: {}}", item => item.Spec.Taints = [new V1Taint { Key = "a", Effect = "Odd" }]),
            "metadata.taints[0].effect: Unsupported value: \"Odd\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"\n"
            + "metadata.taints[0].effect: Unsupported value: \"Odd\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""),
        ["node's capacity"] = (Status<V1Node>("{metadata: {name: n}}", item => item.Status = new V1NodeStatus { Capacity = Amounts(("a b", "1"), ("cpu", "-1")), Allocatable = Amounts(("cpu", "-2")) }),
            "status.capacity.cpu: Invalid value: \"-1\": must be greater than or equal to 0\n"
            + "status.allocatable.cpu: Invalid value: \"-2\": must be greater than or equal to 0"),
        ["node's addresses twice"] = (Status<V1Node>("{metadata: {name: n}}", item => item.Status = new V1NodeStatus { Addresses = [new() { Address = "a", Type = "Hostname" }, new() { Address = "a", Type = "InternalIP" }, new() { Address = "a", Type = "Hostname" }] }), "status.addresses[2]: Duplicate value: {\"Type\":\"Hostname\",\"Address\":\"a\"}"),
        ["node's external id"] = (Update<V1Node>("{metadata: {name: n}, spec: {}}", item => item.Spec.ExternalID = "a"), "spec.externalID: Forbidden: may not be updated"),
        ["node's network given"] = (Update<V1Node>("{metadata: {name: n}, spec: {}}", item => (item.Spec.PodCIDR, item.Spec.PodCIDRs) = ("x", ["x"])), "spec.podCIDRs[0]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
    };

    private static string Dual => $"{{metadata: {{name: s}}, spec: {{clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1'], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack, {Ports}}}}}";

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static Func<string> Service(string spec) => Create<V1Service>($"{{metadata: {{name: s}}, spec: {{{spec}}}}}");

    private static V1ServiceStatus Balanced(params List<V1LoadBalancerIngress> ingress) => new() { LoadBalancer = new V1LoadBalancerStatus { Ingress = ingress } };

    private static Dictionary<string, ResourceQuantity> Amounts(params (string Name, string Amount)[] amounts) => amounts.ToDictionary(item => item.Name, item => Orch.Resources.Quantities.Parse(item.Amount));
}
