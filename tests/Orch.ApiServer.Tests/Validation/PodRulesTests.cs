using k8s.Models;
using Orch.ApiServer.Tests.Kinds;

namespace Orch.ApiServer.Tests.Validation;

public sealed class PodRulesTests
{
    private static readonly Dictionary<string, (Action<V1Pod> Change, string Expected)> Table = new()
    {
        ["nothing wrong"] = (_ => { }, ""),
        ["no containers"] = (pod => pod.Spec.Containers = [], "spec.containers: Required value"),
        ["no name"] = (pod => First(pod).Name = "", "spec.containers[0].name: Required value"),
        ["bad name"] = (pod => First(pod).Name = "Web", "spec.containers[0].name: Invalid value: \"Web\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["dotted name"] = (pod => First(pod).Name = "a.b", "spec.containers[0].name: Invalid value: \"a.b\": must not contain dots"),
        ["name twice"] = (pod => pod.Spec.Containers.Add(Container("web")), "spec.containers[1].name: Duplicate value: \"web\""),
        ["no image"] = (pod => First(pod).Image = null, "spec.containers[0].image: Required value"),
        ["padded image"] = (pod => First(pod).Image = " nginx", "spec.containers[0].image: Invalid value: \" nginx\": must not have leading or trailing whitespace"),
        ["bad pull policy"] = (pod => First(pod).ImagePullPolicy = "Sometimes", "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\""),
        ["bad restart policy"] = (pod => pod.Spec.RestartPolicy = "Maybe", "spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\""),
        ["bad DNS policy"] = (pod => pod.Spec.DnsPolicy = "Mine", "spec.dnsPolicy: Unsupported value: \"Mine\": supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\""),
        ["DNS none without servers"] = (pod => pod.Spec.DnsPolicy = "None", "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"),
        ["too many DNS servers"] = (pod => pod.Spec.DnsConfig = new V1PodDNSConfig { Nameservers = ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"] }, "spec.dnsConfig.nameservers: Invalid value: [\"1.1.1.1\",\"1.1.1.2\",\"1.1.1.3\",\"1.1.1.4\"]: must not have more than 3 nameservers"),
        ["port zero"] = (pod => First(pod).Ports = [new V1ContainerPort()], "spec.containers[0].ports[0].containerPort: Required value"),
        ["port too large"] = (pod => First(pod).Ports = [new V1ContainerPort { ContainerPort = 70_000 }], "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"),
        ["port name"] = (pod => First(pod).Ports = [new V1ContainerPort { ContainerPort = 80, Name = "1" }], "spec.containers[0].ports[0].name: Invalid value: \"1\": must contain at least one letter (a-z)"),
        ["port protocol"] = (pod => First(pod).Ports = [new V1ContainerPort { ContainerPort = 80, Protocol = "ICMP" }], "spec.containers[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\""),
        ["host port twice"] = (pod =>
        {
            First(pod).Ports = [new V1ContainerPort { ContainerPort = 80, HostPort = 8080 }];
            pod.Spec.Containers.Add(Container("other") with { Ports = [new V1ContainerPort { ContainerPort = 81, HostPort = 8080 }] });
        }, "spec.containers[1].ports[0].hostPort: Duplicate value: \"TCP//8080\""),
        ["host network with another host port"] = (pod =>
        {
            pod.Spec.HostNetwork = true;
            First(pod).Ports = [new V1ContainerPort { ContainerPort = 80, HostPort = 81 }];
        }, "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"),
        ["env without name"] = (pod => First(pod).Env = [new V1EnvVar()], "spec.containers[0].env[0].name: Required value"),
        ["env with an equals sign"] = (pod => First(pod).Env = [new V1EnvVar { Name = "A=B" }], "spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only of printable ASCII characters other than '='"),
        ["env with value and source"] = (pod => First(pod).Env = [new V1EnvVar { Name = "A", Value = "b", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } }], "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty"),
        ["env from nothing"] = (pod => First(pod).Env = [new V1EnvVar { Name = "A", ValueFrom = new V1EnvVarSource() }], "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"),
        ["env from an unknown field"] = (pod => First(pod).Env = [Field("spec.volumes")], "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.volumes\": error converting fieldPath: field label not supported: spec.volumes"),
        ["env from a field for volumes"] = (pod => First(pod).Env = [Field("metadata.labels")], "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"metadata.labels\": supported values: \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\""),
        ["env from one label"] = (pod => First(pod).Env = [Field("metadata.labels['app']")], ""),
        ["env from a key without name"] = (pod => First(pod).Env = [new V1EnvVar { Name = "A", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "s" } } }], "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value"),
        ["envFrom nothing"] = (pod => First(pod).EnvFrom = [new V1EnvFromSource()], "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`"),
        ["mount of an unknown volume"] = (pod => First(pod).VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = "/data" }], "spec.containers[0].volumeMounts[0].name: Not found: \"data\""),
        ["mount path twice"] = (pod =>
        {
            Volume(pod, new V1Volume { Name = "data" });
            First(pod).VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = "/data" }, new V1VolumeMount { Name = "data", MountPath = "/data" }];
        }, "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/data\": must be unique"),
        ["mount of an upward path"] = (pod =>
        {
            Volume(pod, new V1Volume { Name = "data" });
            First(pod).VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = "/data", SubPath = "a/../b" }];
        }, "spec.containers[0].volumeMounts.subPath: Invalid value: \"a/../b\": must not contain '..'"),
        ["mount propagated both ways"] = (pod =>
        {
            Volume(pod, new V1Volume { Name = "data" });
            First(pod).VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = "/data", MountPropagation = "Bidirectional" }];
        }, "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers"),
        ["volume with two sources"] = (pod => Volume(pod, new V1Volume { Name = "data", EmptyDir = new V1EmptyDirVolumeSource(), ConfigMap = new V1ConfigMapVolumeSource { Name = "c" } }), "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type"),
        ["volume twice"] = (pod => pod.Spec.Volumes = [new V1Volume { Name = "a" }, new V1Volume { Name = "a" }], "spec.volumes[1].name: Duplicate value: \"a\""),
        ["volume of a secret without name"] = (pod => Volume(pod, new V1Volume { Name = "a", Secret = new V1SecretVolumeSource() }), "spec.volumes[0].secret.secretName: Required value"),
        ["volume with a bad mode"] = (pod => Volume(pod, new V1Volume { Name = "a", ConfigMap = new V1ConfigMapVolumeSource { Name = "c", DefaultMode = 4096 } }), "spec.volumes[0].configMap.defaultMode: Invalid value: 4096: must be a number between 0 and 0777 (octal), both inclusive"),
        ["volume of an absolute item"] = (pod => Volume(pod, new V1Volume { Name = "a", ConfigMap = new V1ConfigMapVolumeSource { Name = "c", Items = [new V1KeyToPath { Key = "k", Path = "/p" }] } }), "spec.volumes[0].configMap.items[0].path: Invalid value: \"/p\": must be a relative path"),
        ["host path without path"] = (pod => Volume(pod, new V1Volume { Name = "a", HostPath = new V1HostPathVolumeSource() }), "spec.volumes[0].hostPath.path: Required value"),
        ["host path type"] = (pod => Volume(pod, new V1Volume { Name = "a", HostPath = new V1HostPathVolumeSource { Path = "/x", Type = "Dir" } }), "spec.volumes[0].hostPath.type: Unsupported value: \"Dir\": supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\""),
        ["token that ends soon"] = (pod => Volume(pod, Projected(new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "t", ExpirationSeconds = 60 } })), "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes"),
        ["token without account"] = (pod =>
        {
            pod.Spec.ServiceAccountName = null;
            Volume(pod, Projected(new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "t" } }));
        }, "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set"),
        ["probe that does nothing"] = (pod => First(pod).ReadinessProbe = new V1Probe(), "spec.containers[0].readinessProbe: Required value: must specify a handler type"),
        ["probe that does two things"] = (pod => First(pod).LivenessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["true"] }, TcpSocket = new V1TCPSocketAction { Port = 80 } }, "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"),
        ["liveness with two successes"] = (pod => First(pod).LivenessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["true"] }, SuccessThreshold = 2 }, "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"),
        ["probe with a negative delay"] = (pod => First(pod).ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["true"] }, InitialDelaySeconds = -1 }, "spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0"),
        ["probe of a bad port"] = (pod => First(pod).ReadinessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Port = 0 } }, "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive"),
        ["hook that sleeps too long"] = (pod => First(pod).Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Sleep = new V1SleepAction { Seconds = 31 } } }, "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)"),
        ["request over its limit"] = (pod => First(pod).Resources = Resources(("cpu", "2"), ("cpu", "1")), "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"),
        ["negative request"] = (pod => First(pod).Resources = Resources(("cpu", "-1"), null), "spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"),
        ["unknown resource"] = (pod => First(pod).Resources = Resources(("disk", "1"), null), "spec.containers[0].resources.requests[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\nspec.containers[0].resources.requests[disk]: Invalid value: \"disk\": must be a standard resource for containers"),
        ["half a device"] = (pod => First(pod).Resources = Resources(null, ("example.com/gpu", "500m")), "spec.containers[0].resources.limits[example.com/gpu]: Invalid value: \"500m\": must be an integer\nspec.containers[0].resources.requests[example.com/gpu]: Invalid value: \"500m\": must be an integer"),
        ["huge pages alone"] = (pod => First(pod).Resources = Resources(null, ("hugepages-2Mi", "4Mi")), "spec.containers[0].resources: Forbidden: HugePages require cpu or memory"),
        ["init container with a probe"] = (pod => pod.Spec.InitContainers = [Container("init") with { ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["true"] } } }], "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always"),
        ["sidecar with a probe"] = (pod => pod.Spec.InitContainers = [Container("init") with { RestartPolicy = "Always", ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["true"] } } }], ""),
        ["init container named as another"] = (pod => pod.Spec.InitContainers = [Container("web")], "spec.initContainers[0].name: Duplicate value: \"web\""),
        ["restart policy of a container"] = (pod => First(pod).RestartPolicy = "Always", ""),
        ["unknown restart policy of a container"] = (pod => First(pod).RestartPolicy = "Maybe", "spec.containers[0].restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"Never\", \"OnFailure\""),
        ["restart rules"] = (pod =>
        {
            First(pod).RestartPolicy = "Never";
            First(pod).RestartPolicyRules = [new V1ContainerRestartRule { Action = "Restart", ExitCodes = new V1ContainerRestartRuleOnExitCodes { OperatorProperty = "In", Values = [42] } }];
        }, ""),
        ["bad restart rules"] = (pod => First(pod).RestartPolicyRules =
            [
                new V1ContainerRestartRule { Action = "Cry", ExitCodes = new V1ContainerRestartRuleOnExitCodes { OperatorProperty = "Near", Values = [.. Enumerable.Range(0, 256).Select(code => (int?)code)] } },
                new V1ContainerRestartRule { Action = "Restart" },
            ],
            "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used\n"
            + "spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"Cry\": supported values: \"Restart\", \"RestartAllContainers\"\n"
            + "spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Near\": supported values: \"In\", \"NotIn\"\n"
            + "spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items\n"
            + "spec.containers[0].restartPolicyRules[1].exitCodes: Required value: must be specified"),
        ["stop signal without a system"] = (pod => First(pod).Lifecycle = new V1Lifecycle { StopSignal = "SIGTERM" }, "spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`"),
        ["stop signal"] = (pod => (pod.Spec.Os, First(pod).Lifecycle) = (new V1PodOS { Name = "linux" }, new V1Lifecycle { StopSignal = "SIGRTMIN+3" }), ""),
        ["stop signal of another system"] = (pod => (pod.Spec.Os, First(pod).Lifecycle) = (new V1PodOS { Name = "windows" }, new V1Lifecycle { StopSignal = "SIGUSR1" }), "spec.containers[0].lifecycle.stopSignal: Unsupported value: \"SIGUSR1\": supported values: \"SIGKILL\", \"SIGTERM\""),
        ["host name given"] = (pod => pod.Spec.HostnameOverride = "a.example.com", ""),
        ["host name too long"] = (pod => (pod.Spec.HostnameOverride, pod.Spec.SetHostnameAsFQDN) = (new string('a', 65), true), "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true\nspec.hostnameOverride: Too long: may not be more than 64 bytes"),
        ["certificate"] = (pod => pod.Spec.Volumes = [Certified(new V1PodCertificateProjection { SignerName = "a.io/b", KeyType = "ED25519", CredentialBundlePath = "c" })], ""),
        ["bad certificate"] = (pod => pod.Spec.Volumes = [Certified(new V1PodCertificateProjection { SignerName = "kubernetes.io/b", KeyType = "RSA1", MaxExpirationSeconds = 86401 })],
            "spec.volumes[0].projected.sources[0].podCertificate.keyType: Unsupported value: \"RSA1\": supported values: \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", \"ED25519\"\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 86401: if provided, maxExpirationSeconds must be <= 86400\n"
            + "spec.volumes[0].projected.sources[0].podCertificate: Required value: specify at least one of credentialBundlePath, keyPath, and certificateChainPath"),
        ["certificate of nobody"] = (pod => pod.Spec.Volumes = [Certified(new V1PodCertificateProjection { SignerName = "me", KeyType = "ED25519", KeyPath = "k", CertificateChainPath = "k", MaxExpirationSeconds = 1 })],
            "spec.volumes[0].projected.sources[0].podCertificate.signerName: Invalid value: \"me\": must be a fully qualified domain and path of the form 'example.com/signer-name'\n"
            + "spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 1: if provided, maxExpirationSeconds must be >= 3600\n"
            + "spec.volumes[0].projected: Invalid value: \"k\": conflicting duplicate paths"),
        ["variable from a file"] = (pod => First(pod).Env = [new V1EnvVar { Name = "A", ValueFrom = new V1EnvVarSource { FileKeyRef = new V1FileKeySelector { Path = "../x" } } }],
            "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value\nspec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Required value\nspec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"../x\": must not contain '..'\nspec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: \"\""),
        ["debugger on create"] = (pod => pod.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "debug", Image = "busybox" }], "spec.ephemeralContainers: Forbidden: cannot be set on create"),
        ["deadline zero"] = (pod => pod.Spec.ActiveDeadlineSeconds = 0, "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"),
        ["host name"] = (pod => pod.Spec.Hostname = "a_b", "spec.hostname: Invalid value: \"a_b\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["host alias"] = (pod => pod.Spec.HostAliases = [new V1HostAlias { Ip = "nowhere", Hostnames = ["x"] }], "spec.hostAliases[0].ip: Invalid value: \"nowhere\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        ["node selector"] = (pod => pod.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "-" }, "spec.nodeSelector: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["toleration of everything without Exists"] = (pod => pod.Spec.Tolerations = [new V1Toleration { OperatorProperty = "Equal" }], "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\""),
        ["toleration for a time"] = (pod => pod.Spec.Tolerations = [new V1Toleration { Key = "k", OperatorProperty = "Exists", TolerationSeconds = 1 }], "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set"),
        ["toleration of an unknown effect"] = (pod => pod.Spec.Tolerations = [new V1Toleration { Key = "k", OperatorProperty = "Exists", Effect = "No" }], "spec.tolerations[0].effect: Unsupported value: \"No\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""),
        ["affinity without terms"] = (pod => pod.Spec.Affinity = new V1Affinity { NodeAffinity = new V1NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector() } }, "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term"),
        ["affinity without topology"] = (pod => pod.Spec.Affinity = new V1Affinity { PodAffinity = new V1PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [new V1PodAffinityTerm()] } },
            "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty\nspec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must be non-empty\nspec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["affinity weight"] = (pod => pod.Spec.Affinity = new V1Affinity { NodeAffinity = new V1NodeAffinity { PreferredDuringSchedulingIgnoredDuringExecution = [new V1PreferredSchedulingTerm { Weight = 101, Preference = new V1NodeSelectorTerm() }] } }, "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100"),
        ["spread without skew"] = (pod => pod.Spec.TopologySpreadConstraints = [new V1TopologySpreadConstraint { TopologyKey = "zone", WhenUnsatisfiable = "DoNotSchedule" }], "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero"),
        ["spread twice"] = (pod => pod.Spec.TopologySpreadConstraints = [Spread(), Spread()], "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{zone, DoNotSchedule}\""),
        ["user id"] = (pod => pod.Spec.SecurityContext = new V1PodSecurityContext { RunAsUser = -1 }, "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
        ["sysctl"] = (pod => pod.Spec.SecurityContext = new V1PodSecurityContext { Sysctls = [new V1Sysctl { Name = "Net" }] }, "spec.securityContext.sysctls[0].name: Invalid value: \"Net\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),
        ["sysctl of the node"] = (pod =>
        {
            pod.Spec.HostNetwork = true;
            pod.Spec.SecurityContext = new V1PodSecurityContext { Sysctls = [new V1Sysctl { Name = "net.core.somaxconn", Value = "1" }] };
        }, "spec.securityContext.sysctls[0].name: Invalid value: \"net.core.somaxconn\": may not be specified when 'hostNetwork' is true"),
        ["seccomp without its file"] = (pod => First(pod).SecurityContext = new V1SecurityContext { SeccompProfile = new V1SeccompProfile { Type = "Localhost" } }, "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost"),
        ["privileged without escalation"] = (pod => First(pod).SecurityContext = new V1SecurityContext { Privileged = true, AllowPrivilegeEscalation = false }, "spec.containers[0].securityContext: Invalid value: {\"Capabilities\":null,\"Privileged\":true,\"SELinuxOptions\":null,\"WindowsOptions\":null,\"RunAsUser\":null,\"RunAsGroup\":null,\"RunAsNonRoot\":null,\"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":false,\"ProcMount\":null,\"SeccompProfile\":null,\"AppArmorProfile\":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true"),
        ["gate twice"] = (pod => pod.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "a" }, new V1PodSchedulingGate { Name = "a" }], "spec.schedulingGates[1]: Duplicate value: \"a\""),
        ["gated and placed"] = (pod =>
        {
            pod.Spec.NodeName = "n1";
            pod.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "a" }];
        }, "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"),
        ["readiness gate"] = (pod => pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "a/b/c" }], "spec.readinessGates[0].conditionType: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"),
        ["unknown system"] = (pod => pod.Spec.Os = new V1PodOS { Name = "plan9" }, "spec.os: Unsupported value: \"plan9\": supported values: \"linux\", \"windows\""),
        ["windows with a Linux right"] = (pod =>
        {
            pod.Spec.Os = new V1PodOS { Name = "windows" };
            First(pod).SecurityContext = new V1SecurityContext { Privileged = true };
        }, "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod"),
        ["user namespace on the node's network"] = (pod => (pod.Spec.HostUsers, pod.Spec.HostNetwork) = (false, true), "spec.hostNetwork: Forbidden: when `hostUsers` is false"),
        ["deletion cost"] = (pod => pod.Metadata.Annotations = new Dictionary<string, string> { ["controller.kubernetes.io/pod-deletion-cost"] = "much" }, "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"much\": must be a 32bit integer"),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Create_PodOfTheCase_HasExactlyItsFaults(string name)
    {
        var (change, expected) = Table[name];
        var pod = Pod();
        change(pod);

        Assert.Equal(expected, Declared.CreateFaults(pod));
    }

    internal static V1Pod Pod() => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new V1ObjectMeta { Name = "web-0", NamespaceProperty = "default" },
        Spec = new V1PodSpec { Containers = [Container("web")], ServiceAccountName = "default" },
    };

    internal static V1Container Container(string name) => new() { Name = name, Image = "nginx:1" };

    private static V1Volume Certified(V1PodCertificateProjection certificate)
        => new() { Name = "v", Projected = new V1ProjectedVolumeSource { Sources = [new V1VolumeProjection { PodCertificate = certificate }] } };

    private static V1Container First(V1Pod pod) => pod.Spec.Containers[0];

    private static void Volume(V1Pod pod, V1Volume volume) => pod.Spec.Volumes = [volume];

    private static V1Volume Projected(V1VolumeProjection source) => new() { Name = "p", Projected = new V1ProjectedVolumeSource { Sources = [source] } };

    private static V1EnvVar Field(string path) => new() { Name = "A", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = path } } };

    private static V1TopologySpreadConstraint Spread() => new() { MaxSkew = 1, TopologyKey = "zone", WhenUnsatisfiable = "DoNotSchedule" };

    private static V1ResourceRequirements Resources((string Name, string Amount)? request, (string Name, string Amount)? limit)
    {
        var resources = new V1ResourceRequirements();
        if (request is { } wanted) { resources.Requests = new Dictionary<string, ResourceQuantity> { [wanted.Name] = Orch.Resources.Quantities.Parse(wanted.Amount) }; }
        if (limit is { } most) { resources.Limits = new Dictionary<string, ResourceQuantity> { [most.Name] = Orch.Resources.Quantities.Parse(most.Amount) }; }
        return resources;
    }
}
