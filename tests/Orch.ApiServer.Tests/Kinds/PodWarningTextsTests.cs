using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What is said of pods and templates that are taken and yet hardly meant.</summary>
public sealed class PodWarningTextsTests
{
    private const string NoPodLabel = "a null labelSelector results in matching no pod";
    private const string LabelForm = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string Container = "containers: [{name: c, image: i}]";

    private static readonly Dictionary<string, (string Pod, string Expected)> Table = new()
    {
        ["nothing"] = (Pod(Container), ""),
        ["dead annotations"] = (Pod(Container, "scheduler.alpha.kubernetes.io/critical-pod: '', security.alpha.kubernetes.io/sysctls: a=b, security.alpha.kubernetes.io/unsafe-sysctls: a=b"),
            "metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the \"priorityClassName\" field instead\n"
            + "metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the \"sysctls\" field instead\n"
            + "metadata.annotations[security.alpha.kubernetes.io/unsafe-sysctls]: non-functional in v1.11+; use the \"sysctls\" field instead"),
        ["seccomp by annotations"] = (Pod(Container, "seccomp.security.alpha.kubernetes.io/pod: unconfined, container.seccomp.security.alpha.kubernetes.io/c: unconfined"),
            "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the \"seccompProfile\" field instead\n"
            + "metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: non-functional in v1.27+; use the \"seccompProfile\" field instead"),
        ["seccomp by annotations and fields"] = (Pod("securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: c, image: i, securityContext: {seccompProfile: {type: Unconfined}}}]", "seccomp.security.alpha.kubernetes.io/pod: unconfined, container.seccomp.security.alpha.kubernetes.io/c: unconfined"), ""),
        ["AppArmor by annotations is said of elsewhere"] = (Pod(Container, "container.apparmor.security.beta.kubernetes.io/c: unconfined"), ""),
        ["addresses twice"] = (Pod($"hostAliases: [{{ip: 1.1.1.1}}, {{ip: 1.1.1.1}}, {{ip: 1.1.1.2}}, {{ip: 1.1.1.1}}], {Container}"), "spec.hostAliases[1].ip: duplicate ip \"1.1.1.1\"\nspec.hostAliases[3].ip: duplicate ip \"1.1.1.1\""),
        ["addresses in an odd form"] = (Pod($"hostAliases: [{{ip: '2001:DB8::1'}}], dnsConfig: {{nameservers: ['2001:db8:0::1', 1.2.3.4]}}, {Container}"),
            "spec.dnsConfig.nameservers[0]: IPv6 address \"2001:db8:0::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")\n"
            + "spec.hostAliases[0].ip: IPv6 address \"2001:DB8::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")"),
        ["secrets twice and without a name"] = (Pod($"imagePullSecrets: [{{name: a}}, {{name: a}}, {{name: ''}}], {Container}"), "spec.imagePullSecrets[1].name: duplicate name \"a\"\nspec.imagePullSecrets[2].name: invalid empty name \"\""),
        ["part of a byte"] = (Pod("overhead: {memory: 1500m}, containers: [{name: c, image: i, resources: {limits: {memory: 1200m, ephemeral-storage: 1300m}, requests: {memory: 1100m, ephemeral-storage: 1}}}]"),
            "spec.overhead[memory]: fractional byte value \"1500m\" is invalid, must be an integer\n"
            + "spec.containers[0].resources.limits[memory]: fractional byte value \"1200m\" is invalid, must be an integer\n"
            + "spec.containers[0].resources.requests[memory]: fractional byte value \"1100m\" is invalid, must be an integer\n"
            + "spec.containers[0].resources.limits[ephemeral-storage]: fractional byte value \"1300m\" is invalid, must be an integer"),
        ["variables again"] = (Pod("initContainers: [{name: i, image: i, env: [{name: A}, {name: A}]}], containers: [{name: c, image: i, env: [{name: A, value: x}, {name: A, value: $(A)}, {name: A, value: $(A)y}, {name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]"),
            "spec.initContainers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply\n"
            + "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply\n"
            + "spec.containers[0].env[3]: hides previous definition of \"A\", which may be dropped when using apply"),
        ["variables of a debugging container"] = (Pod($"ephemeralContainers: [{{name: e, image: i, env: [{{name: A}}, {{name: A}}]}}], {Container}"), "spec.ephemeralContainers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply"),
        ["ports of several containers"] = (Pod("initContainers: [{name: i, image: i, ports: [{containerPort: 80}]}], containers: [{name: c, image: i, ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}, {containerPort: 80, hostPort: 80}]}]"),
            "spec.containers[0].ports[0]: duplicate port definition with spec.initContainers[0].ports[0]\n"
            + "spec.containers[0].ports[2]: overlapping port definition with spec.initContainers[0].ports[0]\n"
            + "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]"),
        ["ports of the node"] = (Pod("containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80, hostIP: 1.2.3.4}, {containerPort: 80, hostPort: 80}, {containerPort: 80, hostPort: 81}, {containerPort: 81, hostIP: 1.2.3.4, name: a}]}]"),
            "spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]\n"
            + "spec.containers[0].ports[3]: hostIP set without hostPort: {Name:a HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}"),
        ["names of ports again"] = (Pod("containers: [{name: c, image: i, ports: [{containerPort: 80, name: a}]}, {name: d, image: i, ports: [{containerPort: 81, name: b}, {containerPort: 82, name: a}]}]"),
            "spec.containers[1].ports[1]: duplicate port name \"a\" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]"),
        ["no grace"] = (Pod($"terminationGracePeriodSeconds: -1, {Container}"), "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"),
        ["nodes with a label that none can have"] = (Pod($"affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 1, preference: {{matchExpressions: [{{key: a, operator: In, values: [b, '-1']}}]}}}}]}}}}, {Container}"),
            $"spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[1]: -1 is invalid, {LabelForm}"),
        ["near no pod"] = (Pod($"affinity: {{podAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 1, podAffinityTerm: {{topologyKey: z}}}}]}}}}, {Container}"), $"spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: {NoPodLabel}"),
        ["files of a map in each other's place"] = (Pod($"volumes: [{{name: v, configMap: {{name: m, items: [{{key: a, path: x}}, {{key: b, path: x/y}}, {{key: c, path: xy}}]}}}}], {Container}"), "volume \"v\" (ConfigMap \"m\"): overlapping paths: \"x/y\" with \"x\""),
        ["files of a secret in each other's place"] = (Pod($"volumes: [{{name: v, secret: {{secretName: s, items: [{{key: a, path: x/y}}, {{key: b, path: x/}}]}}}}], {Container}"), "volume \"v\" (Secret \"s\"): overlapping paths: \"x\" with \"x/y\""),
        ["fields in each other's place"] = (Pod($"volumes: [{{name: v, downwardAPI: {{items: [{{path: x, fieldRef: {{fieldPath: metadata.name}}}}, {{path: x, fieldRef: {{fieldPath: metadata.uid}}}}]}}}}], {Container}"), "volume \"v\" (DownwardAPI): overlapping paths: \"x\" with \"x\""),
        ["sources in each other's place"] = (Pod($"volumes: [{{name: v, projected: {{sources: [{{clusterTrustBundle: {{signerName: a.b/c, path: t/t}}}}, {{secret: {{name: s, items: [{{key: a, path: t}}]}}}}, {{serviceAccountToken: {{path: t}}}}]}}}}], {Container}"),
            "volume \"v\" (Projected): overlapping paths: \"t\" (Secret \"s\") with \"t/t\" (ClusterTrustBundle \"a.b/c\")\n"
            + "volume \"v\" (Projected): overlapping paths: \"t\" (ServiceAccountToken) with \"t/t\" (ClusterTrustBundle \"a.b/c\")\n"
            + "volume \"v\" (Projected): overlapping paths: \"t\" (ServiceAccountToken) with \"t\" (Secret \"s\")"),
        ["certificate's files in each other's place"] = (Pod($"volumes: [{{name: v, projected: {{sources: [{{podCertificate: {{signerName: a.b/c, keyType: ED25519, keyPath: k, certificateChainPath: k}}}}]}}}}], {Container}"), "volume \"v\" (Projected): overlapping paths: \"k\" (PodCertificate key) with \"k\" (PodCertificate chain)"),
        ["source of nothing"] = (Pod($"volumes: [{{name: v, projected: {{sources: [{{}}]}}}}], {Container}"), "volume \"v\" (Projected) has no sources provided"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void NewPod_HardlyMeant_IsWarnedOf(string name)
    {
        var pod = Declared.Created<V1Pod>(Table[name].Pod);
        Assert.Equal(Table[name].Expected, string.Join('\n', Declared.Of<V1Pod>().WarningsFor(pod, null)));
        Assert.Empty(Declared.Of<V1Pod>().WarningsFor(pod, pod));
    }

    [Fact]
    public void Template_WithAnnotations_IsWarnedOfThemWhereItLies()
    {
        var template = $"template: {{metadata: {{labels: {{a: b}}, annotations: {{container.apparmor.security.beta.kubernetes.io/c: unconfined, seccomp.security.alpha.kubernetes.io/pod: unconfined}}}}, spec: {{{Container}}}}}";
        var deployment = Declared.Created<V1Deployment>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}}}, {template}}}}}");
        var plain = Declared.Created<V1PodTemplate>($"{{metadata: {{name: t}}, {template.Replace("c: unconfined, ", "other: unconfined, ", StringComparison.Ordinal)}}}");

        Assert.Equal(
            [
                "spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the \"seccompProfile\" field instead",
                "spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the \"appArmorProfile\" field instead",
            ],
            Declared.Of<V1Deployment>().WarningsFor(deployment, null));
        Assert.Equal(["template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the \"seccompProfile\" field instead"], Declared.Of<V1PodTemplate>().WarningsFor(plain, null));
    }

    [Fact]
    public void NewPod_OfThousandsOfPortsAndFiles_IsWarnedOfAFewInLittleTime()
    {
        var port = new V1ContainerPort { ContainerPort = 80, Protocol = "TCP" };
        var pod = Declared.Created<V1Pod>(Pod(Container));
        pod.Spec.Containers[0].Ports = [.. Enumerable.Repeat(port, 50_000)];
        pod.Spec.Volumes = [new V1Volume { Name = "v", ConfigMap = new V1ConfigMapVolumeSource { Name = "m", Items = [.. Enumerable.Range(0, 50_000).Select(static index => new V1KeyToPath { Key = "k", Path = $"p{index}" })] } }];

        Assert.InRange(Declared.Of<V1Pod>().WarningsFor(pod, null).Count(), 1, 1_000);
    }

    private static string Pod(string spec, string annotations = "") => $"{{metadata: {{name: p, annotations: {{{annotations}}}}}, spec: {{{spec}}}}}";
}
