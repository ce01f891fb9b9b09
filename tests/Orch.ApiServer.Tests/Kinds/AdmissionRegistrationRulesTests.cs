using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.RuleCases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of webhooks and policies, each case with exactly the faults that upstream finds.</summary>
public sealed class AdmissionRegistrationRulesTests
{
    private const string Where = "clientConfig: {url: 'https://x.example.com/y'}";
    private const string What = "rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]";
    private const string Rest = "sideEffects: None, admissionReviewVersions: [v1]";
    private const string Match = "matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["hook"] = (Hook($"name: a.b.c, {Where}, {What}, {Rest}"), ""),
        ["hook of nothing"] = (Hook("{}", isWhole: true),
            "webhooks[0].name: Required value\nwebhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun\nwebhooks[0].clientConfig: Required value: exactly one of url or service is required\nwebhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1"),
        ["hook's short name"] = (Hook($"name: a.b, {Where}, {Rest}"), "webhooks[0].name: Invalid value: \"a.b\": should be a domain with at least three segments separated by dots"),
        ["hook's bad name"] = (Hook($"name: A.b.c, {Where}, {Rest}"), "webhooks[0].name: Invalid value: \"A.b.c\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["hooks of one name"] = (Create<V1MutatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {Where}, {Rest}}}, {{name: a.b.c, {Where}, {Rest}}}]}}"), "webhooks[1].name: Duplicate value: \"a.b.c\""),
        ["hook's versions"] = (Hook($"name: a.b.c, {Where}, sideEffects: None, admissionReviewVersions: [v2, v2, V3]"),
            "webhooks[0].admissionReviewVersions[1]: Invalid value: \"v2\": duplicate version\nwebhooks[0].admissionReviewVersions[2]: Invalid value: \"V3\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')\nwebhooks[0].admissionReviewVersions: Invalid value: [\"v2\",\"v2\",\"V3\"]: must include at least one of v1, v1beta1"),
        ["hook's enumerations"] = (Hook($"name: a.b.c, {Where}, sideEffects: Some, failurePolicy: No, matchPolicy: No, reinvocationPolicy: No, timeoutSeconds: 31, admissionReviewVersions: [v1]"),
            "webhooks[0].failurePolicy: Unsupported value: \"No\": supported values: \"Fail\", \"Ignore\"\nwebhooks[0].matchPolicy: Unsupported value: \"No\": supported values: \"Equivalent\", \"Exact\"\nwebhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"\nwebhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds\nwebhooks[0].reinvocationPolicy: Unsupported value: \"No\": supported values: \"IfNeeded\", \"Never\""),
        ["hook's selectors"] = (Hook($"name: a.b.c, {Where}, {Rest}, namespaceSelector: {{matchExpressions: [{{key: a, operator: In}}]}}, objectSelector: {{matchExpressions: [{{key: a, operator: Is}}]}}"),
            "webhooks[0].namespaceSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'\nwebhooks[0].objectSelector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator"),
        ["hook's URL"] = (Hook($"name: a.b.c, clientConfig: {{url: 'http://u:p@h/x?q#f'}}, {Rest}"),
            "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]\nwebhooks[0].clientConfig.url: Invalid value: \"u:p\": user information is not permitted in the URL\nwebhooks[0].clientConfig.url: Invalid value: \"f\": fragments are not permitted in the URL\nwebhooks[0].clientConfig.url: Invalid value: \"q\": query parameters are not permitted in the URL"),
        ["hook's URL without a host"] = (Hook($"name: a.b.c, clientConfig: {{url: 'https:///x'}}, {Rest}"), "webhooks[0].clientConfig.url: Invalid value: \"\": host must be specified; desired format: https://host[/path]"),
        ["hook's URL that is none"] = (Hook($"name: a.b.c, clientConfig: {{url: ':x'}}, {Rest}"), "webhooks[0].clientConfig.url: Required value: url must be a valid URL: parse \":x\": missing protocol scheme; desired format: https://host[/path]"),
        ["hook's service"] = (Hook($"name: a.b.c, clientConfig: {{service: {{name: '', namespace: n, port: 65536, path: x//Y/}}}}, {Rest}"),
            "webhooks[0].clientConfig.service.namespace: Required value\n"
            + "webhooks[0].clientConfig.service.port: Invalid value: 65536: port is not valid: must be between 1 and 65535, inclusive\n"
            + "webhooks[0].clientConfig.service.path: Invalid value: \"x//Y/\": must start with a '/'\n"
            + "webhooks[0].clientConfig.service.path: Invalid value: \"x//Y/\": segment[0] may not be empty\n"
            + "webhooks[0].clientConfig.service.path: Invalid value: \"x//Y/\": segment[1] may not be empty\n"
            + "webhooks[0].clientConfig.service.path: Invalid value: \"x//Y/\": segment[2]: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
        ["hook at two places"] = (Hook($"name: a.b.c, clientConfig: {{url: 'https://h', service: {{name: a, namespace: n}}}}, {Rest}"), "webhooks[0].clientConfig: Required value: exactly one of url or service is required"),
        ["hook's empty rule"] = (Hook($"name: a.b.c, {Where}, {Rest}, rules: [{{}}]"), "webhooks[0].rules[0].operations: Required value\nwebhooks[0].rules[0].apiGroups: Required value\nwebhooks[0].rules[0].apiVersions: Required value\nwebhooks[0].rules[0].resources: Required value"),
        ["hook's rule for all and more"] = (Hook($"name: a.b.c, {Where}, {Rest}, rules: [{{operations: ['*', PATCH], apiGroups: ['*', a], apiVersions: ['*', ''], resources: ['*', a, 'b/*', b/c, '*/d', e/d, ''], scope: Some}}]"),
            "webhooks[0].rules[0].operations: Invalid value: [\"*\",\"PATCH\"]: if '*' is present, must not specify other operations\nwebhooks[0].rules[0].operations[1]: Unsupported value: \"PATCH\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"\nwebhooks[0].rules[0].apiGroups: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other API groups\nwebhooks[0].rules[0].apiVersions: Invalid value: [\"*\",\"\"]: if '*' is present, must not specify other API versions\nwebhooks[0].rules[0].apiVersions[1]: Required value\nwebhooks[0].rules[0].resources[3]: Invalid value: \"b/c\": if 'b/*' is present, must not specify b/c\nwebhooks[0].rules[0].resources[5]: Invalid value: \"e/d\": if '*/d' is present, must not specify e/d\nwebhooks[0].rules[0].resources[6]: Required value\nwebhooks[0].rules[0].resources: Invalid value: [\"*\",\"a\",\"b/*\",\"b/c\",\"*/d\",\"e/d\",\"\"]: if '*' is present, must not specify other resources without subresources\nwebhooks[0].rules[0].scope: Unsupported value: \"Some\": supported values: \"*\", \"Cluster\", \"Namespaced\""),
        ["hook's rule for all subresources"] = (Hook($"name: a.b.c, {Where}, {Rest}, rules: [{{operations: [CREATE], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*', a]}}]"), "webhooks[0].rules[0].resources: Invalid value: [\"*/*\",\"a\"]: if '*/*' is present, must not specify other resources"),
        ["hook's conditions"] = (Hook($"name: a.b.c, {Where}, {Rest}, matchConditions: [{{name: a, expression: ' '}}, {{expression: 'true'}}, {{name: a, expression: 'true'}}]"),
            "webhooks[0].matchConditions[0].expression: Required value\nwebhooks[0].matchConditions[1].name: Required value\nwebhooks[0].matchConditions[2].name: Duplicate value: \"a\""),
        ["hook's expressions"] = (Hook($"name: a.b.c, {Where}, {Rest}, matchConditions: [{{name: a, expression: foo}}, {{name: b, expression: ' string(1) '}}, {{name: c, expression: params}}, {{name: d, expression: 'request.userInfo.username == namespaceObject.metadata.name'}}]"),
            "webhooks[0].matchConditions[0].expression: Invalid value: \"foo\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^\nwebhooks[0].matchConditions[1].expression: Invalid value: \"string(1)\": must evaluate to bool but got string\nwebhooks[0].matchConditions[2].expression: Invalid value: \"params\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params\n | ^"),
        ["hook's expression kept"] = (Update<V1MutatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {Where}, {Rest}, matchConditions: [{{name: a, expression: foo}}]}}]}}", hook => hook.Webhooks[0].TimeoutSeconds = 3), ""),
        ["policy's expressions"] = (Policy("paramKind: {apiVersion: v1, kind: ConfigMap}, variables: [{name: n, expression: 'size(object.spec.containers)'}, {name: bad, expression: foo}], validations: [{expression: 'variables.n > 1 && params.data.x == variables.bad', messageExpression: 'variables.n'}, {expression: variables.n}, {expression: variables.other}, {expression: 'true', messageExpression: authorizer}], auditAnnotations: [{key: k, valueExpression: variables.n}, {key: l, valueExpression: 'null'}]"),
            "spec.variables[1].expression: Invalid value: \"foo\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^\nspec.validations[0].messageExpression: Invalid value: \"variables.n\": must evaluate to string but got int\nspec.validations[1].expression: Invalid value: \"variables.n\": must evaluate to bool but got int\nspec.validations[2].expression: Invalid value: \"variables.other\": compilation failed: ERROR: <input>:1:10: undefined field 'other'\n | variables.other\n | .........^\nspec.validations[3].messageExpression: Invalid value: \"authorizer\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'authorizer' (in container '')\n | authorizer\n | ^\nspec.auditAnnotations[0].valueExpression: Invalid value: \"variables.n\": must evaluate to one of [string null_type] but got int"),
        ["hook with old faults"] = (Update<V1MutatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {Where}, sideEffects: Some, admissionReviewVersions: [v9]}}, {{name: a.b.c, {Where}, sideEffects: Some, admissionReviewVersions: [v9], objectSelector: {{matchExpressions: [{{key: a, operator: In, values: ['-']}}]}}}}]}}",
            hook => hook.Webhooks[0].TimeoutSeconds = 3), ""),
        ["hook with new faults"] = (Update<V1MutatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {Where}, {Rest}}}]}}", hook => (hook.Webhooks[0].SideEffects, hook.Webhooks[0].AdmissionReviewVersions) = ("Some", ["v9"])),
            "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"\nwebhooks[0].admissionReviewVersions: Invalid value: [\"v9\"]: must include at least one of v1, v1beta1"),
        ["hook's old side effects set to none known"] = (Update<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {Where}, sideEffects: Some, admissionReviewVersions: [v1]}}]}}", hook => hook.Webhooks[0].SideEffects = "X"),
            "webhooks[0].sideEffects: Unsupported value: \"X\": supported values: \"None\", \"NoneOnDryRun\", \"Some\", \"Unknown\""),

        ["policy"] = (Create<V1ValidatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{{Match}, validations: [{{expression: 'true', message: no, reason: Forbidden}}], auditAnnotations: [{{key: k, valueExpression: \"'x'\"}}]}}}}"), ""),
        ["policy of nothing"] = (Create<V1ValidatingAdmissionPolicy>("{metadata: {name: p}, spec: {}}"), "spec.matchConstraints: Required value\nspec.validations: Required value: validations or auditAnnotations must contain at least one item\nspec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item"),
        ["policy without rules"] = (Create<V1ValidatingAdmissionPolicy>("{metadata: {name: p}, spec: {failurePolicy: No, matchConstraints: {matchPolicy: No}, validations: [{expression: 'true'}]}}"), "spec.failurePolicy: Unsupported value: \"No\": supported values: \"Fail\", \"Ignore\"\nspec.matchConstraints.matchPolicy: Unsupported value: \"No\": supported values: \"Equivalent\", \"Exact\"\nspec.matchConstraints.resourceRules: Required value"),
        ["policy's names"] = (Create<V1ValidatingAdmissionPolicy>("{metadata: {name: p}, spec: {matchConstraints: {resourceRules: [{resourceNames: [a/b, c, c], operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, validations: [{expression: 'true'}]}}"), "spec.matchConstraints.resourceRules[0].resourceNames[0]: Invalid value: \"a/b\": may not contain '/'\nspec.matchConstraints.resourceRules[0].resourceNames[2]: Duplicate value: \"c\""),
        ["policy's parameters"] = (Policy("paramKind: {apiVersion: a/b/c, kind: 1x}, validations: [{expression: 'true'}]"), "spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c\nspec.paramKind.kind: Invalid value: \"1x\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"),
        ["policy's parameters of nothing"] = (Policy("paramKind: {}, validations: [{expression: 'true'}]"), "spec.paramKind.apiVersion: Required value\nspec.paramKind.kind: Required value"),
        ["policy's parameters without version"] = (Policy("paramKind: {apiVersion: a/, kind: X}, validations: [{expression: 'true'}]"), "spec.paramKind.apiVersion: Invalid value: \"a/\": version must be specified"),
        ["policy's variables"] = (Policy("variables: [{name: ' ', expression: '1'}, {name: a-b, expression: ''}, {name: while, expression: '1'}], validations: [{expression: 'true'}]"),
            "spec.variables[0].name: Required value: name is not specified\n"
            + "spec.variables[1].name: Invalid value: \"a-b\": must be a valid CEL identifier\n"
            + "spec.variables[1].expression: Required value: expression is not specified\n"
            + "spec.variables[2].name: Invalid value: \"while\": must be a valid CEL identifier"),
        ["policy's validations"] = (Policy("validations: [{expression: ' ', message: ' ', messageExpression: ' ', reason: Odd}, {expression: 'true', message: \"a\\nb\"}]"),
            "spec.validations[0].expression: Required value: expression is not specified\n"
            + "spec.validations[0].messageExpression: Invalid value: \" \": must be non-empty if specified\n"
            + "spec.validations[0].message: Invalid value: \" \": must be non-empty if specified\n"
            + "spec.validations[0].reason: Unsupported value: \"Odd\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"\n"
            + "spec.validations[1].message: Invalid value: \"a\\nb\": must not contain line breaks"),
        ["policy's annotations"] = (Policy("auditAnnotations: [{key: k, valueExpression: ''}, {key: k, valueExpression: string(1)}]"), "spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified\nspec.auditAnnotations[1].key: Duplicate value: \"k\""),
        ["policy's long annotation"] = (Policy($"auditAnnotations: [{{key: k, valueExpression: {new string('x', 5121)}}}]"), "spec.auditAnnotations[0].valueExpression: Required value: must not exceed 5120 bytes in length"),
        ["policy's status"] = (Status<V1ValidatingAdmissionPolicy>("{metadata: {name: p}}", policy => policy.Status = new V1ValidatingAdmissionPolicyStatus
            {
                TypeChecking = new V1TypeChecking { ExpressionWarnings = [new V1ExpressionWarning(), new V1ExpressionWarning { Warning = "w", FieldRef = " spec.validations[0].expression" }, new V1ExpressionWarning { Warning = "w", FieldRef = "spec.validations[x] " }] },
                Conditions = [new V1Condition { Type = "a", Status = "Yes", ObservedGeneration = -1 }, new V1Condition { Type = "a", Status = "True", Reason = "1", LastTransitionTime = DateTime.UnixEpoch }],
            }),
            "status.typeChecking.expressionWarnings[0].warning: Required value\nstatus.typeChecking.expressionWarnings[0].fieldRef: Required value\nstatus.typeChecking.expressionWarnings[2].fieldRef: Invalid value: \"spec.validations[x]\": invalid JSONPath: invalid array index x\nstatus.conditions[0].status: Unsupported value: \"Yes\": supported values: \"False\", \"True\", \"Unknown\"\nstatus.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero\nstatus.conditions[0].lastTransitionTime: Required value: must be set\nstatus.conditions[0].reason: Required value: must be set\nstatus.conditions[1].type: Duplicate value: \"a\"\nstatus.conditions[1].reason: Invalid value: \"1\": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')"),

        ["mutating policy"] = (Create<V1MutatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{{Match}, reinvocationPolicy: Never, mutations: [{{patchType: JSONPatch, jsonPatch: {{expression: \"[JSONPatch{{op: 'remove', path: '/spec'}}]\"}}}}]}}}}"), ""),
        ["mutating policy's expressions"] = (Mutating("paramKind: {apiVersion: v1, kind: ConfigMap}, matchConditions: [{name: a, expression: params.data.on}, {name: b, expression: variables.n == 1}], variables: [{name: n, expression: 'size(object.spec.containers)'}, {name: o, expression: 'Object{}'}, {name: q, expression: \"quantity('1')\"}]",
            "Object{spec: Object.spec{replicas: variables.n}}", "Object{data: {'a': variables.q.asInteger() == 1 ? params.data.x : request.name}}", "object", "Object.spec{}", "Object{} == Object{}", "variables.none", "Other{}"),
            "spec.matchConditions[0].expression: Invalid value: \"params.data.on\": must evaluate to bool but got dyn\nspec.matchConditions[1].expression: Invalid value: \"variables.n == 1\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'variables' (in container '')\n | variables.n == 1\n | ^\nspec.variables[1].expression: Invalid value: \"Object{}\": compilation failed: ERROR: <input>:1:7: undeclared reference to 'Object' (in container '')\n | Object{}\n | ......^\nspec.mutations[2].applyConfiguration.expression: Invalid value: \"object\": must evaluate to Object but got dyn\nspec.mutations[3].applyConfiguration.expression: Invalid value: \"Object.spec{}\": must evaluate to Object but got Object.spec\nspec.mutations[4].applyConfiguration.expression: Invalid value: \"Object{} == Object{}\": must evaluate to Object but got bool\nspec.mutations[5].applyConfiguration.expression: Invalid value: \"variables.none\": compilation failed: ERROR: <input>:1:10: undefined field 'none'\n | variables.none\n | .........^\nspec.mutations[6].applyConfiguration.expression: Invalid value: \"Other{}\": compilation failed: ERROR: <input>:1:6: undeclared reference to 'Other' (in container '')\n | Other{}\n | .....^"),
        ["mutating policy's patches"] = (Create<V1MutatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{{Match}, reinvocationPolicy: Never, mutations: [{{patchType: JSONPatch, jsonPatch: {{expression: '[]'}}}}, {{patchType: JSONPatch, jsonPatch: {{expression: '[JSONPatch{{op: 1, path: \"/a\"}}]'}}}}, {{patchType: JSONPatch, jsonPatch: {{expression: '[JSONPatch{{bogus: \"a\"}}]'}}}}, {{patchType: JSONPatch, jsonPatch: {{expression: 'has(object.a) ? [JSONPatch{{op: \"add\", path: \"/a/\" + jsonpatch.escapeKey(\"b/c\"), value: Object.a{{b: 1}}}}] : []'}}}}]}}}}"),
            "spec.mutations[0].jsonPatch.expression: Invalid value: \"[]\": must evaluate to list(JSONPatch) but got list(dyn)\nspec.mutations[1].jsonPatch.expression: Invalid value: \"[JSONPatch{op: 1, path: \\\"/a\\\"}]\": compilation failed: ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'\n | [JSONPatch{op: 1, path: \"/a\"}]\n | .............^\nspec.mutations[2].jsonPatch.expression: Invalid value: \"[JSONPatch{bogus: \\\"a\\\"}]\": compilation failed: ERROR: <input>:1:17: undefined field 'bogus'\n | [JSONPatch{bogus: \"a\"}]\n | ................^"),
        ["mutating policy of nothing"] = (Create<V1MutatingAdmissionPolicy>("{metadata: {name: p}, spec: {}}"), "spec.matchConstraints: Required value\nspec.mutations: Required value: mutations must contain at least one item\nspec.reinvocationPolicy: Required value"),
        ["mutating policy of deletions"] = (Create<V1MutatingAdmissionPolicy>("{metadata: {name: p}, spec: {reinvocationPolicy: Often, matchConstraints: {resourceRules: [{operations: [DELETE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, mutations: [{}, {patchType: Odd}, {patchType: JSONPatch, applyConfiguration: {expression: x}}, {patchType: ApplyConfiguration, jsonPatch: {expression: x}}, {patchType: JSONPatch, jsonPatch: {expression: ' '}}]}}"),
            "spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\"\n"
            + "spec.mutations[0].patchType: Required value\n"
            + "spec.mutations[1].patchType: Unsupported value: \"Odd\": supported values: \"ApplyConfiguration\", \"JSONPatch\"\n"
            + "spec.mutations[2].jsonPatch: Required value: must be specified when patchType is JSONPatch\n"
            + "spec.mutations[2].applyConfiguration: Invalid value: \"{applyConfiguration}\": must not be specified when patchType is JSONPatch\n"
            + "spec.mutations[3].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration\n"
            + "spec.mutations[3].jsonPatch: Invalid value: \"{jsonPatch}\": must not be specified when patchType is ApplyConfiguration\n"
            + "spec.mutations[4].jsonPatch.expression: Required value\n"
            + "spec.reinvocationPolicy: Unsupported value: \"Often\": supported values: \"IfNeeded\", \"Never\""),

        ["binding"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny]}}"), ""),
        ["binding of nothing"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {}}"), "spec.policyName: Required value\nspec.validationActions: Required value: at least one validation action is required"),
        ["binding's actions"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: P, validationActions: [Deny, Warn, Warn, Odd]}}"),
            "spec.policyName: Invalid value: \"P\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\nspec.validationActions[2]: Duplicate value: \"Warn\"\nspec.validationActions[3]: Unsupported value: \"Odd\": supported values: \"Audit\", \"Deny\", \"Warn\"\nspec.validationActions: Invalid value: [\"Deny\",\"Warn\",\"Warn\",\"Odd\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"),
        ["binding's parameters"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny], paramRef: {name: a, selector: {}, parameterNotFoundAction: Odd}, matchResources: {matchPolicy: Odd}}}"),
            "spec.paramRef.name: Forbidden: name and selector are mutually exclusive\n"
            + "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive\n"
            + "spec.paramRef.parameterNotFoundAction: Unsupported value: \"Odd\": supported values: \"Deny\", \"Allow\"\n"
            + "spec.matchResources.matchPolicy: Unsupported value: \"Odd\": supported values: \"Equivalent\", \"Exact\""),
        ["binding's parameters of nothing"] = (Create<V1MutatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, paramRef: {}}}"), "spec.paramRef: Required value: one of name or selector must be specified\nspec.paramRef.parameterNotFoundAction: Required value"),
        ["mutating binding of deletions"] = (Create<V1MutatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, matchResources: {resourceRules: [{operations: [DELETE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}}}"), "spec.matchResources.resourceRules.operations: Unsupported value: \"DELETE\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\""),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void Generation_CountsChangesOfWhatIsWanted()
    {
        var hooks = Declared.Created<V1MutatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {Where}, {Rest}}}]}}");
        Assert.Equal(1, Declared.Updated(hooks, item => item.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" }).Metadata.Generation);
        Assert.Equal(2, Declared.Updated(hooks, item => item.Webhooks[0].TimeoutSeconds = 1).Metadata.Generation);

        var binding = Declared.Created<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny]}}");
        Assert.Equal(2, Declared.Updated(binding, item => item.Spec.PolicyName = "q").Metadata.Generation);
    }

    [Fact]
    public void Columns_ShowCountsAndParameters()
    {
        var policy = Declared.FromYaml<V1ValidatingAdmissionPolicy>("{metadata: {name: p}, spec: {paramKind: {apiVersion: a/v1, kind: K}, validations: [{expression: x}, {expression: y}]}}");
        var cells = Declared.Cells(policy, DateTimeOffset.UnixEpoch);
        Assert.Equal(("2", "a/v1/K"), (cells["Validations"], cells["ParamKind"]));

        var binding = Declared.FromYaml<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, paramRef: {namespace: n, name: x}}}");
        cells = Declared.Cells(binding, DateTimeOffset.UnixEpoch);
        Assert.Equal(("p", "n/x"), (cells["PolicyName"], cells["ParamRef"]));
        Assert.Equal("<unset>", Declared.Cells(Declared.FromYaml<V1MutatingAdmissionPolicyBinding>("{spec: {policyName: p}}"), DateTimeOffset.UnixEpoch)["ParamRef"]);
        Assert.Equal("1", Declared.Cells(Declared.FromYaml<V1MutatingAdmissionPolicy>("{spec: {mutations: [{}]}}"), DateTimeOffset.UnixEpoch)["Mutations"]);
        Assert.Equal("1", Declared.Cells(Declared.FromYaml<V1MutatingWebhookConfiguration>("{webhooks: [{}]}"), DateTimeOffset.UnixEpoch)["Webhooks"]);
    }

    private static Func<string> Hook(string hook, bool isWhole = false) => Create<V1MutatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{(isWhole ? hook : $"{{{hook}}}")}]}}");

    private static Func<string> Mutating(string rest, params string[] expressions)
    {
        var mutations = expressions.Select(static expression => $"{{patchType: ApplyConfiguration, applyConfiguration: {{expression: '{expression.Replace("'", "''", StringComparison.Ordinal)}'}}}}");
        return Create<V1MutatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{{Match}, {rest}, reinvocationPolicy: Never, mutations: [{string.Join(", ", mutations)}]}}}}");
    }

    private static Func<string> Policy(string rest) => Create<V1ValidatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{{Match}, {rest}}}}}");
}
