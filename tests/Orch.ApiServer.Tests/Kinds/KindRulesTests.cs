using k8s;
using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of all kinds but pods, each case with exactly the faults that upstream finds.</summary>
public sealed class KindRulesTests
{
    private const string Web = "spec: {selector: {app: web}, ";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["config map key"] = (Create<V1ConfigMap>("{metadata: {name: c}, data: {'a b': x}}"), "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        ["config map key upwards"] = (Create<V1ConfigMap>("{metadata: {name: c}, data: {'..': x}}"), "data[..]: Invalid value: \"..\": must not be '..'"),
        ["config map key twice"] = (Create<V1ConfigMap>("{metadata: {name: c}, data: {a: x}, binaryData: {a: eA==}}"), "data[a]: Invalid value: \"a\": duplicate of key present in binaryData"),
        ["immutable config map"] = (Update<V1ConfigMap>("{metadata: {name: c}, immutable: true, data: {a: x}}", map => (map.Immutable, map.Data) = (null, new Dictionary<string, string>())), "immutable: Forbidden: field is immutable when `immutable` is set\ndata: Forbidden: field is immutable when `immutable` is set"),
        ["secret of a certificate"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/tls}"), "data[tls.crt]: Required value\ndata[tls.key]: Required value"),
        ["secret of a token"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/service-account-token}"), "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
        ["secret of a registry"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/dockerconfigjson}"), "data[.dockerconfigjson]: Required value"),
        ["secret of a password"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/basic-auth}"), "data[username]: Required value\ndata[password]: Required value"),
        ["secret's type changed"] = (Update<V1Secret>("{metadata: {name: s}, type: a}", secret => secret.Type = "b"), "type: Invalid value: \"b\": field is immutable"),
        ["secret too large"] = (() => Declared.CreateFaults(new V1Secret { Metadata = new V1ObjectMeta { Name = "s" }, Data = new Dictionary<string, byte[]> { ["a"] = new byte[1024 * 1024 + 1] } }), "data: Too long: may not be more than 1048576 bytes"),
        ["namespace phase"] = (() => Declared.StatusFaults(Declared.Created<V1Namespace>("{metadata: {name: n}}"), item => item.Status.Phase = "Terminating"), "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"),
        ["lease of no time"] = (Create<V1Lease>("{metadata: {name: l}, spec: {leaseDurationSeconds: 0}}"), "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
        ["taint twice"] = (Create<V1Node>("{metadata: {name: n}, spec: {taints: [{key: a, effect: NoSchedule}, {key: a, value: b, effect: NoSchedule}]}}"), "metadata.taints[1]: Duplicate value: {\"Key\":\"a\",\"Value\":\"b\",\"Effect\":\"NoSchedule\",\"TimeAdded\":null}: taints must be unique by key and effect pair"),
        ["node's network changed"] = (Update<V1Node>("{metadata: {name: n}, spec: {podCIDR: 10.1.0.0/24}}", node => (node.Spec.PodCIDR, node.Spec.PodCIDRs) = ("10.2.0.0/24", ["10.2.0.0/24"])), "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid"),
        ["node's provider changed"] = (Update<V1Node>("{metadata: {name: n}, spec: {providerID: a}}", node => node.Spec.ProviderID = "b"), "spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid"),
        ["event of another namespace"] = (Create<Corev1Event>("{metadata: {name: e, namespace: a}, involvedObject: {namespace: b}}"), "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace"),
        ["new event without reporter"] = (Create<Eventsv1Event>("{metadata: {name: e, namespace: a}, eventTime: 2025-01-01T00:00:00.000000Z, regarding: {namespace: a}, action: x, reason: y, type: Normal, reportingInstance: i}"),
            "reportingController: Required value\nreportingController: Invalid value: \"\": name part must be non-empty\nreportingController: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["new event with a count"] = (Create<Eventsv1Event>("{metadata: {name: e, namespace: a}, eventTime: 2025-01-01T00:00:00.000000Z, regarding: {namespace: a}, action: x, reason: y, type: Normal, reportingController: c, reportingInstance: i, deprecatedCount: 2}"), "count: Invalid value: \"\": needs to be unset"),

        ["service without ports"] = (Create<V1Service>("{metadata: {name: s}, spec: {}}"), "spec.ports: Required value"),
        ["service port"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "ports: [{port: 0}]}}"), "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\nspec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive"),
        ["service ports without names"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "ports: [{port: 80}, {port: 81}]}}"), "spec.ports[0].name: Required value\nspec.ports[1].name: Required value"),
        ["service port twice"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "ports: [{port: 80, name: a}, {port: 80, name: b}]}}"), "spec.ports[1]: Duplicate value: {\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,\"NodePort\":0}"),
        ["service type"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "type: Magic, ports: [{port: 80}]}}"), "spec.type: Unsupported value: \"Magic\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""),
        ["service affinity"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "sessionAffinity: Cookie, ports: [{port: 80}]}}"), "spec.sessionAffinity: Unsupported value: \"Cookie\": supported values: \"ClientIP\", \"None\""),
        ["service affinity for days"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}, ports: [{port: 80}]}}"), "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400"),
        ["service node port where there is none"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "ports: [{port: 80, nodePort: 30000}]}}"), "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"),
        ["service external name"] = (Create<V1Service>("{metadata: {name: s}, spec: {type: ExternalName}}"), "spec.externalName: Required value"),
        ["service headless on nodes"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "type: NodePort, clusterIP: None, ports: [{port: 80}]}}"), "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"),
        ["service address"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "clusterIP: here, ports: [{port: 80}]}}"), "spec.clusterIPs[0]: Invalid value: \"here\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        ["service external address"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "externalIPs: [127.0.0.1], ports: [{port: 80}]}}"), "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ["service traffic policy"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "externalTrafficPolicy: Local, ports: [{port: 80}]}}"), "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services"),
        ["service source range"] = (Create<V1Service>("{metadata: {name: s}, " + Web + "loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}}"), "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"),
        ["service address changed"] = (Update<V1Service>("{metadata: {name: s}, " + Web + "clusterIP: 10.0.0.1, ports: [{port: 80}]}}", service => (service.Spec.ClusterIP, service.Spec.ClusterIPs) = ("10.0.0.2", ["10.0.0.2"])), "spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set"),
        ["service address left out"] = (Update<V1Service>("{metadata: {name: s}, " + Web + "clusterIP: 10.0.0.1, ports: [{port: 80}]}}", service => (service.Spec.ClusterIP, service.Spec.ClusterIPs) = (null, null)), ""),
        ["endpoints of nobody"] = (Create<V1Endpoints>("{metadata: {name: e}, subsets: [{ports: [{port: 80}]}]}"), "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"),
        ["endpoint on loopback"] = (Create<V1Endpoints>("{metadata: {name: e}, subsets: [{addresses: [{ip: 127.0.0.1}]}]}"), "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ["slice type"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPX, endpoints: []}"), "addressType: Unsupported value: \"IPX\": supported values: \"FQDN\", \"IPv4\", \"IPv6\""),
        ["slice type changed"] = (Update<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: []}", slice => slice.AddressType = "IPv6"), "addressType: Invalid value: \"IPv6\": field is immutable"),
        ["slice endpoint without address"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: [{addresses: []}]}"), "endpoints[0].addresses: Required value: must contain at least 1 address"),
        ["slice endpoint of the other family"] = (Create<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: [{addresses: ['fd00::1']}]}"), "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address"),

        ["deployment without selector"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {" + Template("{}") + "}}"), "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`"),
        ["deployment of nothing"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {}}"), "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`\nspec.template.spec.containers: Required value"),
        ["deployment that does not pick its pods"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, " + Template("{a: c}") + "}}"), "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`"),
        ["deployment of negative size"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {replicas: -1, selector: {matchLabels: {a: b}}, " + Template("{a: b}") + "}}"), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ["deployment that cannot roll"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: '0%'}}, selector: {matchLabels: {a: b}}, " + Template("{a: b}") + "}}"), "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0"),
        ["deployment that recreates and rolls"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, selector: {matchLabels: {a: b}}, " + Template("{a: b}") + "}}"), "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"),
        ["deployment with a short deadline"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {minReadySeconds: 10, progressDeadlineSeconds: 10, selector: {matchLabels: {a: b}}, " + Template("{a: b}") + "}}"), "spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds"),
        ["deployment of pods that end"] = (Create<V1Deployment>("{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}"), "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""),
        ["deployment's selector changed"] = (Update<V1Deployment>("{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, " + Template("{a: b, c: d}") + "}}", deployment => deployment.Spec.Selector.MatchLabels = new Dictionary<string, string> { ["c"] = "d" }), "spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is immutable"),
        ["replica set reports too many"] = (() => Declared.StatusFaults(Declared.Created<V1ReplicaSet>("{metadata: {name: r}, spec: {selector: {matchLabels: {a: b}}, " + Template("{a: b}") + "}}"), set => set.Status = new V1ReplicaSetStatus { Replicas = 1, ReadyReplicas = 2 }), "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"),
        ["revision without data"] = (Create<V1ControllerRevision>("{metadata: {name: r}, revision: 1}"), "data: Required value: data is mandatory"),
        ["role without verbs"] = (Create<V1Role>("{metadata: {name: r}, rules: [{apiGroups: [''], resources: [pods]}]}"), "rules[0].verbs: Required value: verbs must contain at least one value"),
        ["role of a path"] = (Create<V1Role>("{metadata: {name: r}, rules: [{verbs: [get], nonResourceURLs: [/x]}]}"), "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs"),
        ["cluster role of a path"] = (Create<V1ClusterRole>("{metadata: {name: r}, rules: [{verbs: [get], nonResourceURLs: [/x]}]}"), ""),
        ["binding's role changed"] = (Update<V1RoleBinding>("{metadata: {name: b}, roleRef: {kind: Role, name: a}}", binding => binding.RoleRef.Name = "b"), "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"b\"}: cannot change roleRef"),
        ["binding of a cluster to a role"] = (Create<V1ClusterRoleBinding>("{metadata: {name: b}, roleRef: {kind: Role, name: a}}"), "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\""),
        ["binding to an account without namespace"] = (Create<V1ClusterRoleBinding>("{metadata: {name: b}, roleRef: {kind: ClusterRole, name: a}, subjects: [{kind: ServiceAccount, name: s}]}"), "subjects[0].namespace: Required value"),
        ["priority of the system"] = (Create<V1PriorityClass>("{metadata: {name: system-mine}, value: 1}"), "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class"),
        ["priority too high"] = (Create<V1PriorityClass>("{metadata: {name: p}, value: 1000000001}"), "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"),
        ["priority changed"] = (Update<V1PriorityClass>("{metadata: {name: p}, value: 1}", item => item.Value = 2), "value: Forbidden: may not be changed in an update."),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static Func<string> Create<T>(string yaml)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.CreateFaults<T>(yaml);

    private static Func<string> Update<T>(string yaml, Action<T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => () => Declared.UpdateFaults(Declared.Created<T>(yaml), change);

    private static string Template(string labels) => $"template: {{metadata: {{labels: {labels}}}, spec: {{containers: [{{name: c, image: i}}]}}}}";
}
