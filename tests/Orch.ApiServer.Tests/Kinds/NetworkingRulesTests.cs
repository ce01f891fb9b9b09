using System.Net;
using k8s.Models;
using Orch.ApiServer.Validation;
using static Orch.ApiServer.Tests.Kinds.RuleCases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of ingresses, network policies and ranges, each case with exactly the faults that upstream finds.</summary>
public sealed class NetworkingRulesTests
{
    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string WildcardText = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Label1035Text = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string CidrText = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private const string Backend = "backend: {service: {name: s, port: {number: 80}}}";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["ingress"] = (Ingress("rules: [{host: a.b, http: {paths: [{path: /, pathType: Prefix, " + Backend + "}]}}], tls: [{hosts: ['*.b'], secretName: s}]"), ""),
        ["ingress of nothing"] = (Ingress(""), "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"),
        ["ingress class"] = (Create<V1Ingress>("{metadata: {name: i, annotations: {kubernetes.io/ingress.class: a}}, spec: {ingressClassName: B, defaultBackend: {service: {name: s, port: {number: 1}}}}}"), $"spec.ingressClassName: Invalid value: \"B\": {SubdomainText}\nannotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified"),
        ["ingress hosts"] = (Ingress("rules: [{host: 1.2.3.4}, {host: 'a.*'}, {host: A}]"), $"spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address\nspec.rules[1].host: Invalid value: \"a.*\": {WildcardText}\nspec.rules[2].host: Invalid value: \"A\": {SubdomainText}"),
        ["ingress without paths"] = (Ingress("rules: [{http: {}}]"), "spec.rules[0].http.paths: Required value"),
        ["ingress paths"] = (Ingress("rules: [{http: {paths: [{path: /, " + Backend + "}, {path: x, pathType: Exact, " + Backend + "}, {path: '/a//b/./c/../d%2fe%2F/..', pathType: Prefix, " + Backend + "}, {path: y, pathType: ImplementationSpecific, " + Backend + "}, {path: /, pathType: Odd, " + Backend + "}]}}]"),
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified\nspec.rules[0].http.paths[1].path: Invalid value: \"x\": must be an absolute path\nspec.rules[0].http.paths[2].path: Invalid value: \"/a//b/./c/../d%2fe%2F/..\": must not contain '//'\nspec.rules[0].http.paths[2].path: Invalid value: \"/a//b/./c/../d%2fe%2F/..\": must not contain '/./'\nspec.rules[0].http.paths[2].path: Invalid value: \"/a//b/./c/../d%2fe%2F/..\": must not contain '/../'\nspec.rules[0].http.paths[2].path: Invalid value: \"/a//b/./c/../d%2fe%2F/..\": must not contain '%2f'\nspec.rules[0].http.paths[2].path: Invalid value: \"/a//b/./c/../d%2fe%2F/..\": must not contain '%2F'\nspec.rules[0].http.paths[2].path: Invalid value: \"/a//b/./c/../d%2fe%2F/..\": cannot end with '/..'\nspec.rules[0].http.paths[3].path: Invalid value: \"y\": must be an absolute path\nspec.rules[0].http.paths[4].pathType: Unsupported value: \"Odd\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\""),
        ["ingress without backend"] = (Ingress("defaultBackend: {}"), "spec.defaultBackend: Invalid value: \"\": resource or service backend is required"),
        ["ingress with two backends"] = (Ingress("defaultBackend: {service: {name: s}, resource: {kind: K, name: n}}"), "spec.defaultBackend: Invalid value: \"\": cannot set both resource and service backends"),
        ["ingress resource"] = (Ingress("defaultBackend: {resource: {apiGroup: A, kind: '', name: a/b}}"), $"spec.defaultBackend.resource.apiGroup: Invalid value: \"A\": {SubdomainText}\nspec.defaultBackend.resource.kind: Required value\nspec.defaultBackend.resource.name: Invalid value: \"a/b\": may not contain '/'"),
        ["ingress service"] = (Ingress("defaultBackend: {service: {name: 1a}}"), "spec.defaultBackend: Required value: port name or number is required"),
        ["ingress service of no name"] = (Ingress("defaultBackend: {service: {port: {number: 65536}}}"), "spec.defaultBackend.service.name: Required value\nspec.defaultBackend.service.port.number: Invalid value: 65536: must be between 1 and 65535, inclusive"),
        ["ingress service with two ports"] = (Ingress("defaultBackend: {service: {name: s, port: {name: a, number: 1}}}"), "spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number"),
        ["ingress service port"] = (Ingress("defaultBackend: {service: {name: s, port: {name: A}}}"), "spec.defaultBackend.service.port.name: Invalid value: \"A\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)\nspec.defaultBackend.service.port.name: Invalid value: \"A\": must contain at least one letter (a-z)"),
        ["ingress secrets"] = (Ingress("defaultBackend: {service: {name: s, port: {number: 1}}}, tls: [{hosts: [A, 'b*'], secretName: C}]"), $"spec.tls[0].hosts[0]: Invalid value: \"A\": {SubdomainText}\nspec.tls[0].hosts[1]: Invalid value: \"b*\": {WildcardText}\nspec.tls[0].secretName: Invalid value: \"C\": {SubdomainText}"),
        ["ingress with an old secret"] = (Update<V1Ingress>("{metadata: {name: i}, spec: {defaultBackend: {service: {name: 1a, port: {number: 1}}}, tls: [{secretName: C}]}}", ingress => ingress.Spec.IngressClassName = "c"), ""),
        ["ingress status"] = (Status<V1Ingress>("{metadata: {name: i}, spec: {}}", ingress => ingress.Status.LoadBalancer.Ingress = [new V1IngressLoadBalancerIngress { Ip = "x" }, new V1IngressLoadBalancerIngress { Hostname = "1.2.3.4" }]), "status.loadBalancer.ingress[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\nstatus.loadBalancer.ingress[1].hostname: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address"),

        ["class"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {controller: example.com/x, parameters: {kind: K, name: n}}}"), ""),
        ["class of nothing"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {parameters: {}}}"), "spec.controller: Required value\nspec.parameters.kind: Required value\nspec.parameters.name: Required value"),
        ["class's controller"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {controller: abc}}"), "spec.controller: Invalid value: \"abc\": must be a domain-prefixed path (such as \"acme.io/foo\")"),
        ["class's controller letters"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {controller: 'A/b c'}}"), $"spec.controller: Invalid value: \"A\": {SubdomainText}\nspec.controller: Invalid value: \"b c\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"),
        ["class's long controller"] = (Create<V1IngressClass>($"{{metadata: {{name: c}}, spec: {{controller: a/{new string('b', 249)}}}}}"), "spec.controller: Too long: may not be more than 250 bytes"),
        ["class's scope"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {controller: a/b, parameters: {kind: K, name: n, scope: Odd}}}"), "spec.parameters.scope: Unsupported value: \"Odd\": supported values: \"Cluster\", \"Namespace\""),
        ["class's parameters in a namespace"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {controller: a/b, parameters: {kind: K, name: n, scope: Namespace}}}"), "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"),
        ["class's parameters of the cluster"] = (Create<V1IngressClass>("{metadata: {name: c}, spec: {controller: a/b, parameters: {kind: K, name: n, namespace: x}}}"), "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"),
        ["class's controller changed"] = (Update<V1IngressClass>("{metadata: {name: c}, spec: {controller: a/b}}", item => item.Spec.Controller = "a/c"), "spec.controller: Invalid value: \"a/c\": field is immutable"),

        ["policy"] = (Policy("ingress: [{from: [{podSelector: {}, namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80, endPort: 90}, {port: web}]}]"), ""),
        ["policy's ports"] = (Policy("ingress: [{ports: [{protocol: ICMP}, {endPort: 1}, {port: 0}, {port: 80, endPort: 79}, {port: 80, endPort: 65536}, {port: web, endPort: 1}, {port: Web}]}]"),
            "spec.ingress[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\", \"SCTP\"\nspec.ingress[0].ports[1].endPort: Invalid value: 1: may not be specified when `port` is not specified\nspec.ingress[0].ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive\nspec.ingress[0].ports[3].endPort: Invalid value: 79: must be greater than or equal to `port`\nspec.ingress[0].ports[4].endPort: Invalid value: 65536: must be between 1 and 65535, inclusive\nspec.ingress[0].ports[5].endPort: Invalid value: 1: may not be specified when `port` is non-numeric\nspec.ingress[0].ports[6].port: Invalid value: \"Web\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"),
        ["policy's peers"] = (Policy("egress: [{to: [{}, {podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {}}, {ipBlock: {cidr: x, except: [y]}}, {ipBlock: {cidr: 10.0.0.0/8, except: [x, 11.0.0.0/16, 10.0.0.0/8]}}]}]"),
            $"spec.egress[0].to[0]: Required value: must specify a peer\nspec.egress[0].to[1]: Forbidden: may not specify both ipBlock and another peer\nspec.egress[0].to[2].ipBlock.cidr: Required value\nspec.egress[0].to[3].ipBlock.cidr: Invalid value: \"x\": {CidrText}\nspec.egress[0].to[4].ipBlock.except[0]: Invalid value: \"x\": {CidrText}\nspec.egress[0].to[4].ipBlock.except[1]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`\nspec.egress[0].to[4].ipBlock.except[2]: Invalid value: \"10.0.0.0/8\": must be a strict subset of `cidr`"),
        ["policy's types"] = (Policy("policyTypes: [Ingress, Odd]"), "spec.policyTypes[1]: Unsupported value: \"Odd\": supported values: \"Ingress\", \"Egress\""),
        ["policy's many types"] = (Policy("policyTypes: [Ingress, Egress, Odd]"), "spec.policyTypes: Invalid value: [\"Ingress\",\"Egress\",\"Odd\"]: may not specify more than two policyTypes"),
        ["policy's selector"] = (Policy("podSelector: {matchExpressions: [{key: a, operator: In}]}"), "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"),
        ["policy with an old network"] = (Update<V1NetworkPolicy>("{metadata: {name: p}, spec: {ingress: [{from: [{ipBlock: {cidr: x}}]}]}}", item => item.Spec.PolicyTypes = ["Ingress", "Egress"]), ""),

        ["address"] = (Create<V1IPAddress>("{metadata: {name: 10.0.0.1}, spec: {parentRef: {resource: services, namespace: a, name: b}}}"), ""),
        ["address of nobody"] = (Create<V1IPAddress>("{metadata: {name: 10.0.0.1}}"), "spec.parentRef: Required value"),
        ["address's parent"] = (Create<V1IPAddress>("{metadata: {name: 10.0.0.1}, spec: {parentRef: {group: A, namespace: a/b}}}"), $"spec.parentRef.group: Invalid value: \"A\": {SubdomainText}\nspec.parentRef.resource: Required value\nspec.parentRef.name: Required value\nspec.parentRef.namespace: Invalid value: \"a/b\": may not contain '/'"),
        ["address's parent changed"] = (Update<V1IPAddress>("{metadata: {name: 10.0.0.1}, spec: {parentRef: {resource: services, name: b}}}", item => item.Spec.ParentRef.Name = "c"), "spec.parentRef: Invalid value: {\"name\":\"c\",\"resource\":\"services\"}: field is immutable"),

        ["ranges"] = (Ranges("10.0.0.0/8, 'fd00::/108'"), ""),
        ["ranges of nothing"] = (Ranges(""), "spec.cidrs: Required value: at least one CIDR required"),
        ["ranges too many"] = (Ranges("10.0.0.0/8, 11.0.0.0/8, 12.0.0.0/8"), "spec.cidrs: Invalid value: {\"CIDRs\":[\"10.0.0.0/8\",\"11.0.0.0/8\",\"12.0.0.0/8\"]}: may only hold up to 2 values"),
        ["ranges of one family"] = (Ranges("10.0.0.0/8, 11.0.0.0/8"), "spec.cidrs: Invalid value: [\"10.0.0.0/8\",\"11.0.0.0/8\"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"),
        ["range"] = (Ranges("x"), $"spec.cidrs[0]: Invalid value: \"x\": {CidrText}"),
        ["range with bits"] = (Ranges("10.0.0.1/8"), "spec.cidrs[0]: Invalid value: \"10.0.0.1/8\": must not have bits set beyond the prefix length"),
        ["range with zeros"] = (Ranges("010.0.0.0/8"), "spec.cidrs[0]: Invalid value: \"010.0.0.0/8\": must not have leading 0s in IP or prefix length"),
        ["range of mixed form"] = (Ranges("'::ffff:10.0.0.0/104'"), "spec.cidrs[0]: Invalid value: \"::ffff:10.0.0.0/104\": must not have an IPv4-mapped IPv6 address"),
        ["range of another form"] = (Ranges("'FD00:0::/64'"), "spec.cidrs[0]: Invalid value: \"FD00:0::/64\": must be in canonical form (\"fd00::/64\")"),
        ["ranges changed"] = (Update<V1ServiceCIDR>("{metadata: {name: r}, spec: {cidrs: [10.0.0.0/8]}}", item => item.Spec.Cidrs = ["11.0.0.0/8"]), "spec.cidrs[0]: Invalid value: \"11.0.0.0/8\": field is immutable"),
        ["ranges grown"] = (Update<V1ServiceCIDR>("{metadata: {name: r}, spec: {cidrs: [10.0.0.0/8]}}", item => item.Spec.Cidrs = ["10.0.0.0/8", "fd00::/108"]), ""),
        ["ranges shrunk"] = (Update<V1ServiceCIDR>("{metadata: {name: r}, spec: {cidrs: [10.0.0.0/8, 'fd00::/108']}}", item => item.Spec.Cidrs = ["10.0.0.0/8"]), "spec.cidrs: Invalid value: [\"10.0.0.0/8\"]: field is immutable"),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Theory]
    [InlineData("10.0.0.1", "")]
    [InlineData("fd00::1", "")]
    [InlineData("x", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("10.0.0.01", "must not have leading 0s")]
    [InlineData("::ffff:10.0.0.1", "must not be an IPv4-mapped IPv6 address")]
    [InlineData("FD00::1", "must be in canonical form (\"fd00::1\")")]
    [InlineData("0:0:0:0:0:0:102:304", "must be in canonical form (\"::102:304\")")]
    public void AddressName_IsOneFormOfAnAddress(string name, string expected)
    {
        var errors = new FieldErrors();
        Declared.Of<V1IPAddress>().ValidateName(name, false, FieldPath.Of("n"), errors);
        Assert.Equal(expected.Length == 0 ? "" : $"n: Invalid value: \"{name}\": {expected}", errors.ToString());
    }

    [Theory]
    [InlineData("::", "::")]
    [InlineData("1::", "1::")]
    [InlineData("::1", "::1")]
    [InlineData("1:0:0:2:0:0:0:3", "1:0:0:2::3")]
    [InlineData("1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0")]
    [InlineData("1:0:0:2:3:0:0:4", "1::2:3:0:0:4")]
    public void Canonical_ShortensTheFirstLongestZeros(string address, string expected) => Assert.Equal(expected, StrictIpRules.Canonical(IPAddress.Parse(address)));

    [Fact]
    public void Warnings_TellOfOldAnnotationsAndOddNetworks()
    {
        var ingress = Declared.Created<V1Ingress>("{metadata: {name: i, annotations: {kubernetes.io/ingress.class: a}}, spec: {}}");
        Assert.Equal(["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"], Declared.Of<V1Ingress>().WarningsFor(ingress, null));
        Assert.Empty(Declared.Of<V1Ingress>().WarningsFor(ingress, ingress));

        var policy = Declared.Created<V1NetworkPolicy>("{metadata: {name: p}, spec: {ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8}}]}], egress: [{to: [{ipBlock: {cidr: 'FD00::/64'}}]}]}}");
        Assert.Equal(
        [
            "spec.ingress[0].from[0].ipBlock.cidr: CIDR value \"10.0.0.1/8\" is ambiguous in this context (should be \"10.0.0.0/8\" or \"10.0.0.1/32\"?)",
            "spec.egress[0].to[0].ipBlock.cidr: IPv6 CIDR value \"FD00::/64\" should be in RFC 5952 canonical format (\"fd00::/64\")",
        ], Declared.Of<V1NetworkPolicy>().WarningsFor(policy, null));
    }

    [Theory]
    [InlineData("{spec: {}}", "<none> * 80 ")]
    [InlineData("{spec: {ingressClassName: c, rules: [{host: a}, {host: b}], tls: [{}]}, status: {loadBalancer: {ingress: [{ip: 2.2.2.2}, {hostname: h}, {ip: 1.1.1.1}]}}}", "c a,b 80, 443 1.1.1.1,2.2.2.2,h")]
    [InlineData("{spec: {rules: [{host: a}, {host: b}, {host: c}]}}", "<none> a,b,c 80 ")]
    [InlineData("{spec: {rules: [{host: a}, {host: b}, {host: c}, {host: d}, {}]}}", "<none> a,b,c + 2 more... 80 ")]
    public void Ingress_OfTheCase_ShowsItsHosts(string yaml, string expected)
    {
        var cells = Declared.Cells(Declared.FromYaml<V1Ingress>(yaml), DateTimeOffset.UnixEpoch);
        Assert.Equal(expected, $"{cells["Class"]} {cells["Hosts"]} {cells["Ports"]} {cells["Address"]}");
    }

    [Fact]
    public void Columns_ShowParentsParametersAndRanges()
    {
        Assert.Equal("services/a/b", Declared.Cells(Declared.FromYaml<V1IPAddress>("{spec: {parentRef: {resource: services, namespace: a, name: b}}}"), default)["ParentRef"]);
        Assert.Equal("gateways.x.io/b", Declared.Cells(Declared.FromYaml<V1IPAddress>("{spec: {parentRef: {group: x.io, resource: Gateways, name: b}}}"), default)["ParentRef"]);
        Assert.Equal("K.g/n", Declared.Cells(Declared.FromYaml<V1IngressClass>("{spec: {controller: c, parameters: {apiGroup: g, kind: K, name: n}}}"), default)["Parameters"]);
        Assert.Equal("10.0.0.0/8,fd00::/108", Declared.Cells(Declared.FromYaml<V1ServiceCIDR>("{spec: {cidrs: [10.0.0.0/8, 'fd00::/108']}}"), default)["CIDRs"]);
        Assert.Equal("<none>", Declared.Cells(Declared.FromYaml<V1NetworkPolicy>("{spec: {podSelector: {}}}"), default)["Pod-Selector"]);
    }

    private static Func<string> Ingress(string spec) => Create<V1Ingress>($"{{metadata: {{name: i}}, spec: {{{spec}}}}}");

    private static Func<string> Policy(string spec) => Create<V1NetworkPolicy>($"{{metadata: {{name: p}}, spec: {{{spec}}}}}");

    private static Func<string> Ranges(string ranges) => Create<V1ServiceCIDR>($"{{metadata: {{name: r}}, spec: {{cidrs: [{ranges}]}}}}");
}
