using System.Text;
using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Rules deep inside kinds, one fault at a time; found by breaking each rule and seeing whether a test minds.</summary>
public sealed class DetailRulesTests
{
    private const string Hook = "name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://a'}";
    private const string Rules = "resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}]";
    private const string Never = "template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}";
    private const string Scaled = "maxReplicas: 1, scaleTargetRef: {kind: K, name: n, apiVersion: apps/v1}";
    private static readonly string Picked = Template("{a: b}");
    private static readonly string Long = new('a', 300);

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["hook's many conditions"] = (Create<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: h}}, webhooks: [{{{Hook}, matchConditions: [{string.Join(", ", Enumerable.Range(0, 65).Select(item => $"{{name: a{item}, expression: 'true'}}"))}]}}]}}"), "webhooks[0].matchConditions: Too many: 65: must have at most 64 items"),
        ["hook's condition of a bad name"] = (Create<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: h}}, webhooks: [{{{Hook}, matchConditions: [{{name: 'a b', expression: 'true'}}]}}]}}"), "webhooks[0].matchConditions[0].name: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["hook's selectors"] = (Create<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: h}}, webhooks: [{{{Hook}, namespaceSelector: {{matchLabels: {{a: '-'}}}}, objectSelector: {{matchLabels: {{b: '-'}}}}}}]}}"), "webhooks[0].namespaceSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\nwebhooks[0].objectSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["mutating binding"] = (Create<V1MutatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: A/b, matchResources: {resourceRules: [{apiGroups: [], apiVersions: [''], operations: [], resources: []}], namespaceSelector: {matchLabels: {a: '-'}}, objectSelector: {matchLabels: {a: '-'}}, matchPolicy: Odd}}}"), 
            "spec.policyName: Invalid value: \"A/b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.matchResources.matchPolicy: Unsupported value: \"Odd\": supported values: \"Equivalent\", \"Exact\"\n"
            + "spec.matchResources.namespaceSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.matchResources.objectSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.matchResources.resourceRules[0].operations: Required value\n"
            + "spec.matchResources.resourceRules[0].apiGroups: Required value\n"
            + "spec.matchResources.resourceRules[0].apiVersions[0]: Required value\n"
            + "spec.matchResources.resourceRules[0].resources: Required value"),
        ["mutating policy"] = (Create<V1MutatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{failurePolicy: Odd, reinvocationPolicy: Never, paramKind: {{}}, matchConditions: [{{name: 'a b', expression: '('}}], variables: [{{name: '1', expression: ''}}], matchConstraints: {{{Rules}}}, mutations: [{{patchType: ApplyConfiguration, applyConfiguration: {{expression: 'Object{{}}'}}}}]}}}}"),
            "spec.failurePolicy: Unsupported value: \"Odd\": supported values: \"Fail\", \"Ignore\"\n"
            + "spec.paramKind.apiVersion: Required value\n"
            + "spec.paramKind.kind: Required value\n"
            + "spec.matchConditions[0].expression: Invalid value: \"(\": compilation failed: ERROR: <input>:1:2: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n"
            + " | (\n"
            + " | .^\n"
            + "spec.matchConditions[0].name: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.variables[0].name: Invalid value: \"1\": must be a valid CEL identifier\n"
            + "spec.variables[0].expression: Required value: expression is not specified"),
        ["policy's excluded rules"] = (Policy($"matchConstraints: {{{Rules}, excludeResourceRules: [{{resourceNames: ['', a, a], apiGroups: ['*', x], apiVersions: ['*', y], operations: ['*', CREATE], resources: [pods/*, '*/status', pods/status]}}]}}"), 
            "spec.matchConstraints.excludeResourceRules[0].resourceNames[2]: Duplicate value: \"a\"\n"
            + "spec.matchConstraints.excludeResourceRules[0].operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other operations\n"
            + "spec.matchConstraints.excludeResourceRules[0].apiGroups: Invalid value: [\"*\",\"x\"]: if '*' is present, must not specify other API groups\n"
            + "spec.matchConstraints.excludeResourceRules[0].apiVersions: Invalid value: [\"*\",\"y\"]: if '*' is present, must not specify other API versions\n"
            + "spec.matchConstraints.excludeResourceRules[0].resources[2]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status\n"
            + "spec.matchConstraints.excludeResourceRules[0].resources[2]: Invalid value: \"pods/status\": if '*/status' is present, must not specify pods/status"),
        ["policy's selectors"] = (Policy($"matchConstraints: {{{Rules}, namespaceSelector: {{matchLabels: {{a: '-'}}}}, objectSelector: {{matchLabels: {{a: '-'}}}}}}"), "spec.matchConstraints.namespaceSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\nspec.matchConstraints.objectSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["policy's conditions"] = (Policy($"matchConditions: [{{name: '', expression: ''}}, {{name: a, expression: '('}}, {{name: a, expression: 'true'}}], matchConstraints: {{{Rules}}}"), 
            "spec.matchConditions[0].expression: Required value\n"
            + "spec.matchConditions[0].name: Required value\n"
            + "spec.matchConditions[1].expression: Invalid value: \"(\": compilation failed: ERROR: <input>:1:2: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n"
            + " | (\n"
            + " | .^\n"
            + "spec.matchConditions[2].name: Duplicate value: \"a\""),
        ["policy's annotations"] = (Policy($"auditAnnotations: [{{key: 'a b', valueExpression: '1'}}, {{key: a, valueExpression: ''}}, {{key: a, valueExpression: '''x'''}}], matchConstraints: {{{Rules}}}"), 
            "spec.auditAnnotations[0].key: Invalid value: \"p/a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of [string null_type] but got int\n"
            + "spec.auditAnnotations[1].valueExpression: Required value: valueExpression is not specified\n"
            + "spec.auditAnnotations[2].key: Duplicate value: \"a\""),
        ["policy's parameters' kind"] = (Policy($"paramKind: {{apiVersion: A/1, kind: k}}, matchConstraints: {{{Rules}}}"), "spec.paramKind.apiVersion: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\nspec.paramKind.apiVersion: Invalid value: \"1\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"),
        ["policy's parameters' kind of no group"] = (Policy($"paramKind: {{apiVersion: a/b/c, kind: K}}, matchConstraints: {{{Rules}}}"), "spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"),
        ["binding's parameters"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny], paramRef: {name: a/b, selector: {matchLabels: {a: '-'}}, parameterNotFoundAction: Odd}}}"), 
            "spec.paramRef.name: Invalid value: \"a/b\": may not contain '/'\n"
            + "spec.paramRef.name: Forbidden: name and selector are mutually exclusive\n"
            + "spec.paramRef.selector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive\n"
            + "spec.paramRef.parameterNotFoundAction: Unsupported value: \"Odd\": supported values: \"Deny\", \"Allow\""),
        ["binding's parameters of no name"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny], paramRef: {parameterNotFoundAction: Deny}}}"), "spec.paramRef: Required value: one of name or selector must be specified"),
        ["binding's parameters by a bad selector"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny, Warn], paramRef: {parameterNotFoundAction: Deny, selector: {matchLabels: {a: '-'}}}}}"), "spec.paramRef.selector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\nspec.validationActions: Invalid value: [\"Deny\",\"Warn\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"),
        ["group's name"] = (Create<V1APIService>("{metadata: {name: v1.A}, spec: {version: v1, group: A, groupPriorityMinimum: 1, versionPriority: 1}}"), "spec.group: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["revision changed to worse"] = (() => Declared.UpdateFaults(Declared.Created(Orch.Serialization.ApiJson.Deserialize<V1ControllerRevision>("""{"metadata":{"name":"r"},"revision":1,"data":{"a":"b"}}"""u8)), item => item.Revision = -1), "revision: Invalid value: -1: must be greater than or equal to 0"),

        ["daemon set changed to worse"] = (Update<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}}}, {Picked}}}}}", item => item.Spec.MinReadySeconds = -1), "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"),
        ["daemon set's selector and template"] = (Create<V1DaemonSet>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}, matchExpressions: [{{key: a, operator: Near}}]}}, template: {{metadata: {{labels: {{a: b, c d: e}}, annotations: {{x y: z, container.apparmor.security.beta.kubernetes.io/none: unconfined}}}}, spec: {{containers: [], ephemeralContainers: [{{name: e, image: i}}]}}}}, updateStrategy: {{rollingUpdate: {{maxSurge: some, maxUnavailable: 0}}}}}}}}"), 
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator\n"
            + "spec.template.labels: Invalid value: \"c d\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.template.annotations: Invalid value: \"x y\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.template.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: \"none\": container not found\n"
            + "spec.template.spec.containers: Required value\n"
            + "spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template\n"
            + "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"some\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"),
        ["deployment changed to worse"] = (Update<V1Deployment>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}}}, {Picked}}}}}", item => item.Spec.Replicas = -1), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ["deployment rolled by less than none"] = (Create<V1Deployment>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}}}, {Picked}, strategy: {{rollingUpdate: {{maxUnavailable: -1}}}}}}}}"), "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0"),
        ["replica set changed to worse"] = (Update<V1ReplicaSet>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}}}, {Picked}}}}}", item => item.Spec.Replicas = -1), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ["stateful set changed to worse"] = (Update<V1StatefulSet>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}}}, {Picked}}}}}", item => item.Spec.Replicas = -1), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ["stateful set's selector"] = (Create<V1StatefulSet>($"{{metadata: {{name: d}}, spec: {{selector: {{matchLabels: {{a: b}}, matchExpressions: [{{key: a, operator: Near}}]}}, {Picked}, updateStrategy: {{rollingUpdate: {{maxUnavailable: -1}}}}}}}}"),
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0\n"
            + "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator\n"
            + "spec.selector: Invalid value: {\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Near\"}],\"matchLabels\":{\"a\":\"b\"}}"),
        ["replication controller's template"] = (Create<V1ReplicationController>($"{{metadata: {{name: d}}, spec: {{selector: {{a: b}}, {Template("{a: b}", "hostname: A")}}}}}"), "spec.template.spec.hostname: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),

        ["autoscaler's metrics of nothing"] = (Create<V2HorizontalPodAutoscaler>($"{{metadata: {{name: h}}, spec: {{{Scaled}, metrics: [{{type: ''}}, {{type: Pods}}, {{type: Object, object: {{}}}}, {{type: External, external: {{}}}}, {{type: Resource, resource: {{name: ''}}}}, {{type: ContainerResource, containerResource: {{name: ''}}}}, {{type: Pods, pods: {{}}}}]}}}}"), 
            "spec.metrics[0].type: Required value: must specify a metric source type\n"
            + "spec.metrics[0].type: Unsupported value: \"\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"\n"
            + "spec.metrics[0].type: Unsupported value: \"\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"\n"
            + "spec.metrics[1].pods: Required value: must populate information for the given metric source\n"
            + "spec.metrics[2].object.describedObject.kind: Required value\n"
            + "spec.metrics[2].object.describedObject.name: Required value\n"
            + "spec.metrics[2].object.metric.name: Required value: must specify a metric name\n"
            + "spec.metrics[2].object.target.type: Required value: must specify a metric target type\n"
            + "spec.metrics[2].object.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue\n"
            + "spec.metrics[2].object.target.averageValue: Required value: must set either a target value or averageValue\n"
            + "spec.metrics[3].external.metric.name: Required value: must specify a metric name\n"
            + "spec.metrics[3].external.target.type: Required value: must specify a metric target type\n"
            + "spec.metrics[3].external.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue\n"
            + "spec.metrics[3].external.target.averageValue: Required value: must set either a target value for metric or a per-pod target\n"
            + "spec.metrics[4].resource.name: Required value: must specify a resource name\n"
            + "spec.metrics[4].resource.target.type: Required value: must specify a metric target type\n"
            + "spec.metrics[4].resource.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue\n"
            + "spec.metrics[4].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization\n"
            + "spec.metrics[5].containerResource.name: Required value: must specify a resource name\n"
            + "spec.metrics[5].containerResource.container: Required value: must specify a container\n"
            + "spec.metrics[5].containerResource.target.type: Required value: must specify a metric target type\n"
            + "spec.metrics[5].containerResource.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue\n"
            + "spec.metrics[5].containerResource.target.averageUtilization: Required value: must set either a target raw value or a target utilization\n"
            + "spec.metrics[6].pods.metric.name: Required value: must specify a metric name\n"
            + "spec.metrics[6].pods.target.type: Required value: must specify a metric target type\n"
            + "spec.metrics[6].pods.target.type: Invalid value: \"\": must be either Utilization, Value, or AverageValue\n"
            + "spec.metrics[6].pods.target.averageValue: Required value: must specify a positive target averageValue"),
        ["autoscaler's metrics of too much"] = (Create<V2HorizontalPodAutoscaler>($"{{metadata: {{name: h}}, spec: {{{Scaled}, metrics: [{{type: External, external: {{metric: {{name: a/b, selector: {{matchLabels: {{a: '-'}}}}}}, target: {{type: Value, value: 0, averageValue: 0}}}}}}, {{type: Resource, resource: {{name: disk, target: {{type: Utilization, averageUtilization: 0, averageValue: 1}}}}}}, {{type: ContainerResource, containerResource: {{name: disk, container: c, target: {{type: Odd, averageUtilization: 1}}}}}}, {{type: Object, object: {{describedObject: {{kind: K, name: n, apiVersion: a/b/c}}, metric: {{name: m}}, target: {{type: Value, value: 1}}}}}}]}}}}"),
            "spec.metrics[0].external.metric.name: Invalid value: \"a/b\": may not contain '/'\n"
            + "spec.metrics[0].external.target.value: Invalid value: \"0\": must be positive\n"
            + "spec.metrics[0].external.target.averageValue: Invalid value: \"0\": must be positive\n"
            + "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target\n"
            + "spec.metrics[1].resource.name: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.metrics[1].resource.name: Invalid value: \"disk\": must be a standard resource for containers\n"
            + "spec.metrics[1].resource.target.averageUtilization: Invalid value: 0: must be greater than 0\n"
            + "spec.metrics[1].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization\n"
            + "spec.metrics[2].containerResource.name: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.metrics[2].containerResource.name: Invalid value: \"disk\": must be a standard resource for containers\n"
            + "spec.metrics[2].containerResource.target.type: Invalid value: \"Odd\": must be either Utilization, Value, or AverageValue\n"
            + "spec.metrics[3].object.describedObject.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"),

        ["cron job's job"] = (Create<V1CronJob>($"{{metadata: {{name: c}}, spec: {{schedule: '* * * * *', jobTemplate: {{spec: {{parallelism: -1, {Never}}}}}}}}}"), "spec.jobTemplate.spec.parallelism: Invalid value: -1: must be greater than or equal to 0"),
        ["cron job's schedules"] = (Lines("* * * * * *", "1-2-3 * * * *", "1/x * * * *", "1/2/3 * * * *", "5-1 * * * *", "60 * * * *", "@every x", "@sometimes", "* 0 32 13 8", "x * * * *", "*/0 * * * *", "1-x * * * *", "TZ=Nowhere/At * * * * *", "CRON_TZ=UTC * * * * *", "@every 1s"), 
            "spec.schedule: Invalid value: \"* * * * * *\": expected exactly 5 fields, found 6: [* * * * * *]\n"
            + "spec.schedule: Invalid value: \"1-2-3 * * * *\": too many hyphens: 1-2-3\n"
            + "spec.schedule: Invalid value: \"1/x * * * *\": failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax\n"
            + "spec.schedule: Invalid value: \"1/2/3 * * * *\": too many slashes: 1/2/3\n"
            + "spec.schedule: Invalid value: \"5-1 * * * *\": beginning of range (5) beyond end of range (1): 5-1\n"
            + "spec.schedule: Invalid value: \"60 * * * *\": end of range (60) above maximum (59): 60\n"
            + "spec.schedule: Invalid value: \"@every x\": failed to parse duration @every x: time: invalid duration \"x\"\n"
            + "spec.schedule: Invalid value: \"@sometimes\": unrecognized descriptor: @sometimes\n"
            + "spec.schedule: Invalid value: \"* 0 32 13 8\": end of range (32) above maximum (31): 32\n"
            + "spec.schedule: Invalid value: \"x * * * *\": failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax\n"
            + "spec.schedule: Invalid value: \"*/0 * * * *\": step of range should be a positive number: */0\n"
            + "spec.schedule: Invalid value: \"1-x * * * *\": failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax\n"
            + "spec.schedule: Invalid value: \"TZ=Nowhere/At * * * * *\": provided bad location Nowhere/At: unknown time zone Nowhere/At\n"
            + "spec.schedule: Invalid value: \"TZ=Nowhere/At * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead\n"
            + "spec.schedule: Invalid value: \"CRON_TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead\n"
            + "\n"),
        ["job's manager"] = (Job($"managedBy: A/b, {Never}"), "spec.managedBy: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["job's manager of nothing"] = (Job($"managedBy: '', {Never}"), "spec.managedBy: Required value"),
        ["job's manager of a long name"] = (Job($"managedBy: a.b/{Long[..60]}, {Never}"), "spec.managedBy: Too long: may not be more than 63 bytes"),
        ["job's many rules"] = (Job($"podFailurePolicy: {{rules: [{string.Join(", ", Enumerable.Repeat("{action: Ignore, onExitCodes: {operator: In, values: [1]}}", 21))}]}}, {Never}"), "spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items"),
        ["job's many conditions"] = (Job($"podFailurePolicy: {{rules: [{{action: Ignore, onPodConditions: [{string.Join(", ", Enumerable.Repeat("{type: 'a b', status: 'True'}", 21))}]}}]}}, {Never}"), 
            "spec.podFailurePolicy.rules[0].onPodConditions: Too many: 21: must have at most 20 items\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[1].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[2].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[3].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[4].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[5].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[6].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[7].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[8].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[9].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[10].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[11].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[12].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[13].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[14].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[15].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[16].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[17].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[18].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[19].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.podFailurePolicy.rules[0].onPodConditions[20].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["job's many codes"] = (Job($"podFailurePolicy: {{rules: [{{action: Ignore, onExitCodes: {{operator: In, values: [{string.Join(", ", Enumerable.Range(1, 256))}]}}}}]}}, {Never}"), "spec.podFailurePolicy.rules[0].onExitCodes.values: Too many: 256: must have at most 255 items"),
        ["job's many successes"] = (Job($"completionMode: Indexed, completions: 5, parallelism: 1, successPolicy: {{rules: [{string.Join(", ", Enumerable.Repeat("{succeededCount: 1}", 21))}]}}, {Never}"), "spec.successPolicy.rules: Too many: 21: must have at most 20 items"),
        ["job's success of less than none"] = (Job($"completionMode: Indexed, completions: 5, parallelism: 1, successPolicy: {{rules: [{{succeededCount: -1}}]}}, {Never}"), "spec.successPolicy.rules[0].succeededCount: Invalid value: -1: must be greater than or equal to 0"),
        ["job's limits of less than none"] = (Job($"completionMode: Indexed, completions: 5, parallelism: 1, backoffLimitPerIndex: -1, maxFailedIndexes: -1, {Never}"), "spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0\nspec.maxFailedIndexes: Invalid value: -1: must be greater than or equal to 0"),
        ["job's failed indexes"] = (Job($"completionMode: Indexed, completions: 200000, parallelism: 1, backoffLimitPerIndex: 1, maxFailedIndexes: 100001, {Never}"), "spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000\nspec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index"),
        ["job's failed indexes of many"] = (Job($"completionMode: Indexed, completions: 100001, parallelism: 10001, backoffLimitPerIndex: 1, maxFailedIndexes: 10001, {Never}"), "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index\nspec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index"),
        ["job's selector of its own"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {manualSelector: true, selector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: Near}]}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}"), "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator"),
        ["job changed"] = (Update<V1Job>($"{{metadata: {{name: j, uid: u}}, spec: {{completionMode: Indexed, completions: 5, parallelism: 1, {Never}}}}}", item =>
        {
            item.Spec.PodFailurePolicy = new V1PodFailurePolicy { Rules = [] };
            item.Spec.BackoffLimitPerIndex = 1;
            item.Spec.SuccessPolicy = new V1SuccessPolicy { Rules = [new V1SuccessPolicyRule { SucceededCount = 1 }] };
            item.Spec.ManagedBy = "a.b/c";
            item.Spec.CompletionMode = "NonIndexed";
            item.Spec.Selector = new V1LabelSelector();
        }),
            "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode\n"
            + "spec.successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: requires indexed completion mode\n"
            + "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"\n"
            + "spec.selector: Invalid value: {}: field is immutable\n"
            + "spec.completionMode: Invalid value: \"NonIndexed\": field is immutable\n"
            + "spec.podFailurePolicy: Invalid value: {\"Rules\":[]}: field is immutable\n"
            + "spec.backoffLimitPerIndex: Invalid value: 1: field is immutable\n"
            + "spec.managedBy: Invalid value: \"a.b/c\": field is immutable\n"
            + "spec.successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: field is immutable"),
        ["job changed to worse"] = (Update<V1Job>($"{{metadata: {{name: j, uid: u}}, spec: {{{Never}}}}}", item => item.Spec.BackoffLimit = -1), "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"),
        ["job's counts"] = (Status<V1Job>($"{{metadata: {{name: j, uid: u}}, spec: {{{Never}}}}}", item => item.Status = new V1JobStatus { Active = -1, Succeeded = -1, Failed = -1, Ready = -1, Terminating = -1 }), 
            "status.active: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.succeeded: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.failed: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.ready: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.terminating: Invalid value: -1: must be greater than or equal to 0\n"
            + "status.failed: Invalid value: -1: cannot decrease the failed counter\n"
            + "status.succeeded: Invalid value: -1: cannot decrease the succeeded counter"),

        ["config map changed to worse"] = (Update<V1ConfigMap>("{metadata: {name: c}}", item => item.Data = new Dictionary<string, string> { ["a b"] = "" }), "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        ["config map's long key"] = (Create<V1ConfigMap>($"{{metadata: {{name: c}}, data: {{{Long}: x}}}}"), "data[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more than 253 characters"),
        ["secret changed to worse"] = (Update<V1Secret>("{metadata: {name: c}}", item => item.Data = new Dictionary<string, byte[]> { ["a b"] = [] }), "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        ["event's reporter of a long name"] = (Create<Eventsv1Event>($"{{metadata: {{name: e, namespace: a}}, eventTime: 2025-01-01T00:00:00.000000Z, regarding: {{namespace: b}}, action: x, reason: y, type: Normal, reportingController: c, reportingInstance: {Long}}}"), "reportingInstance: Invalid value: \"\": can have at most 128 characters"),
        ["new node's capacity"] = (() => Declared.CreateFaults(new V1Node { Metadata = new V1ObjectMeta { Name = "n" }, Status = new V1NodeStatus { Capacity = Amounts(("a b", "1")), Allocatable = Amounts(("c d", "1")) } }), ""),
        ["limits of a bad type"] = (Create<V1LimitRange>("{metadata: {name: l}, spec: {limits: [{type: 'a b', min: {cpu: 1}}, {type: Container, min: {disk: 1}, max: {cpu: 1}, defaultRequest: {cpu: 2}}, {type: Pod, min: {'x y': 1}}, {type: a.b/c, min: {cpu: 5}, default: {cpu: 3}}]}}"),
            "spec.limits[0].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.limits[1].min[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.limits[1].min[disk]: Invalid value: \"disk\": must be a standard resource for containers\n"
            + "spec.limits[1].defaultRequest[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.limits[1].defaultRequest[disk]: Invalid value: \"disk\": must be a standard resource for containers\n"
            + "spec.limits[1].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than max value 1\n"
            + "spec.limits[1].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default limit value 1\n"
            + "spec.limits[2].min[x y]: Invalid value: \"x y\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.limits[2].min[x y]: Invalid value: \"x y\": must be a standard resource for containers\n"
            + "spec.limits[3].default[cpu]: Invalid value: \"5\": min value 5 is greater than default value 3"),
        ["quota's scopes"] = (Create<V1ResourceQuota>("{metadata: {name: q}, spec: {hard: {pods: -1, 'a b': 1, a.b/c: 1}, scopes: [BestEffort, NotBestEffort, Odd], scopeSelector: {matchExpressions: [{scopeName: Odd, operator: Near}, {scopeName: Terminating, operator: Exists}, {scopeName: NotTerminating, operator: Exists, values: [a]}, {scopeName: PriorityClass, operator: In}]}}}"), 
            "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0\n"
            + "spec.hard[a b]: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.hard[a b]: Invalid value: \"a b\": must be a standard resource for quota\n"
            + "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\",\"Odd\"]: unsupported scope\n"
            + "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\",\"Odd\"]: conflicting scopes\n"
            + "spec.scopeSelector.matchExpressions.scopeName: Invalid value: \"Odd\": unsupported scope\n"
            + "spec.scopeSelector.matchExpressions.operator: Invalid value: \"Near\": not a valid selector operator\n"
            + "spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector\n"
            + "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector\n"
            + "spec.scopeSelector.matchExpressions: Invalid value: [\"BestEffort\",\"NotBestEffort\",\"Odd\"]: conflicting scopes"),
        ["quota's scopes of other things"] = (Create<V1ResourceQuota>("{metadata: {name: q}, spec: {hard: {services: 1}, scopes: [BestEffort], scopeSelector: {matchExpressions: [{scopeName: NotBestEffort, operator: Exists}]}}}"),
            "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource\n"
            + "spec.scopeSelector.matchExpressions: Invalid value: {\"MatchExpressions\":[{\"ScopeName\":\"NotBestEffort\",\"Operator\":\"Exists\",\"Values\":null}]}: unsupported scope applied to resource"),
        ["quota changed to worse"] = (Update<V1ResourceQuota>("{metadata: {name: q}, spec: {hard: {pods: 1}}}", item => item.Spec.Hard = Amounts(("pods", "-1"))), "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0"),
        ["quota's status"] = (Status<V1ResourceQuota>("{metadata: {name: q}, spec: {hard: {pods: 1}}}", item => item.Status = new V1ResourceQuotaStatus { Hard = Amounts(("pods", "-1")), Used = Amounts(("pods", "-2")) }), "status.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0\nstatus.used[pods]: Invalid value: \"-2\": must be greater than or equal to 0"),
        ["service's addresses left out"] = (() => Declared.CreateFaults(new V1Service { Metadata = new V1ObjectMeta { Name = "s" }, Spec = new V1ServiceSpec { ClusterIP = "x", ClusterIPs = [], Ports = [new V1ServicePort { Port = 1 }] } }), "spec.clusterIPs[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        ["claim's status of no modes"] = (StatusWith<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}", item => item.Spec.AccessModes = [], item => item.Status = new V1PersistentVolumeClaimStatus()), "Spec.accessModes: Required value"),
        ["claim changed to worse"] = (Update<V1PersistentVolumeClaim>("{metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}", item => item.Spec.VolumeAttributesClassName = "A"),
            "spec.volumeAttributesClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "- volumeAttributesClassName: <nil>\n"
            + "+ volumeAttributesClassName: \"A\"\n"),
        ["volume changed to worse"] = (Update<V1PersistentVolume>("{metadata: {name: v}, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /a}}}", item => item.Spec.AccessModes = []), "spec.accessModes: Required value"),
        ["endpoint slice changed to worse"] = (Update<V1EndpointSlice>("{metadata: {name: e}, addressType: IPv4, endpoints: []}", item => item.Endpoints = [new V1Endpoint()]), "endpoints[0].addresses: Required value: must contain at least 1 address"),
        ["flow schema's rules"] = (Create<V1FlowSchema>("{metadata: {name: f}, spec: {priorityLevelConfiguration: {name: p}, matchingPrecedence: 1, rules: [{subjects: [{kind: User, user: {name: a}, serviceAccount: {}, group: {name: b}}, {kind: ServiceAccount, serviceAccount: {name: A, namespace: B}}, {kind: Group, group: {name: ''}}], nonResourceRules: [{verbs: [], nonResourceURLs: ['x', '/a/*/b', '/c*', '']}], resourceRules: [{verbs: ['*', get], apiGroups: [], resources: [], clusterScope: false, namespaces: ['*', A]}]}]}}"), 
            "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1\n"
            + "spec.rules[0].subjects[0].serviceAccount: Forbidden: serviceAccount is forbidden when subject kind is not 'ServiceAccount'\n"
            + "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'\n"
            + "spec.rules[0].subjects[1].serviceAccount.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.rules[0].subjects[1].serviceAccount.namespace: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.rules[0].subjects[2].group.name: Required value\n"
            + "spec.rules[0].resourceRules[0].verbs: Invalid value: [\"*\",\"get\"]: if '*' is present, must not specify other verbs\n"
            + "spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group\n"
            + "spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource\n"
            + "spec.rules[0].resourceRules[0].namespaces: Invalid value: [\"*\",\"A\"]: if '*' is present, must not specify other namespaces\n"
            + "spec.rules[0].nonResourceRules[0].verbs: Required value: verbs must contain at least one value\n"
            + "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"x\": must start with slash\n"
            + "spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: \"/a/*/b\": wildcard can only do suffix matching\n"
            + "spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: \"/c*\": wildcard can only do suffix matching\n"
            + "spec.rules[0].nonResourceRules[0].nonResourceURLs[3]: Invalid value: \"\": must not be empty"),
        ["ingress class changed to worse"] = (Update<V1IngressClass>("{metadata: {name: i}, spec: {controller: a.b/c}}", item => item.Spec.Parameters = new V1IngressClassParametersReference { Kind = "", Name = "", Scope = "Namespace", NamespaceProperty = "A" }), 
            "spec.parameters.kind: Required value\n"
            + "spec.parameters.name: Required value\n"
            + "spec.parameters.namespace: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["ingress's backends"] = (Create<V1Ingress>("{metadata: {name: i}, spec: {rules: [{http: {paths: [{path: /, pathType: Prefix}, {path: /a, pathType: Exact, backend: {service: {name: A, port: {number: 1}}}}]}}]}}"),
            "spec.rules[0].http.paths[0].backend: Invalid value: \"\": resource or service backend is required\n"
            + "spec.rules[0].http.paths[1].backend.service.name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["ingress's status"] = (Status<V1Ingress>("{metadata: {name: i}, spec: {defaultBackend: {service: {name: s, port: {number: 1}}}}}", item => item.Status = new V1IngressStatus { LoadBalancer = new V1IngressLoadBalancerStatus { Ingress = [new V1IngressLoadBalancerIngress { Hostname = "A", Ip = "x" }] } }), "status.loadBalancer.ingress[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\nstatus.loadBalancer.ingress[0].hostname: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["network policy's parts"] = (Create<V1NetworkPolicy>("{metadata: {name: p}, spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {a: '-'}}, namespaceSelector: {matchLabels: {b: '-'}}}]}], egress: [{ports: [{protocol: ICMP}], to: [{}]}]}}"), 
            "spec.ingress[0].from[0].podSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.ingress[0].from[0].namespaceSelector.matchLabels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.egress[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\", \"SCTP\"\n"
            + "spec.egress[0].to[0]: Required value: must specify a peer"),
        ["ranges grown by a bad one"] = (Update<V1ServiceCIDR>("{metadata: {name: r}, spec: {cidrs: [10.0.0.0/8]}}", item => item.Spec.Cidrs = ["10.0.0.0/8", "x"]), "spec.cidrs[1]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        ["runtime class's tolerations"] = (Create<V1RuntimeClass>("{metadata: {name: r}, handler: a, scheduling: {tolerations: [{key: 'a b', operator: Near}]}}"),
            "scheduling.tolerations.tolerations[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "scheduling.tolerations.tolerations[0].operator: Unsupported value: \"Near\": supported values: \"Equal\", \"Exists\""),
        ["runtime class changed to worse"] = (Update<V1RuntimeClass>("{metadata: {name: r}, handler: a}", item => item.Scheduling = new V1Scheduling { NodeSelector = new Dictionary<string, string> { ["a b"] = "" } }), "scheduling.nodeSelector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
        ["binding changed to worse"] = (Update<V1RoleBinding>("{metadata: {name: r}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}", item => item.Subjects = [new Rbacv1Subject { Kind = "User", ApiGroup = "x", Name = "u" }]), "subjects[0].apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\""),
        ["cluster binding changed to worse"] = (Update<V1ClusterRoleBinding>("{metadata: {name: r}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}", item => item.Subjects = [new Rbacv1Subject { Kind = "User", Name = "" }]), "subjects[0].name: Required value"),
        ["driver changed to worse"] = (Update<V1CSIDriver>("{metadata: {name: d}, spec: {}}", item => item.Spec.TokenRequests = [new Storagev1TokenRequest { ExpirationSeconds = 1 }]), "spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes"),
        ["node's drivers changed to worse"] = (Update<V1CSINode>("{metadata: {name: n}, spec: {drivers: []}}", item => item.Spec.Drivers = [new V1CSINodeDriver { Name = "a", NodeID = Long }]), "spec.drivers[0].nodeID: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be 256 characters or less"),
        ["storage capacity changed to worse"] = (Update<V1CSIStorageCapacity>("{metadata: {name: c}, storageClassName: a}", item => item.Capacity = new ResourceQuantity("-1")), "capacity: Invalid value: \"-1\": must be greater than or equal to 0"),
        ["storage class changed to worse"] = (Update<V1StorageClass>("{metadata: {name: c}, provisioner: a}", item => item.AllowedTopologies = [new V1TopologySelectorTerm { MatchLabelExpressions = [new V1TopologySelectorLabelRequirement { Key = "a", Values = [] }] }]), "allowedTopologies[0].matchLabelExpressions[0].values: Required value"),
        ["attachment changed to worse"] = (Update<V1VolumeAttachment>("{metadata: {name: a}, spec: {attacher: a, nodeName: n, source: {persistentVolumeName: v}}}", item => item.Spec.Attacher = ""),
            "spec.attacher: Required value\n"
            + "spec: Invalid value: {\"Attacher\":\"\",\"Source\":{\"PersistentVolumeName\":\"v\",\"InlineVolumeSpec\":null},\"NodeName\":\"n\"}: field is immutable"),
        ["attributes' class changed to worse"] = (Update<V1VolumeAttributesClass>("{metadata: {name: c}, driverName: a, parameters: {x: y}}", item => item.Parameters = new Dictionary<string, string>()), "parameters: Forbidden: updates to parameters are forbidden.\nparameters: Required value: must contain at least one key/value pair"),

        ["capacity's policy"] = (Slice("capacity: {a: {value: 10, requestPolicy: {default: 9, validRange: {min: 1, max: 8, step: 20}}}}, allowMultipleAllocations: true"),
            "spec.devices[0].capacity[a].requestPolicy.validRange.max: Invalid value: \"9\": default is more than max: 8\n"
            + "spec.devices[0].capacity[a].requestPolicy.validRange.step: Invalid value: \"20\": one step 21 is larger than capacity value: 10\n"
            + "spec.devices[0].capacity[a].requestPolicy.validRange.step: Invalid value: \"9\": value is not a multiple of a given step (20) from (1)\n"
            + "spec.devices[0].capacity[a].requestPolicy.validRange.step: Invalid value: \"8\": value is not a multiple of a given step (20) from (1)"),
        ["device's attributes"] = (Slice($"attributes: {{f: {{version: {new string('x', 65)}}}, 'A_/b': {{int: 1}}}}"), 
            "spec.devices[0].attributes: Invalid value: \"A_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.devices[0].attributes[f].version: Invalid value: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\": must be a string compatible with semver.org spec 2.0.0\n"
            + "spec.devices[0].attributes[f].version: Too long: may not be more than 64 bytes"),
        ["device's conditions"] = (Slice("bindingConditions: [a b, c, c, d, e], bindingFailureConditions: [f g]"), 
            "spec.devices[0].bindingConditions: Too many: 5: must have at most 4 items\n"
            + "spec.devices[0].bindingFailureConditions[0]: Invalid value: \"f g\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.devices[0].bindingConditions[2]: Duplicate value: \"c\""),
        ["device's conditions alone"] = (Slice("bindingConditions: [a]"), "spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions"),
        ["device's taints"] = (Slice("taints: [{key: 'a b', value: '-', effect: ''}]"), 
            "spec.devices[0].taints[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "spec.devices[0].taints[0].value: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
            + "spec.devices[0].taints[0].effect: Required value"),
        ["slice's names"] = (Create<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{driver: {Long[..64]}, nodeName: A, pool: {{name: {Long}, resourceSliceCount: 1}}, devices: [{{name: B}}]}}}}"), 
            "spec.driver: Too long: may not be more than 63 bytes\n"
            + "spec.pool.name: Too long: may not be more than 253 bytes\n"
            + "spec.pool.name: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more than 253 characters\n"
            + "spec.nodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.devices[0].name: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        ["slice's many devices"] = (() => Declared.CreateFaults(new V1ResourceSlice { Metadata = new V1ObjectMeta { Name = "s" }, Spec = new V1ResourceSliceSpec { Driver = "d", AllNodes = true, Pool = new V1ResourcePool { Name = "p", ResourceSliceCount = 1 }, Devices = [.. Enumerable.Range(0, 129).Select(item => new V1Device { Name = $"d{item}" })] } }), "spec.devices: Too many: 129: must have at most 128 items"),
        ["claim's configuration and alternatives"] = (Create<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: a, firstAvailable: [{name: B}, {name: b, deviceClassName: A, selectors: [{}]}, {name: b, deviceClassName: c}]}], config: [{requests: [x, a/b, a/B/c], opaque: {driver: d, parameters: {a: " + new string('x', 10_300) + "}}}]}}}"), 
            "spec.devices.requests[0].firstAvailable[0].name: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "spec.devices.requests[0].firstAvailable[0].deviceClassName: Required value\n"
            + "spec.devices.requests[0].firstAvailable[1].deviceClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "spec.devices.requests[0].firstAvailable[1].selectors[0].cel: Required value\n"
            + "spec.devices.requests[0].firstAvailable[2]: Duplicate value: \"b\"\n"
            + "spec.devices.config[0].requests[0]: Invalid value: \"x\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\n"
            + "spec.devices.config[0].requests[2]: Invalid value: \"a/B/c\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\n"
            + "spec.devices.config[0].opaque.parameters: Too long: may not be more than 10240 bytes"),
        ["claim's allocation"] = (Status<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: r, exactly: {deviceClassName: c}}]}}}", item => item.Status = new V1ResourceClaimStatus
        {
            Allocation = new V1AllocationResult
            {
                NodeSelector = new V1NodeSelector(),
                Devices = new V1DeviceAllocationResult
                {
                    Results = [new V1DeviceRequestAllocationResult { Request = "r", Driver = "A_", Pool = "", Device = "B", Tolerations = [new V1DeviceToleration { Key = "a b" }] }],
                    Config = [new V1DeviceAllocationConfiguration { Requests = ["x"], Opaque = new V1OpaqueDeviceConfiguration { Driver = "" } }],
                },
            },
            Devices = [new V1AllocatedDeviceStatus { Driver = "d", Pool = "p", Device = "x", Conditions = [new V1Condition { Type = "a b", Status = "Odd" }] }],
        }),
            "status.devices[0]: Invalid value: d/p/x: must be an allocated device in the claim\n"
            + "status.devices[0].conditions[0].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "status.devices[0].conditions[0].status: Unsupported value: \"Odd\": supported values: \"False\", \"True\", \"Unknown\"\n"
            + "status.devices[0].conditions[0].lastTransitionTime: Required value: must be set\n"
            + "status.devices[0].conditions[0].reason: Required value: must be set\n"
            + "status.allocation.devices.results[0].driver: Invalid value: \"A_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
            + "status.allocation.devices.results[0].pool: Required value\n"
            + "status.allocation.devices.results[0].device: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
            + "status.allocation.devices.results[0].tolerations[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
            + "status.allocation.devices.config[0].source: Required value\n"
            + "status.allocation.devices.config[0].requests[0]: Invalid value: \"x\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'\n"
            + "status.allocation.devices.config[0].opaque.driver: Required value\n"
            + "status.allocation.devices.config[0].opaque.parameters: Required value\n"
            + "status.allocation.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term"),
        ["claim template's annotations"] = (Create<V1ResourceClaimTemplate>("{metadata: {name: c}, spec: {metadata: {labels: {a b: c}, annotations: {d e: f}}, spec: {}}}"), "spec.metadata.annotations: Invalid value: \"d e\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\nspec.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static Func<string> Policy(string spec) => Create<V1ValidatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{failurePolicy: Fail, validations: [{{expression: 'true'}}], {spec}}}}}");

    private static Func<string> Job(string spec) => Create<V1Job>($"{{metadata: {{name: j, uid: u}}, spec: {{{spec}}}}}");

    private static Func<string> Slice(string device) => Create<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{driver: d, allNodes: true, pool: {{name: p, resourceSliceCount: 1}}, devices: [{{name: a, {device}}}]}}}}");

    private static Func<string> Lines(params string[] schedules) => () =>
    {
        var text = new StringBuilder();
        foreach (var schedule in schedules) { text.Append(Create<V1CronJob>($"{{metadata: {{name: c}}, spec: {{schedule: '{schedule}', jobTemplate: {{spec: {{{Never}}}}}}}}}")()).Append('\n'); }
        return text.ToString();
    };

    private static Dictionary<string, ResourceQuantity> Amounts(params (string Name, string Amount)[] amounts) => amounts.ToDictionary(item => item.Name, item => Orch.Resources.Quantities.Parse(item.Amount));
}
