using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Details of upstream's rules that are easily missed: which fault hides others, odd paths, what may stay as it is stored.</summary>
public sealed class UpstreamDetailRulesTests
{
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Crd = "group: example.com, scope: Cluster, names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}";
    private const string Version = "{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}";
    private const string Policy = "matchConstraints: {resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}]}";
    private const string NodeBundle = "LS0tLS1CRUdJTiBYLS0tLS0K";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["driver that is not named"] = (Create<V1ResourceSlice>("{metadata: {name: s}, spec: {driver: '', nodeName: n, pool: {name: p, resourceSliceCount: 1}}}"), "spec.driver: Required value"),
        ["capacity's default out of its range"] = (Create<V1ResourceSlice>(
            "{metadata: {name: s}, spec: {driver: d, nodeName: n, pool: {name: p, resourceSliceCount: 1}, devices: [{name: a, allowMultipleAllocations: true, capacity: {memory: {value: 10Gi, requestPolicy: {default: 2Gi, validRange: {min: 20Gi, max: 1Gi}}}}}]}}"),
            "spec.devices[0].capacity[memory].requestPolicy.validRange.min: Invalid value: \"20Gi\": min is larger than capacity value: 10Gi\n"
            + "spec.devices[0].capacity[memory].requestPolicy.validRange.min: Invalid value: \"2Gi\": default is less than min: 20Gi\n"
            + "spec.devices[0].capacity[memory].requestPolicy.validRange.max: Invalid value: \"20Gi\": min is larger than max: 1Gi\n"
            + "spec.devices[0].capacity[memory].requestPolicy.validRange.max: Invalid value: \"2Gi\": default is more than max: 1Gi"),

        ["topology that asks for nothing"] = (Create<V1StorageClass>("{metadata: {name: s}, provisioner: p, allowedTopologies: [{}]}"), "allowedTopologies[0].matchLabelExpressions: Duplicate value: \"\""),
        ["node's driver with a bad topology key"] = (Create<V1CSINode>("{metadata: {name: n}, spec: {drivers: [{name: d, nodeID: i, topologyKeys: ['a b']}]}}"),
            "spec.drivers[0]: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["attachment changed"] = (Update<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: d, nodeName: n, source: {persistentVolumeName: p}}}", item => item.Spec.NodeName = "m"),
            "spec: Invalid value: {\"Attacher\":\"d\",\"Source\":{\"PersistentVolumeName\":\"p\",\"InlineVolumeSpec\":null},\"NodeName\":\"m\"}: field is immutable"),

        ["preemption policy of no name"] = (Create<V1PriorityClass>("{metadata: {name: p}, preemptionPolicy: ''}"), "preemptionPolicy: Required value"),
        ["runtime's tolerations twice"] = (Create<V1RuntimeClass>("{metadata: {name: r}, handler: h, scheduling: {tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 1}, {key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 2}]}}"),
            "scheduling.tolerations[1]: Duplicate value: {\"Key\":\"a\",\"Operator\":\"Exists\",\"Value\":\"\",\"Effect\":\"NoExecute\",\"TolerationSeconds\":2}"),
        ["runtime's toleration of a bad effect"] = (Create<V1RuntimeClass>("{metadata: {name: r}, handler: h, scheduling: {tolerations: [{key: a, operator: Exists, effect: Odd}]}}"),
            "scheduling.tolerations.tolerations[0].effect: Unsupported value: \"Odd\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""),

        ["role gathered by a bad selector"] = (Create<V1ClusterRole>("{metadata: {name: r}, aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: a, operator: Odd}]}]}}"),
            "aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: \"Odd\": not a valid selector operator\n"
            + "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector."),
        ["ingress to a service that begins with a digit"] = (Create<V1Ingress>("{metadata: {name: i}, spec: {defaultBackend: {service: {name: 1st, port: {number: 80}}}}}"), ""),

        ["mutating policy called again oddly"] = (Create<V1MutatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{failurePolicy: Fail, reinvocationPolicy: Odd, {Policy}, mutations: [{{patchType: ApplyConfiguration, applyConfiguration: {{expression: 'Object{{}}'}}}}]}}}}"),
            "spec.reinvocationPolicy: Unsupported value: \"Odd\": supported values: \"IfNeeded\", \"Never\""),
        ["policy's variable and messages"] = (Create<V1ValidatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{failurePolicy: Fail, {Policy}, variables: [{{name: 4ever, expression: 'true'}}], validations: [{{expression: 'true', message: ' '}}, {{expression: 'true', message: \"a\\nb\"}}]}}}}"),
            "spec.variables[0].name: Invalid value: \"4ever\": must be a valid CEL identifier\n"
            + "spec.validations[0].message: Invalid value: \" \": must be non-empty if specified\n"
            + "spec.validations[1].message: Invalid value: \"a\\nb\": must not contain line breaks"),
        ["binding that matches nothing sayable"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny], matchResources: {matchPolicy: Odd}}}"),
            "spec.matchResources.matchPolicy: Unsupported value: \"Odd\": supported values: \"Equivalent\", \"Exact\""),
        ["webhook without a host"] = (Create<V1ValidatingWebhookConfiguration>("{metadata: {name: w}, webhooks: [{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https:///x'}}]}"),
            "webhooks[0].clientConfig.url: Invalid value: \"\": host must be specified; desired format: https://host[/path]"),
        ["webhook at a service of no namespace"] = (Create<V1ValidatingWebhookConfiguration>("{metadata: {name: w}, webhooks: [{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: s}}}]}"),
            "webhooks[0].clientConfig.service.name: Required value"),

        ["API service of a name that no path can have"] = (Create<V1APIService>("{metadata: {name: a%b}, spec: {group: example.com, version: v1, groupPriorityMinimum: 1, versionPriority: 1}}"), ""),

        ["definition that stores nothing"] = (Create<V1CustomResourceDefinition>($"{{metadata: {{name: things.example.com}}, spec: {{{Crd}, versions: [{{name: v1, served: true, storage: false, schema: {{openAPIV3Schema: {{type: object}}}}}}]}}}}"),
            "spec.versions: Invalid value: [{\"Name\":\"v1\",\"Served\":true,\"Storage\":false,\"Deprecated\":false,\"DeprecationWarning\":null,\"Schema\":null,\"Subresources\":null,\"AdditionalPrinterColumns\":null,\"SelectableFields\":null}]: must have exactly one version marked as storage version\n"
            + "status.storedVersions: Invalid value: null: must have at least one stored version"),
        ["definition of a bad group and version"] = (Create<V1CustomResourceDefinition>($"{{metadata: {{name: things.E.}}, spec: {{group: E., scope: Cluster, names: {{plural: things, singular: thing, kind: Thing, listKind: ThingList}}, versions: [{{name: V1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}]}}}}"),
            $"spec.group: Invalid value: \"E.\": {Subdomain}\n"
            + "spec.versions[0].name: Invalid value: \"V1\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"),
        ["new definition converted by whoever"] = (Create<V1CustomResourceDefinition>($"{{metadata: {{name: things.example.com}}, spec: {{{Crd}, versions: [{Version}], conversion: {{strategy: Webhook, webhook: {{conversionReviewVersions: [v1], clientConfig: {{url: 'https://a', caBundle: {NodeBundle}}}}}}}}}}}"), ""),
        ["definition converted by a service of no name"] = (Create<V1CustomResourceDefinition>($"{{metadata: {{name: things.example.com}}, spec: {{{Crd}, versions: [{Version}], conversion: {{strategy: Webhook, webhook: {{conversionReviewVersions: [v1], clientConfig: {{service: {{namespace: n, path: a//b}}}}}}}}}}}}"),
            "spec.conversion.webhookClientConfig.service.namespace: Required value\n"
            + "spec.conversion.webhookClientConfig.service.path: Invalid value: \"a//b\": must start with a '/'\n"
            + "spec.conversion.webhookClientConfig.service.path: Invalid value: \"a//b\": segment[0] may not be empty\n"
            + "spec.conversion.webhookClientConfig.service.path: Invalid value: \"a//b\": segment[1] may not be empty"),
        ["established definition converted by whoever"] = (UpdateWith<V1CustomResourceDefinition>($"{{metadata: {{name: things.example.com}}, spec: {{{Crd}, versions: [{Version}]}}}}",
            item => item.Status.Conditions = [new V1CustomResourceDefinitionCondition { Type = "Established", Status = "True" }],
            item => item.Spec.Conversion = new V1CustomResourceConversion { Strategy = "Webhook", Webhook = new V1WebhookConversion { ConversionReviewVersions = ["v1"], ClientConfig = new Apiextensionsv1WebhookClientConfig { Url = "https://a", CaBundle = Convert.FromBase64String(NodeBundle) } } }),
            $"spec.conversion.webhookClientConfig.caBundle: Invalid value: \"{NodeBundle}\": unable to load root certificates: unable to parse bytes as PEM block"),
        ["protected definition that was never approved"] = (Update<V1CustomResourceDefinition>("{metadata: {name: things.k8s.io}, spec: {group: k8s.io, scope: Cluster, names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}, versions: [" + Version + "]}}", item => item.Spec.Names.ShortNames = ["th"]), ""),
        ["protected definition that is approved no more"] = (Update<V1CustomResourceDefinition>("{metadata: {name: things.k8s.io, annotations: {api-approved.kubernetes.io: 'https://a.b'}}, spec: {group: k8s.io, scope: Cluster, names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}, versions: [" + Version + "]}}", item => item.Metadata.Annotations = null),
            "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111"),

        ["event of no reporter"] = (Create<Corev1Event>("{metadata: {name: e, namespace: a}, eventTime: 2025-01-01T00:00:00.000000Z, involvedObject: {namespace: a}, action: x, reason: y, type: Normal, reportingComponent: a/b/c, reportingInstance: i}"),
            "reportingComponent: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"),

        ["slice's address of the other family"] = (Create<V1EndpointSlice>("{metadata: {name: s}, addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}, {addresses: [x]}]}"),
            "endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address\n"
            + "endpoints[1].addresses[0]: Invalid value: \"x\": must be a valid IPv6 address\n"
            + "endpoints[1].addresses[0]: Invalid value: \"x\": must be a valid IP address"),
        ["slice's topology"] = (UpdateWith<V1EndpointSlice>("{metadata: {name: s}, addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}]}", static slice => slice.Endpoints[0].DeprecatedTopology = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = "z" }, static _ => { }),
            "endpoints[0].deprecatedTopology[topology.kubernetes.io/zone]: Internal error: reserved key was not removed in conversion"),
        ["slice's hints twice"] = (Create<V1EndpointSlice>("{metadata: {name: s}, addressType: IPv4, endpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: a}]}}]}"), "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\""),
        ["slice's port number"] = (Create<V1EndpointSlice>("{metadata: {name: s}, addressType: IPv4, ports: [{port: 0}]}"), ""),

        ["fixed schema changed"] = (Create<V1FlowSchema>("{metadata: {name: catch-all}, spec: {matchingPrecedence: 10000, priorityLevelConfiguration: {name: catch-all}, rules: [{subjects: [{kind: User, user: {name: u}}], nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}]}]}}"),
            "spec: Invalid value: {\"PriorityLevelConfiguration\":{\"Name\":\"catch-all\"},\"MatchingPrecedence\":10000,\"DistinguisherMethod\":null,\"Rules\":[{\"Subjects\":[{\"Kind\":\"User\",\"User\":{\"Name\":\"u\"},\"Group\":null,\"ServiceAccount\":null}],\"ResourceRules\":null,\"NonResourceRules\":[{\"Verbs\":[\"*\"],\"NonResourceURLs\":[\"*\"]}]}]}: spec of 'catch-all' must equal the fixed value"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());
}
