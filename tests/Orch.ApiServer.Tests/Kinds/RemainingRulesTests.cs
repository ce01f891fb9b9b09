using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of the smaller kinds, and those of workloads that no other table holds.</summary>
public sealed class RemainingRulesTests
{
    private const string Ready = "selector: {matchLabels: {a: b}}, ";
    private static readonly string Picked = Template("{a: b}");

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["docker settings"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/dockercfg}"), "data[.dockercfg]: Required value"),
        ["docker settings that are none"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/dockercfg, data: {.dockercfg: e3g=}}"), "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": invalid character 'x' looking for beginning of object key string"),
        ["registry settings that are none"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: WzE=}}"), "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": unexpected end of JSON input"),
        ["key of a shell"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/ssh-auth, data: {ssh-privatekey: ''}}"), "data[ssh-privatekey]: Required value"),
        ["half a password"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/basic-auth, data: {password: eA==}}"), ""),
        ["half a certificate"] = (Create<V1Secret>("{metadata: {name: s}, type: kubernetes.io/tls, data: {tls.crt: eA==}}"), "data[tls.key]: Required value"),
        ["secret's key"] = (Create<V1Secret>("{metadata: {name: s}, data: {'a b': eA==, ..c: eA==, .: eA==}}"), 
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')\n"
            + "data[..c]: Invalid value: \"..c\": must not start with '..'\n"
            + "data[.]: Invalid value: \".\": must not be '.'"),
        ["secret as large as may be"] = (() => Declared.CreateFaults(new V1Secret { Metadata = new V1ObjectMeta { Name = "s" }, Data = new Dictionary<string, byte[]> { ["a"] = new byte[1024 * 1024] } }), ""),
        ["immutable secret"] = (Update<V1Secret>("{metadata: {name: s}, immutable: true, data: {a: eA==}}", item => (item.Immutable, item.Data) = (false, null)), "immutable: Forbidden: field is immutable when `immutable` is set\ndata: Forbidden: field is immutable when `immutable` is set"),
        ["immutable secret kept"] = (Update<V1Secret>("{metadata: {name: s}, immutable: true, data: {a: eA==}}", item => item.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }), ""),
        ["config map's binary key"] = (Create<V1ConfigMap>("{metadata: {name: c}, binaryData: {'a b': eA==}}"), "binaryData[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        ["config map too large"] = (() => Declared.CreateFaults(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "s" }, BinaryData = new Dictionary<string, byte[]> { ["a"] = new byte[1024 * 1024] }, Data = new Dictionary<string, string> { ["b"] = "x" } }), "[]: Too long: may not be more than 1048576 bytes"),
        ["config map as large as may be"] = (() => Declared.CreateFaults(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "s" }, BinaryData = new Dictionary<string, byte[]> { ["a"] = new byte[1024 * 1024 - 1] }, Data = new Dictionary<string, string> { ["b"] = "x" } }), ""),
        ["immutable config map's bytes"] = (Update<V1ConfigMap>("{metadata: {name: c}, immutable: true, binaryData: {a: eA==}}", item => item.BinaryData = null), "binaryData: Forbidden: field is immutable when `immutable` is set"),
        ["namespace's finalizers"] = (Create<V1Namespace>("{metadata: {name: n}, spec: {finalizers: [a, 'b c', d.e/f, kubernetes]}}"), 
            "spec.finalizers: Invalid value: \"a\": name is neither a standard finalizer name nor is it fully qualified\n"
            + "spec.finalizers: Invalid value: \"b c\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.finalizers: Invalid value: \"b c\": name is neither a standard finalizer name nor is it fully qualified"),
        ["namespace that is going"] = (StatusWith<V1Namespace>("{metadata: {name: n}}", item => (item.Metadata.DeletionTimestamp, item.Status) = (DateTime.UnixEpoch, new V1NamespaceStatus { Phase = "Terminating" }), item => item.Status.Phase = "Active"), "status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty"),
        ["event in series of one"] = (Create<Eventsv1Event>("{metadata: {name: e, namespace: a}, eventTime: 2025-01-01T00:00:00.000000Z, regarding: {namespace: a}, action: x, reason: y, type: Normal, reportingController: c, reportingInstance: i, series: {count: 1}}"), "series.count: Invalid value: \"\": should be at least 2\nseries.lastObservedTime: Required value"),
        ["event of every fault"] = (() => Declared.CreateFaults(new Eventsv1Event { Metadata = new V1ObjectMeta { Name = "e", NamespaceProperty = "A_" }, EventTime = DateTime.UnixEpoch, Type = "Odd", Note = new string('x', 1025), Action = new string('x', 129), Reason = "", ReportingController = "a/b/c", ReportingInstance = new string('x', 128), DeprecatedFirstTimestamp = DateTime.UnixEpoch, DeprecatedLastTimestamp = DateTime.UnixEpoch, DeprecatedSource = new V1EventSource { Host = "h" } }), 
            "involvedObject.namespace: Invalid value: \"\": does not match event.namespace\n"
            + "reportingController: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')\n"
            + "action: Invalid value: \"\": can have at most 128 characters\n"
            + "reason: Required value\n"
            + "message: Invalid value: \"\": can have at most 1024 characters\n"
            + "namespace: Invalid value: \"A_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "type: Invalid value: \"\": has invalid value: Odd\n"
            + "firstTimestamp: Invalid value: \"\": needs to be unset\n"
            + "lastTimestamp: Invalid value: \"\": needs to be unset\n"
            + "source: Invalid value: \"\": needs to be unset"),
        ["event without a time"] = (Create<Eventsv1Event>("{metadata: {name: e, namespace: a}, regarding: {namespace: a}, action: x, reason: y, type: Normal, reportingController: c, reportingInstance: i, deprecatedSource: {component: c}}"), "eventTime: Required value\nsource: Invalid value: \"\": needs to be unset"),
        ["event changed in everything"] = (Update<Eventsv1Event>("{metadata: {name: e, namespace: a}, eventTime: 2025-01-01T00:00:00.000000Z, regarding: {namespace: a}, action: x, reason: y, type: Normal, reportingController: c, reportingInstance: i}", item =>
        {
            item.Regarding = new V1ObjectReference { NamespaceProperty = "a", Name = "n" };
            item.Reason = item.Note = item.Action = item.ReportingController = item.ReportingInstance = "z";
            item.DeprecatedSource = new V1EventSource { Host = "z" };
            item.DeprecatedFirstTimestamp = item.DeprecatedLastTimestamp = DateTime.UnixEpoch;
            item.DeprecatedCount = 3;
            item.Type = "Warning";
            item.EventTime = DateTime.UnixEpoch;
            item.Related = new V1ObjectReference { Name = "r" };
            item.Series = new Eventsv1EventSeries { Count = 1 };
        }),
            "series.count: Invalid value: \"\": should be at least 2\n"
            + "series.lastObservedTime: Required value\n"
            + "involvedObject: Invalid value: {\"Kind\":\"\",\"Namespace\":\"a\",\"Name\":\"n\",\"UID\":\"\",\"APIVersion\":\"\",\"ResourceVersion\":\"\",\"FieldPath\":\"\"}: field is immutable\n"
            + "reason: Invalid value: \"z\": field is immutable\n"
            + "message: Invalid value: \"z\": field is immutable\n"
            + "source: Invalid value: {\"Component\":\"\",\"Host\":\"z\"}: field is immutable\n"
            + "firstTimestamp: Invalid value: \"1970-01-01T00:00:00Z\": field is immutable\n"
            + "lastTimestamp: Invalid value: \"1970-01-01T00:00:00Z\": field is immutable\n"
            + "count: Invalid value: 3: field is immutable\n"
            + "type: Invalid value: \"Warning\": field is immutable\n"
            + "eventTime: Invalid value: \"1970-01-01T00:00:00Z\": field is immutable\n"
            + "action: Invalid value: \"z\": field is immutable\n"
            + "related: Invalid value: {\"Kind\":\"\",\"Namespace\":\"\",\"Name\":\"r\",\"UID\":\"\",\"APIVersion\":\"\",\"ResourceVersion\":\"\",\"FieldPath\":\"\"}: field is immutable\n"
            + "reportingController: Invalid value: \"z\": field is immutable\n"
            + "reportingInstance: Invalid value: \"z\": field is immutable"),
        ["core event outside"] = (Create<Corev1Event>("{metadata: {name: e, namespace: a}, involvedObject: {}}"), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace"),
        ["core event in the default namespace"] = (Create<Corev1Event>("{metadata: {name: e, namespace: default}, involvedObject: {}}"), ""),
        ["core event of a time outside"] = (Create<Corev1Event>("{metadata: {name: e, namespace: a}, eventTime: 2025-01-01T00:00:00.000000Z, involvedObject: {}, reportingComponent: c, reportingInstance: i, action: x, reason: y}"), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace"),
        ["core event of a time in the system's namespace"] = (Create<Corev1Event>("{metadata: {name: e, namespace: kube-system}, eventTime: 2025-01-01T00:00:00.000000Z, involvedObject: {}, reportingComponent: c, reportingInstance: i, action: x, reason: y}"), ""),
        ["lease"] = (Create<V1Lease>("{metadata: {name: l}, spec: {leaseTransitions: -1, strategy: 'a b', preferredHolder: h}}"), "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0\nspec.strategy: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["lease of a preferred holder"] = (Create<V1Lease>("{metadata: {name: l}, spec: {preferredHolder: h}}"), "spec.preferredHolder: Forbidden: may only be specified when `strategy` is defined"),
        ["lease changed"] = (Update<V1Lease>("{metadata: {name: l}, spec: {}}", item => item.Spec.LeaseDurationSeconds = 0), "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),

        ["deployment of every fault"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{replicas: -1, minReadySeconds: -2, revisionHistoryLimit: -3, progressDeadlineSeconds: -4, {Ready}{Template("{a: c}", "restartPolicy: Never, activeDeadlineSeconds: 5")}, strategy: {{type: Odd}}}}}}"), 
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`\n"
            + "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"\n"
            + "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported\n"
            + "spec.strategy: Unsupported value: {\"Type\":\"Odd\",\"RollingUpdate\":null}: supported values: \"Recreate\", \"RollingUpdate\"\n"
            + "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0\n"
            + "spec.revisionHistoryLimit: Invalid value: -3: must be greater than or equal to 0\n"
            + "spec.progressDeadlineSeconds: Invalid value: -4: must be greater than or equal to 0\n"
            + "spec.progressDeadlineSeconds: Invalid value: -4: must be greater than minReadySeconds"),
        ["deployment without a selector"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Picked}}}}}"), "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"),
        ["deployment of an empty selector"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{selector: {{}}, {Picked}}}}}"), "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
        ["deployment of a bad selector"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}, matchExpressions: [{{key: c, operator: Exists, values: [d]}}, {{key: 'x y', operator: Near}}]}}, {Picked}}}}}"),
            "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'\n"
            + "spec.selector.matchExpressions[1].operator: Invalid value: \"Near\": not a valid selector operator\n"
            + "spec.selector.matchExpressions[1].key: Invalid value: \"x y\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.selector: Invalid value: {\"matchExpressions\":[{\"key\":\"c\",\"operator\":\"Exists\",\"values\":[\"d\"]},{\"key\":\"x y\",\"operator\":\"Near\"}],\"matchLabels\":{\"a\":\"b\"}}: invalid label selector"),
        ["deployment recreated with a share"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}, strategy: {{type: Recreate, rollingUpdate: {{}}}}}}}}"), "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"),
        ["deployment rolled by nothing"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}, strategy: {{rollingUpdate: {{maxSurge: 0, maxUnavailable: 0%}}}}}}}}"), "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0"),
        ["deployment rolled by odd shares"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}, strategy: {{rollingUpdate: {{maxSurge: -1, maxUnavailable: 101%}}}}}}}}"), "spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0\nspec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%"),
        ["deployment rolled by words"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}, strategy: {{rollingUpdate: {{maxSurge: some, maxUnavailable: 100%}}}}}}}}"), "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"some\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"),
        ["deployment ready as late as its deadline"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{minReadySeconds: 5, progressDeadlineSeconds: 5, {Ready}{Picked}}}}}"), "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"),
        ["deployment's selector changed"] = (Update<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Template("{a: b, c: d}")}}}}}", item => item.Spec.Selector.MatchLabels = new Dictionary<string, string> { ["c"] = "d" }), "spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is immutable"),
        ["deployment's status"] = (StatusWith<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1DeploymentStatus { CollisionCount = 2 }, item => item.Status = new V1DeploymentStatus { ObservedGeneration = -1, Replicas = -1, UpdatedReplicas = -1, ReadyReplicas = -2, AvailableReplicas = -1, UnavailableReplicas = -1, CollisionCount = -1, TerminatingReplicas = -1 }),
            "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.updatedReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.readyReplicas: Invalid value: -2: must be greater than or equal to 0\n"
            + "status.availableReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.collisionCount: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.availableReplicas: Invalid value: -1: cannot be greater than readyReplicas\n"
            + "status.collisionCount: Invalid value: -1: cannot be decremented"),
        ["deployment's status of more than all"] = (StatusWith<V1Deployment>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1DeploymentStatus { CollisionCount = 2 }, item => item.Status = new V1DeploymentStatus { Replicas = 1, UpdatedReplicas = 2, ReadyReplicas = 2, AvailableReplicas = 3 }), 
            "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas\n"
            + "status.collisionCount: Invalid value: 0: cannot be decremented"),
        ["replica set of every fault"] = (Create<V1ReplicaSet>($"{{metadata: {{name: r}}, spec: {{replicas: -1, minReadySeconds: -2, {Template("{a: c}", "restartPolicy: OnFailure, activeDeadlineSeconds: 5")}}}}}"), 
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0\n"
            + "spec.selector: Required value\n"
            + "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`\n"
            + "spec.template.spec.restartPolicy: Unsupported value: \"OnFailure\": supported values: \"Always\"\n"
            + "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"),
        ["replica set's template of others"] = (Create<V1ReplicaSet>($"{{metadata: {{name: r}}, spec: {{{Ready}{Template("{a: c}")}}}}}"), "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`"),
        ["replica set's template of nobody"] = (Create<V1ReplicaSet>($"{{metadata: {{name: r}}, spec: {{{Ready.TrimEnd(' ', ',')}}}}}"), "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`\nspec.template.spec.containers: Required value"),
        ["replica set's selector changed"] = (Update<V1ReplicaSet>($"{{metadata: {{name: r}}, spec: {{{Ready}{Template("{a: b, c: d}")}}}}}", item => item.Spec.Selector.MatchLabels = new Dictionary<string, string> { ["c"] = "d" }), "spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is immutable"),
        ["replica set's status"] = (Status<V1ReplicaSet>($"{{metadata: {{name: r}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1ReplicaSetStatus { Replicas = -1, FullyLabeledReplicas = -1, ReadyReplicas = -1, AvailableReplicas = -1, TerminatingReplicas = -1, ObservedGeneration = -1 }),
            "status.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.fullyLabeledReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.readyReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.availableReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0"),
        ["replica set's status of more than all"] = (Status<V1ReplicaSet>($"{{metadata: {{name: r}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1ReplicaSetStatus { Replicas = 1, FullyLabeledReplicas = 2, ReadyReplicas = 2, AvailableReplicas = 3 }), 
            "status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas"),
        ["daemon set's status"] = (StatusWith<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1DaemonSetStatus { CollisionCount = 2 }, item => item.Status = new V1DaemonSetStatus { CurrentNumberScheduled = -1, NumberMisscheduled = -1, DesiredNumberScheduled = -1, NumberReady = -1, ObservedGeneration = -1, UpdatedNumberScheduled = -1, NumberAvailable = -1, NumberUnavailable = -1, CollisionCount = -1 }), 
            "status.currentNumberScheduled: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.numberMisscheduled: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.desiredNumberScheduled: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.numberReady: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.updatedNumberScheduled: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.numberAvailable: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.numberUnavailable: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.collisionCount: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.collisionCount: Invalid value: -1: cannot be decremented"),
        ["daemon set of every fault"] = (Create<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{minReadySeconds: -1, revisionHistoryLimit: -1, selector: {{}}, {Template("{a: c}", "restartPolicy: Never, activeDeadlineSeconds: 5")}, updateStrategy: {{type: Odd}}}}}}"), 
            "spec.selector: Invalid value: {}: empty selector is invalid for daemonset\n"
            + "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"\n"
            + "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported\n"
            + "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.updateStrategy: Unsupported value: {\"Type\":\"Odd\",\"RollingUpdate\":null}: supported values: \"RollingUpdate\", \"OnDelete\"\n"
            + "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"),
        ["daemon set rolled by both"] = (Create<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}, updateStrategy: {{rollingUpdate: {{maxSurge: 101%, maxUnavailable: 102%}}}}}}}}"), 
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"102%\": must not be greater than 100%\n"
            + "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"101%\": must not be greater than 100%\n"
            + "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"101%\": may not be set when maxUnavailable is non-zero"),
        ["daemon set rolled by none"] = (Create<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{{Ready}{Picked}, updateStrategy: {{rollingUpdate: {{maxSurge: 0, maxUnavailable: 0}}}}}}}}"), "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"),
        ["daemon set's selector changed"] = (Update<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{{Ready}{Template("{a: b, c: d}")}}}}}", item => item.Spec.Selector.MatchLabels = new Dictionary<string, string> { ["c"] = "d" }), "spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is immutable"),
        ["stateful set of every fault"] = (Create<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{serviceName: A, replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1, ordinals: {{start: -1}}, podManagementPolicy: Odd, updateStrategy: {{type: Odd}}, persistentVolumeClaimRetentionPolicy: {{whenDeleted: A, whenScaled: B}}, {Template("{a: c}", "restartPolicy: Never, activeDeadlineSeconds: 5")}, volumeClaimTemplates: [{{metadata: {{name: c, labels: {{a b: c}}, annotations: {{d e: f}}}}, spec: {{}}}}]}}}}"),
            "spec.podManagementPolicy: Invalid value: \"Odd\": must be 'OrderedReady' or 'Parallel'\n"
            + "spec.updateStrategy: Invalid value: {\"Type\":\"Odd\",\"RollingUpdate\":null}: must be 'RollingUpdate' or 'OnDelete'\n"
            + "spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: \"A\": supported values: \"Retain\", \"Delete\"\n"
            + "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"B\": supported values: \"Retain\", \"Delete\"\n"
            + "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required\n"
            + "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value\n"
            + "spec.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.serviceName: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.selector: Required value\n"
            + "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`\n"
            + "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"\n"
            + "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported"),
        ["stateful set of an empty selector"] = (Create<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{selector: {{}}, {Picked}, updateStrategy: {{type: OnDelete, rollingUpdate: {{partition: 1}}}}}}}}"),
            "spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":1,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'\n"
            + "spec.selector: Invalid value: {}: empty selector is invalid for statefulset"),
        ["stateful set rolled"] = (Create<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{{Ready}{Picked}, updateStrategy: {{type: RollingUpdate, rollingUpdate: {{partition: -1, maxUnavailable: 0}}}}}}}}"), "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0\nspec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0"),
        ["stateful set rolled by more than all"] = (Create<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{{Ready}{Picked}, updateStrategy: {{type: RollingUpdate, rollingUpdate: {{partition: 0, maxUnavailable: 101%}}}}}}}}"), "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%"),
        ["stateful set changed"] = (Update<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{{Ready}{Picked}}}}}", item => item.Spec.ServiceName = "z"), "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"),
        ["stateful set changed where it may be"] = (Update<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{{Ready}{Picked}}}}}", item =>
        {
            item.Spec.Replicas = 3;
            item.Spec.MinReadySeconds = 1;
            item.Spec.RevisionHistoryLimit = 2;
            item.Spec.Ordinals = new V1StatefulSetOrdinals { Start = 1 };
            item.Spec.PersistentVolumeClaimRetentionPolicy = new V1StatefulSetPersistentVolumeClaimRetentionPolicy { WhenDeleted = "Delete", WhenScaled = "Retain" };
            item.Spec.UpdateStrategy = new V1StatefulSetUpdateStrategy { Type = "OnDelete" };
            item.Spec.Template.Metadata.Labels["z"] = "z";
        }), ""),
        ["stateful set's status"] = (StatusWith<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1StatefulSetStatus { CollisionCount = 2 }, item => item.Status = new V1StatefulSetStatus { Replicas = -1, ReadyReplicas = -1, CurrentReplicas = -1, UpdatedReplicas = -1, AvailableReplicas = -1, ObservedGeneration = -1, CollisionCount = -1 }), 
            "status.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.readyReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.currentReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.updatedReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.availableReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.collisionCount: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.collisionCount: Invalid value: -1: cannot be decremented"),
        ["stateful set's status of more than all"] = (Status<V1StatefulSet>($"{{metadata: {{name: s}}, spec: {{{Ready}{Picked}}}}}", item => item.Status = new V1StatefulSetStatus { Replicas = 1, ReadyReplicas = 2, CurrentReplicas = 2, UpdatedReplicas = 2, AvailableReplicas = 3 }), 
            "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas"),
        ["revision"] = (Create<V1ControllerRevision>("{metadata: {name: r}, revision: -1}"),
            "revision: Invalid value: -1: must be greater than or equal to 0\n"
            + "data: Required value: data is mandatory"),
        ["revision changed"] = (() => Declared.UpdateFaults(Declared.Created(Orch.Serialization.ApiJson.Deserialize<V1ControllerRevision>("""{"metadata":{"name":"r"},"revision":1,"data":{"a":"b"}}"""u8)), item => item.Data = System.Text.Json.JsonElement.Parse("{\"a\":\"c\"}")), "data: Invalid value: {\"a\":\"c\"}: field is immutable"),
        ["replication controller of every fault"] = (Create<V1ReplicationController>($"{{metadata: {{name: r}}, spec: {{replicas: -1, minReadySeconds: -2, selector: {{a: b}}, {Template("{a: c}", "restartPolicy: Never, activeDeadlineSeconds: 5")}}}}}"), 
            "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0\n"
            + "spec.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`\n"
            + "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"\n"
            + "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported"),
        ["replication controller of nothing"] = (Create<V1ReplicationController>("{metadata: {name: r}, spec: {}}"), "spec.selector: Required value\nspec.template: Required value"),
        ["replication controller's status"] = (Status<V1ReplicationController>($"{{metadata: {{name: r}}, spec: {{selector: {{a: b}}, {Picked}}}}}", item => item.Status = new V1ReplicationControllerStatus { Replicas = -1, FullyLabeledReplicas = -1, ReadyReplicas = -1, AvailableReplicas = -1, ObservedGeneration = -1 }), 
            "status.replicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.fullyLabeledReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.readyReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.availableReplicas: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0"),
        ["replication controller's status of more than all"] = (Status<V1ReplicationController>($"{{metadata: {{name: r}}, spec: {{selector: {{a: b}}, {Picked}}}}}", item => item.Status = new V1ReplicationControllerStatus { Replicas = 1, FullyLabeledReplicas = 2, ReadyReplicas = 2, AvailableReplicas = 3 }), 
            "status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\n"
            + "status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas"),

        ["autoscaler's status"] = (Status<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: 1, scaleTargetRef: {kind: K, name: n, apiVersion: apps/v1}}}", item => item.Status = new V2HorizontalPodAutoscalerStatus { CurrentReplicas = -1, DesiredReplicas = -2 }), "status.currentReplicas: Invalid value: -1: must be greater than or equal to 0\nstatus.desiredReplicas: Invalid value: -2: must be greater than or equal to 0"),
        ["autoscaler's container"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: 1, scaleTargetRef: {kind: K, name: n, apiVersion: apps/v1}, metrics: [{type: ContainerResource, containerResource: {name: cpu, container: A, target: {type: Utilization, averageUtilization: 1}}}]}}"), "spec.metrics[0].containerResource.container: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["autoscaler of a reference"] = (Create<V2HorizontalPodAutoscaler>("{metadata: {name: h}, spec: {maxReplicas: -1, minReplicas: 0, scaleTargetRef: {kind: a/b, name: c%d, apiVersion: a/b/c}, behavior: {scaleUp: {stabilizationWindowSeconds: 3601, selectPolicy: Odd, tolerance: '-1', policies: []}, scaleDown: {stabilizationWindowSeconds: -1, policies: [{type: Odd, value: 0, periodSeconds: 1801}, {type: Pods, value: 1, periodSeconds: 0}]}}}}"), 
            "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1\n"
            + "spec.maxReplicas: Invalid value: -1: must be greater than 0\n"
            + "spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`\n"
            + "spec.scaleTargetRef.kind: Invalid value: \"a/b\": may not contain '/'\n"
            + "spec.scaleTargetRef.name: Invalid value: \"c%d\": may not contain '%'\n"
            + "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c\n"
            + "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas\n"
            + "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600\n"
            + "spec.behavior.scaleUp.selectPolicy: Unsupported value: \"Odd\": supported values: \"Disabled\", \"Max\", \"Min\"\n"
            + "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy\n"
            + "spec.behavior.scaleUp.tolerance: Invalid value: \"-1\": must be greater than or equal to 0\n"
            + "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero\n"
            + "spec.behavior.scaleDown.policies[0].type: Unsupported value: \"Odd\": supported values: \"Percent\", \"Pods\"\n"
            + "spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero\n"
            + "spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800\n"
            + "spec.behavior.scaleDown.policies[1].periodSeconds: Invalid value: 0: must be greater than zero"),
        ["cron job of every fault"] = (Create<V1CronJob>("{metadata: {name: c}, spec: {schedule: '', concurrencyPolicy: Odd, startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1, timeZone: '', jobTemplate: {spec: {manualSelector: true, selector: {}, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}"), 
            "spec.schedule: Required value\n"
            + "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string\n"
            + "spec.concurrencyPolicy: Unsupported value: \"Odd\": supported values: \"Allow\", \"Forbid\", \"Replace\"\n"
            + "spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated\n"
            + "spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", \"false\"\n"
            + "spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"),
        ["cron job in a zone twice"] = (Create<V1CronJob>("{metadata: {name: c}, spec: {schedule: 'TZ=UTC * * * * *', timeZone: local, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}"), 
            "spec.schedule: Invalid value: \"TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead\n"
            + "spec.timeZone: Invalid value: \"local\": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones\n"
            + "spec.timeZone: Invalid value: \"local\": unknown time zone local"),
        ["job of bad conditions"] = (Create<V1Job>("{metadata: {name: j}, spec: {podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: a, status: ''}]}, {action: Ignore, onExitCodes: {operator: Near, values: [1]}}]}, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}"), "metadata.uid: Required value\nspec.podFailurePolicy.rules[1].onExitCodes.operator: Unsupported value: \"Near\": supported values: \"In\", \"NotIn\""),

        ["budget of both"] = (Create<V1PodDisruptionBudget>("{metadata: {name: b}, spec: {minAvailable: 1, maxUnavailable: 1}}"), "spec: Invalid value: {\"MinAvailable\":1,\"Selector\":null,\"MaxUnavailable\":1,\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set"),
        ["budget of every fault"] = (Create<V1PodDisruptionBudget>("{metadata: {name: b}, spec: {minAvailable: 101%, unhealthyPodEvictionPolicy: Odd, selector: {matchLabels: {a: '-'}}}}"), 
            "spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%\n"
            + "spec.selector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.unhealthyPodEvictionPolicy: Unsupported value: \"Odd\": supported values: \"AlwaysAllow\", \"IfHealthyBudget\""),
        ["budget of a negative number"] = (Create<V1PodDisruptionBudget>("{metadata: {name: b}, spec: {maxUnavailable: -1}}"), "spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0"),
        ["budget of a word"] = (Create<V1PodDisruptionBudget>("{metadata: {name: b}, spec: {maxUnavailable: some}}"), "spec.maxUnavailable: Invalid value: \"some\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"),
        ["budget's status"] = (Status<V1PodDisruptionBudget>("{metadata: {name: b}, spec: {}}", item => item.Status = new V1PodDisruptionBudgetStatus { DisruptionsAllowed = -1, CurrentHealthy = -1, DesiredHealthy = -1, ExpectedPods = -1, Conditions = [new V1Condition { Type = "a b", Status = "Odd", ObservedGeneration = -1, Reason = "1" }, new V1Condition { Type = "a b", Status = "True", Message = new string('x', 32 * 1024 + 1), Reason = new string('x', 1025), LastTransitionTime = DateTime.UnixEpoch }] }), 
            "status.conditions[0].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "status.conditions[0].status: Unsupported value: \"Odd\": supported values: \"False\", \"True\", \"Unknown\"\n"
            + "status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero\n"
            + "status.conditions[0].lastTransitionTime: Required value: must be set\n"
            + "status.conditions[0].reason: Invalid value: \"1\": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')\n"
            + "status.conditions[1].type: Duplicate value: \"a b\"\n"
            + "status.conditions[1].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "status.conditions[1].reason: Too long: may not be more than 1024 bytes\n"
            + "status.conditions[1].message: Too long: may not be more than 32768 bytes\n"
            + "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.currentHealthy: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.desiredHealthy: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.expectedPods: Invalid value: -1: must be greater than or equal to 0"),
        ["priority class"] = (Create<V1PriorityClass>("{metadata: {name: system-x}, value: 1000000001, preemptionPolicy: Odd}"), "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class\npreemptionPolicy: Unsupported value: \"Odd\": supported values: \"PreemptLowerPriority\", \"Never\""),
        ["priority class of the highest"] = (Create<V1PriorityClass>("{metadata: {name: x}, value: 1000000001}"), "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"),
        ["priority class changed"] = (Update<V1PriorityClass>("{metadata: {name: x}, value: 1}", item => (item.Value, item.PreemptionPolicy) = (2, "Never")), "value: Forbidden: may not be changed in an update.\npreemptionPolicy: Invalid value: \"Never\": field is immutable"),
        ["runtime class"] = (Create<V1RuntimeClass>("{metadata: {name: r}, handler: '', overhead: {podFixed: {cpu: -1}}, scheduling: {nodeSelector: {a: '-'}, tolerations: [{key: a, operator: Exists}, {key: a, operator: Exists}]}}"),
            "handler: Required value\n"
            + "overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0\n"
            + "scheduling.nodeSelector: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "scheduling.tolerations[1]: Duplicate value: {\"Key\":\"a\",\"Operator\":\"Exists\",\"Value\":\"\",\"Effect\":\"\",\"TolerationSeconds\":null}"),
        ["runtime class changed"] = (Update<V1RuntimeClass>("{metadata: {name: r}, handler: a}", item => item.Handler = "b"), "handler: Invalid value: \"b\": field is immutable"),
        ["ingress class of no scope"] = (Create<V1IngressClass>("{metadata: {name: i}, spec: {controller: a.b/c, parameters: {kind: K, name: n, scope: ''}}}"), "spec.parameters.scope: Unsupported value: \"\": supported values: \"Cluster\", \"Namespace\""),
        ["ingress class's controller"] = (() => Declared.CreateFaults(new V1IngressClass { Metadata = new V1ObjectMeta { Name = "i" }, Spec = new V1IngressClassSpec { Controller = "A/" + new string('^', 250) } }), 
            "spec.controller: Too long: may not be more than 250 bytes\n"
            + "spec.controller: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.controller: Invalid value: \"^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"),
        ["group's service"] = (Create<V1APIService>("{metadata: {name: v1.a}, spec: {version: v1, group: a, groupPriorityMinimum: 20001, versionPriority: 0, insecureSkipTLSVerify: true, caBundle: eA==, service: {port: 0}}}"), 
            "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000\n"
            + "spec.versionPriority: Invalid value: 0: must be positive and less than 1000\n"
            + "spec.service.namespace: Required value\n"
            + "spec.service.name: Required value\n"
            + "spec.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive\n"
            + "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present"),
        ["local group"] = (Create<V1APIService>("{metadata: {name: x}, spec: {version: '1', group: '', groupPriorityMinimum: 0, versionPriority: 1001, insecureSkipTLSVerify: true, caBundle: eA==}}"), 
            "metadata.name: Invalid value: \"x\": must be `spec.version+\".\"+spec.group`: \"1.\"\n"
            + "spec.group: Required value: only v1 may have an empty group and it better be legacy kube\n"
            + "spec.version: Invalid value: \"1\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000\n"
            + "spec.versionPriority: Invalid value: 1001: must be positive and less than 1000\n"
            + "spec.caBundle: Invalid value: \"1 bytes\": local APIServices may not have a caBundle\n"
            + "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify"),
        ["group's status"] = (Status<V1APIService>("{metadata: {name: v1.a}, spec: {version: v1, group: a, groupPriorityMinimum: 1, versionPriority: 1}}", item => item.Status = new V1APIServiceStatus { Conditions = [new V1APIServiceCondition { Type = "a", Status = "Odd" }] }), "status.conditions[0].status: Unsupported value: \"Odd\": supported values: \"True\", \"False\", \"Unknown\""),
        ["cluster role of nothing"] = (Create<V1ClusterRole>("{metadata: {name: r}, aggregationRule: {}, rules: [{}, {verbs: [get], nonResourceURLs: [/a], resources: [b]}, {verbs: [get], nonResourceURLs: [/a]}]}"), 
            "rules[0].verbs: Required value: verbs must contain at least one value\n"
            + "rules[0].apiGroups: Required value: resource rules must supply at least one api group\n"
            + "rules[0].resources: Required value: resource rules must supply at least one resource\n"
            + "rules[1].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot apply to both regular resources and non-resource URLs\n"
            + "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil"),
        ["cluster role's selectors"] = (Create<V1ClusterRole>("{metadata: {name: r}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: '-'}}]}}"),
            "aggregationRule.clusterRoleSelectors[0].matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector."),
        ["role of a URL"] = (Create<V1Role>("{metadata: {name: r}, rules: [{verbs: [get], nonResourceURLs: [/a]}, {verbs: [get]}]}"), 
            "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to non-resource URLs\n"
            + "rules[1].apiGroups: Required value: resource rules must supply at least one api group\n"
            + "rules[1].resources: Required value: resource rules must supply at least one resource"),
        ["binding's subjects"] = (Create<V1RoleBinding>("{metadata: {name: r}, roleRef: {apiGroup: x, kind: K, name: a/b}, subjects: [{kind: ServiceAccount, name: A, apiGroup: x}, {kind: User, name: u}, {kind: Odd, name: ''}, {kind: Group, apiGroup: rbac.authorization.k8s.io, name: g}]}"), 
            "roleRef.apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\"\n"
            + "roleRef.kind: Unsupported value: \"K\": supported values: \"Role\", \"ClusterRole\"\n"
            + "roleRef.name: Invalid value: \"a/b\": may not contain '/'\n"
            + "subjects[0].name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "subjects[0].apiGroup: Unsupported value: \"x\": supported values: \"\"\n"
            + "subjects[2].name: Required value\n"
            + "subjects[2].kind: Unsupported value: \"Odd\": supported values: \"ServiceAccount\", \"User\", \"Group\""),
        ["cluster binding's subjects"] = (Create<V1ClusterRoleBinding>("{metadata: {name: r}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ''}, subjects: [{kind: ServiceAccount, name: a}]}"), 
            "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"\n"
            + "roleRef.name: Required value\n"
            + "subjects[0].namespace: Required value"),
        ["cluster binding changed"] = (Update<V1ClusterRoleBinding>("{metadata: {name: r}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}", item => item.RoleRef.Name = "b"), "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"ClusterRole\",\"Name\":\"b\"}: cannot change roleRef"),
        ["binding changed"] = (Update<V1RoleBinding>("{metadata: {name: r}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}", item => item.RoleRef.Kind = "Role"), "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"a\"}: cannot change roleRef"),
        ["flow schema's status"] = (Status<V1FlowSchema>("{metadata: {name: f}, spec: {priorityLevelConfiguration: {name: p}, matchingPrecedence: 1}}", item => item.Status = new V1FlowSchemaStatus { Conditions = [new V1FlowSchemaCondition { Type = "a" }, new V1FlowSchemaCondition { Type = "a" }, new V1FlowSchemaCondition()] }), "status.conditions[1].type: Duplicate value: \"a\"\nstatus.conditions[2].type: Required value: must not be empty"),
        ["priority level's status"] = (Status<V1PriorityLevelConfiguration>("{metadata: {name: f}, spec: {type: Limited, limited: {limitResponse: {type: Reject}}}}", item => item.Status = new V1PriorityLevelConfigurationStatus { Conditions = [new V1PriorityLevelConfigurationCondition { Type = "a" }, new V1PriorityLevelConfigurationCondition { Type = "a" }, new V1PriorityLevelConfigurationCondition()] }), "status.conditions[1].type: Duplicate value: \"a\"\nstatus.conditions[2].type: Required value: must not be empty"),
        ["ingress with a star"] = (Update<V1Ingress>("{metadata: {name: i}, spec: {rules: [{host: '*.a.b', http: {paths: [{path: x, pathType: Exact, backend: {service: {name: s, port: {number: 1}}}}]}}]}}", item => item.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }), ""),
        ["policy changed to worse"] = (Update<V1ValidatingAdmissionPolicy>("{metadata: {name: p}, spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}]}, validations: [{expression: 'true'}]}}", item => item.Spec.Validations = []), "spec.validations: Required value: validations or auditAnnotations must contain at least one item\nspec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item"),
        ["mutating policy changed to worse"] = (Update<V1MutatingAdmissionPolicy>("{metadata: {name: p}, spec: {failurePolicy: Fail, reinvocationPolicy: Never, matchConstraints: {resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}]}, mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: 'Object{}'}}]}}", item => item.Spec.Mutations = []), "spec.mutations: Required value: mutations must contain at least one item"),
        ["device class changed to worse"] = (Update<V1DeviceClass>("{metadata: {name: d}, spec: {}}", item => item.Spec.Selectors = [new V1DeviceSelector()]), "spec.selectors[0].cel: Required value"),
        ["device class of many selectors"] = (() => Declared.CreateFaults(new V1DeviceClass { Metadata = new V1ObjectMeta { Name = "d" }, Spec = new V1DeviceClassSpec { Selectors = [.. Enumerable.Range(0, 33).Select(_ => new V1DeviceSelector { Cel = new V1CELDeviceSelector { Expression = "true" } })] } }), "spec.selectors: Too many: 33: must have at most 32 items"),
        ["slice's device on nodes"] = (Create<V1ResourceSlice>("{metadata: {name: s}, spec: {driver: d, pool: {name: p, resourceSliceCount: 1}, perDeviceNodeSelection: true, devices: [{name: a, nodeSelector: {nodeSelectorTerms: []}}, {name: b, nodeName: n, nodeSelector: {nodeSelectorTerms: [{}]}}]}}"), "spec.devices[0].nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term\nspec.devices[1]: Invalid value: \"{`nodeName`, `nodeSelector`}\": exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec"),
        ["slice's taints of no operator"] = (Create<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: r, exactly: {deviceClassName: d, allocationMode: All, tolerations: [{key: a, operator: ''}]}}]}}}"), ""),
        ["claim's owner in other forms"] = (Status<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {}}", item => item.Status = new V1ResourceClaimStatus { Allocation = new V1AllocationResult { Devices = new V1DeviceAllocationResult { Results = [Allotted("urn:uuid:6BA7B810-9dad-11d1-80b4-00c04fd430c8"), Allotted("{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"), Allotted("6ba7b8109dad11d180b400c04fd430c8"), Allotted("6ba7b810-9dad-11d1-80b4-00c04fd430c8")] } } }), 
            "status.allocation.devices.results[0].request: Invalid value: \"r\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\n"
            + "status.allocation.devices.results[0].shareID: Invalid value: \"urn:uuid:6BA7B810-9dad-11d1-80b4-00c04fd430c8\": uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters\n"
            + "status.allocation.devices.results[1].request: Invalid value: \"r\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\n"
            + "status.allocation.devices.results[1].shareID: Invalid value: \"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}\": uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters\n"
            + "status.allocation.devices.results[2].request: Invalid value: \"r\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\n"
            + "status.allocation.devices.results[2].shareID: Invalid value: \"6ba7b8109dad11d180b400c04fd430c8\": uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters\n"
            + "status.allocation.devices.results[3].request: Invalid value: \"r\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static V1DeviceRequestAllocationResult Allotted(string share) => new() { Request = "r", Driver = "d", Pool = "p", Device = "x", ShareID = share };
}
