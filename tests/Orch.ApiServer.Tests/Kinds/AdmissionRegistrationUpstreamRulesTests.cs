using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.RuleCases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Upstream's own table for webhooks, policies and bindings, as far as no other table has its cases: new ones, changed ones, and what a change may keep.</summary>
public sealed class AdmissionRegistrationUpstreamRulesTests
{
    private const string Rest = "sideEffects: None, admissionReviewVersions: [v1]";
    private const string At = "clientConfig: {url: 'https://example.com'}";
    private const string Rule = "operations: [CREATE], apiGroups: [a], apiVersions: [a], resources: [a]";
    private const string Path = "webhooks[0].clientConfig.service.path: Invalid value: ";
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string NamePart = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string Label1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["hook's URL with a user"] = (Hook($"{Rest}, clientConfig: {{url: 'https://harry.potter@example.com/'}}"), "webhooks[0].clientConfig.url: Invalid value: \"harry.potter\": user information is not permitted in the URL"),
        ["hook's URL just totally wrong"] = (Hook($"{Rest}, clientConfig: {{url: 'arg#backwards=thisis?html.index/port:host//:https'}}"),
            "webhooks[0].clientConfig.url: Invalid value: \"\": 'https' is the only allowed URL scheme; desired format: https://host[/path]\n"
            + "webhooks[0].clientConfig.url: Invalid value: \"\": host must be specified; desired format: https://host[/path]\n"
            + "webhooks[0].clientConfig.url: Invalid value: \"backwards=thisis?html.index/port:host//:https\": fragments are not permitted in the URL"),
        ["hook's path without a slash"] = (Service("foo/"), $"{Path}\"foo/\": must start with a '/'"),
        ["hook's path of a slash"] = (Service("/"), ""),
        ["hook's path without an end"] = (Service("/foo"), ""),
        ["hook's path of two slashes"] = (Service("//"), $"{Path}\"//\": segment[0] may not be empty"),
        ["hook's path with nothing between"] = (Service("/foo//bar/"), $"{Path}\"/foo//bar/\": segment[1] may not be empty"),
        ["hook's path with nothing at its end"] = (Service("/foo/bar//"), $"{Path}\"/foo/bar//\": segment[2] may not be empty"),
        ["hook's path of no names"] = (Service("/apis/foo.bar/v1alpha1/--bad"), $"{Path}\"/apis/foo.bar/v1alpha1/--bad\": segment[3]: {Subdomain}"),
        ["hook's port of none"] = (Hook($"{Rest}, clientConfig: {{service: {{name: n, namespace: ns, port: 0}}}}"), "webhooks[0].clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive"),
        ["hook that takes no time"] = (Hook($"{Rest}, {At}, timeoutSeconds: 0"), "webhooks[0].timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds"),
        ["hook that takes less"] = (Hook($"{Rest}, {At}, timeoutSeconds: -1"), "webhooks[0].timeoutSeconds: Invalid value: -1: the timeout value must be between 1 and 30 seconds"),
        ["hooks that take their time"] = (Hooks($"{{name: webhook.k8s.io, {Rest}, {At}, timeoutSeconds: 1}}, {{name: webhook2.k8s.io, {Rest}, {At}, timeoutSeconds: 30}}"), ""),
        ["hook's condition of a bad name"] = (Conditions("{name: -hello, expression: 'true'}, {name: .io, expression: 'true'}, {name: thing.test.com, expression: 'true'}"),
            $"webhooks[0].matchConditions[0].name: Invalid value: \"-hello\": {NamePart}\nwebhooks[0].matchConditions[1].name: Invalid value: \".io\": {NamePart}"),
        ["hook's condition of no expression"] = (Conditions("{name: webhook.k8s.io}"), "webhooks[0].matchConditions[0].expression: Required value"),
        ["hook's condition that is none"] = (Conditions("{name: webhook.k8s.io, expression: 'object.x in [1, 2, '}"),
            "webhooks[0].matchConditions[0].expression: Invalid value: \"object.x in [1, 2,\": compilation failed: ERROR: <input>:1:19: Syntax error: missing ']' at '<EOF>'\n | object.x in [1, 2,\n | ..................^"),
        ["hook's condition of a number"] = (Conditions("{name: webhook.k8s.io, expression: '6'}"), "webhooks[0].matchConditions[0].expression: Invalid value: \"6\": must evaluate to bool but got int"),
        ["hooks' conditions of the same name"] = (Hooks($"{{name: webhook.k8s.io, {Rest}, {At}, matchConditions: [{{name: a, expression: 'true'}}]}}, {{name: webhook2.k8s.io, {Rest}, {At}, matchConditions: [{{name: a, expression: 'true'}}]}}"), ""),
        ["hook for all resources and subresources of some"] = (Hook($"{Rest}, {At}, rules: [{{operations: [CREATE], apiGroups: [a], apiVersions: [a], resources: ['*', a/b, 'a/*', '*/b']}}]"), ""),
        ["hook for a resource and all of its subresources"] = (Hook($"{Rest}, {At}, rules: [{{operations: [CREATE], apiGroups: [a], apiVersions: [a], resources: ['a/*', a]}}]"), ""),
        ["hook for a resource and a subresource of any"] = (Hook($"{Rest}, {At}, rules: [{{operations: [CREATE], apiGroups: [a], apiVersions: [a], resources: ['*/a', a]}}]"), ""),
        ["hook for some subresource of any and of one"] = (Hook($"{Rest}, {At}, rules: [{{operations: [CREATE], apiGroups: [a], apiVersions: [a], resources: ['*/a', x/a]}}]"), "webhooks[0].rules[0].resources[1]: Invalid value: \"x/a\": if '*/a' is present, must not specify x/a"),

        ["hook that gets known versions"] = (Change($"sideEffects: Unknown, admissionReviewVersions: [invalid]", static hook => hook.AdmissionReviewVersions = ["v1beta1", "invalid"]), ""),
        ["hook that keeps unknown versions"] = (Change($"sideEffects: Unknown, admissionReviewVersions: [invalid-v0]", static hook => hook.AdmissionReviewVersions = ["invalid-v1", "invalid-v2"]), ""),
        ["hook that loses its known versions"] = (Change(Rest, static hook => hook.AdmissionReviewVersions = ["invalid-v1"]), "webhooks[0].admissionReviewVersions: Invalid value: [\"invalid-v1\"]: must include at least one of v1, v1beta1"),
        ["hook that gets side effects"] = (Change(Rest, static hook => hook.SideEffects = "Unknown"), "webhooks[0].sideEffects: Unsupported value: \"Unknown\": supported values: \"None\", \"NoneOnDryRun\""),
        ["hook that may have side effects still"] = (Change("sideEffects: Some, admissionReviewVersions: [v1]", static hook => hook.SideEffects = "Unknown"), ""),
        ["hooks that keep one name"] = (Update<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {At}, {Rest}}}, {{name: a.b.c, {At}, {Rest}}}]}}", static item => item.Webhooks[0].TimeoutSeconds = 3), ""),
        ["hooks that get one name"] = (Update<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {At}, {Rest}}}, {{name: a.b.d, {At}, {Rest}}}]}}", static item => item.Webhooks[1].Name = "a.b.c"), "webhooks[1].name: Duplicate value: \"a.b.c\""),
        ["hook that keeps a bad label"] = (Change($"{Rest}, objectSelector: {{matchExpressions: [{{key: a, operator: In, values: ['-bad']}}]}}", static hook => hook.TimeoutSeconds = 3), ""),
        ["hook that gets a bad label"] = (Change($"{Rest}, objectSelector: {{matchExpressions: [{{key: a, operator: In, values: [good]}}]}}", static hook => hook.ObjectSelector.MatchExpressions[0].Values = ["-bad"]),
            "webhooks[0].objectSelector.matchExpressions[0].values[0]: Invalid value: \"-bad\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["hook that keeps a bad condition"] = (Change($"{Rest}, matchConditions: [{{name: 'a b', expression: foo}}]", static hook => hook.TimeoutSeconds = 3), ""),
        ["hook that gets a bad condition"] = (Change($"{Rest}, matchConditions: [{{name: a, expression: 'true'}}]", static hook => hook.MatchConditions[0].Expression = "6"), "webhooks[0].matchConditions[0].expression: Invalid value: \"6\": must evaluate to bool but got int"),
        ["hook beside a new one is looked at again"] = (Update<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: a.b.c, {At}, {Rest}, matchConditions: [{{name: a, expression: '6'}}]}}]}}",
            static item => item.Webhooks.Add(new V1ValidatingWebhook { Name = "a.b.d", ClientConfig = item.Webhooks[0].ClientConfig, SideEffects = "None", AdmissionReviewVersions = ["v1"] })),
            "webhooks[0].matchConditions[0].expression: Invalid value: \"6\": must evaluate to bool but got int"),

        ["policy's expression that is none"] = (Policy("validations: [{expression: 'object.x in [1, 2, ', messageExpression: 'object.x in [1, 2, '}], auditAnnotations: [{key: k, valueExpression: 'object.x in [1, 2, '}]"),
            "spec.validations[0].expression: Invalid value: \"object.x in [1, 2, \": compilation failed: ERROR: <input>:1:20: Syntax error: missing ']' at '<EOF>'\n | object.x in [1, 2, \n | ...................^\n"
            + "spec.validations[0].messageExpression: Invalid value: \"object.x in [1, 2, \": compilation failed: ERROR: <input>:1:20: Syntax error: missing ']' at '<EOF>'\n | object.x in [1, 2, \n | ...................^\n"
            + "spec.auditAnnotations[0].valueExpression: Invalid value: \"object.x in [1, 2, \": compilation failed: ERROR: <input>:1:19: Syntax error: missing ']' at '<EOF>'\n | object.x in [1, 2,\n | ..................^"),
        ["policy's expressions of other types"] = (Policy("validations: [{expression: \"'foo'\", messageExpression: '0 == 0'}], auditAnnotations: [{key: k, valueExpression: 'true'}]"),
            "spec.validations[0].expression: Invalid value: \"'foo'\": must evaluate to bool but got string\n"
            + "spec.validations[0].messageExpression: Invalid value: \"0 == 0\": must evaluate to string but got bool\n"
            + "spec.auditAnnotations[0].valueExpression: Invalid value: \"true\": must evaluate to one of [string null_type] but got bool"),
        ["policy's variable that does not add up"] = (Policy("variables: [{name: foo, expression: \"114 + '514'\"}], validations: [{expression: 'true'}]"),
            "spec.variables[0].expression: Invalid value: \"114 + '514'\": compilation failed: ERROR: <input>:1:5: found no matching overload for '_+_' applied to '(int, string)'\n | 114 + '514'\n | ....^"),
        ["policy's variable that is not there"] = (Policy("variables: [{name: foo, expression: 1 + 1}, {name: bar, expression: variables.foo + 1}], validations: [{expression: variables.foo > 1}, {expression: variables.replicas == 2}]"),
            "spec.validations[1].expression: Invalid value: \"variables.replicas == 2\": compilation failed: ERROR: <input>:1:10: undefined field 'replicas'\n | variables.replicas == 2\n | .........^"),
        ["policy's variables in the wrong order"] = (Policy("variables: [{name: correct, expression: object}, {name: bar, expression: variables.foo + 1}, {name: foo, expression: 1 + 1}], validations: [{expression: variables.foo > 1}]"),
            "spec.variables[1].expression: Invalid value: \"variables.foo + 1\": compilation failed: ERROR: <input>:1:10: undefined field 'foo'\n | variables.foo + 1\n | .........^"),
        ["policy's parameters of an odd version"] = (Policy("paramKind: {apiVersion: EXAMPLE.com/V1, kind: K}, validations: [{expression: 'true'}]"),
            $"spec.paramKind.apiVersion: Invalid value: \"EXAMPLE.com\": {Subdomain}\nspec.paramKind.apiVersion: Invalid value: \"V1\": {Label1035}"),
        ["policy's parameters that are not declared"] = (Policy("matchConditions: [{name: a, expression: 'params.foo == \"okay\"'}], validations: [{expression: 'params.x', messageExpression: string(params.y)}]"),
            "spec.matchConditions[0].expression: Invalid value: \"params.foo == \\\"okay\\\"\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.foo == \"okay\"\n | ^\n"
            + "spec.validations[0].expression: Invalid value: \"params.x\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x\n | ^\n"
            + "spec.validations[0].messageExpression: Invalid value: \"string(params.y)\": compilation failed: ERROR: <input>:1:8: undeclared reference to 'params' (in container '')\n | string(params.y)\n | .......^"),
        ["policy's many annotations"] = (Policy($"auditAnnotations: [{string.Join(", ", Enumerable.Range(0, 21).Select(static index => $"{{key: k{index}, valueExpression: \"'x'\"}}"))}]", "x"),
            $"spec.auditAnnotations: Invalid value: [{string.Join(",", Enumerable.Range(0, 21).Select(static index => $"{{\"Key\":\"k{index}\",\"ValueExpression\":\"'x'\"}}"))}]: must not have more than 20 auditAnnotations"),
        ["policy's annotation of a bad key"] = (Policy("auditAnnotations: [{key: a b, valueExpression: \"'x'\"}]"), $"spec.auditAnnotations[0].key: Invalid value: \"p/a b\": {NamePart}"),
        ["policy's excluded rules"] = (Create<V1ValidatingAdmissionPolicy>($"{{metadata: {{name: p}}, spec: {{matchConstraints: {{resourceRules: [{{{Rule}}}], excludeResourceRules: [{{}}, {{operations: [PATCH], apiGroups: [a], apiVersions: [a], resources: [''], resourceNames: [.., 'a%b']}}]}}, validations: [{{expression: 'true'}}]}}}}"),
            "spec.matchConstraints.excludeResourceRules[0].operations: Required value\nspec.matchConstraints.excludeResourceRules[0].apiGroups: Required value\nspec.matchConstraints.excludeResourceRules[0].apiVersions: Required value\nspec.matchConstraints.excludeResourceRules[0].resources: Required value\n"
            + "spec.matchConstraints.excludeResourceRules[1].resourceNames[0]: Invalid value: \"..\": may not be '..'\nspec.matchConstraints.excludeResourceRules[1].resourceNames[1]: Invalid value: \"a%b\": may not contain '%'\n"
            + "spec.matchConstraints.excludeResourceRules[1].operations[0]: Unsupported value: \"PATCH\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"\nspec.matchConstraints.excludeResourceRules[1].resources[0]: Required value"),

        ["policy's conditions looked at again for other parameters"] = (Update<V1ValidatingAdmissionPolicy>(Whole("paramKind: {apiVersion: foobar/v1alpha1, kind: Foo}, matchConditions: [{name: hasParams, expression: 'params.foo == \"okay\"'}], validations: [{expression: object.x < 100}]"), static item => item.Spec.ParamKind = null),
            "spec.matchConditions[0].expression: Invalid value: \"params.foo == \\\"okay\\\"\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.foo == \"okay\"\n | ^"),
        ["policy's conditions not looked at again"] = (Update<V1ValidatingAdmissionPolicy>(Whole("matchConditions: [{name: hasParams, expression: 'params.foo == \"okay\"'}], validations: [{expression: object.x < 100}]"),
            static item => (item.Spec.FailurePolicy, item.Spec.Validations[0].Expression) = ("Ignore", "object.x < 50")), ""),
        ["policy's expressions changed for worse"] = (Update<V1ValidatingAdmissionPolicy>(Whole("validations: [{expression: 'true', messageExpression: \"'test'\"}], auditAnnotations: [{key: k, valueExpression: \"'test'\"}]"),
            static item => (item.Spec.Validations[0].Expression, item.Spec.Validations[0].MessageExpression, item.Spec.AuditAnnotations[0].ValueExpression) = ("test() == true", "string(test())", "string(test())")),
            "spec.validations[0].expression: Invalid value: \"test() == true\": compilation failed: ERROR: <input>:1:5: undeclared reference to 'test' (in container '')\n | test() == true\n | ....^\n"
            + "spec.validations[0].messageExpression: Invalid value: \"string(test())\": compilation failed: ERROR: <input>:1:12: undeclared reference to 'test' (in container '')\n | string(test())\n | ...........^\n"
            + "spec.auditAnnotations[0].valueExpression: Invalid value: \"string(test())\": compilation failed: ERROR: <input>:1:12: undeclared reference to 'test' (in container '')\n | string(test())\n | ...........^"),

        ["binding's empty operations"] = (Create<V1ValidatingAdmissionPolicyBinding>($"{{metadata: {{name: b}}, spec: {{policyName: xyzlimit-scale.example.com, validationActions: [Deny], paramRef: {{name: s, parameterNotFoundAction: Deny}}, matchResources: {{resourceRules: [{{operations: [], apiGroups: [a], apiVersions: [a], resources: [a]}}, {{{Rule}}}], excludeResourceRules: [{{apiGroups: [a], apiVersions: [a], resources: [a]}}]}}}}}}"),
            "spec.matchResources.resourceRules[0].operations: Required value\nspec.matchResources.excludeResourceRules[0].operations: Required value"),
        ["binding's odd operations"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny], matchResources: {resourceRules: [{operations: [CREATE, ''], apiGroups: [a], apiVersions: [a], resources: ['a/*', a/x]}, {operations: [CREATE, '*'], apiGroups: [a], apiVersions: [a], resources: ['*', a/b, 'a/*', '*/b']}]}}}"),
            "spec.matchResources.resourceRules[0].operations[1]: Unsupported value: \"\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"\n"
            + "spec.matchResources.resourceRules[0].resources[1]: Invalid value: \"a/x\": if 'a/*' is present, must not specify a/x\n"
            + "spec.matchResources.resourceRules[1].operations: Invalid value: [\"CREATE\",\"*\"]: if '*' is present, must not specify other operations"),
        ["binding's actions of none"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: []}}"), "spec.validationActions: Required value: at least one validation action is required"),
        ["binding's parameters of a bad name"] = (Create<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {policyName: p, validationActions: [Audit, Warn], paramRef: {name: a/b, parameterNotFoundAction: Deny}}}"), "spec.paramRef.name: Invalid value: \"a/b\": may not contain '/'"),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void Defaults_OfAWebhook_AreUpstreams()
    {
        var mutating = Declared.Created<V1MutatingWebhookConfiguration>("{metadata: {name: w}, webhooks: [{rules: [{}], clientConfig: {service: {}}}]}").Webhooks.Single();
        var validating = Declared.Created<V1ValidatingWebhookConfiguration>("{metadata: {name: w}, webhooks: [{rules: [{scope: Cluster}], clientConfig: {url: x}}]}").Webhooks.Single();

        Assert.Equal(("Fail", "Equivalent", 10, "Never", "*", 443), (mutating.FailurePolicy, mutating.MatchPolicy, mutating.TimeoutSeconds, mutating.ReinvocationPolicy, mutating.Rules[0].Scope, mutating.ClientConfig.Service.Port));
        Assert.Equal(("Fail", "Equivalent", 10, "Cluster"), (validating.FailurePolicy, validating.MatchPolicy, validating.TimeoutSeconds, validating.Rules[0].Scope));
        Assert.True(mutating is { NamespaceSelector: not null, ObjectSelector: not null } && validating is { NamespaceSelector: not null, ObjectSelector: not null });
        // What has to be said is not made up.
        Assert.True(mutating is { SideEffects: null, AdmissionReviewVersions: null } && validating.SideEffects is null);
    }

    [Fact]
    public void Defaults_OfPoliciesAndBindings_AreUpstreams()
    {
        var policy = Declared.Created<V1ValidatingAdmissionPolicy>("{metadata: {name: p}, spec: {matchConstraints: {resourceRules: [{}], excludeResourceRules: [{}]}}}").Spec;
        var mutating = Declared.Created<V1MutatingAdmissionPolicy>("{metadata: {name: p}, spec: {}}").Spec;
        var bound = Declared.Created<V1ValidatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {matchResources: {}, paramRef: {name: a}}}").Spec;
        var unbound = Declared.Created<V1MutatingAdmissionPolicyBinding>("{metadata: {name: b}, spec: {}}").Spec;

        Assert.Equal(("Fail", "Equivalent", "*", "*"), (policy.FailurePolicy, policy.MatchConstraints.MatchPolicy, policy.MatchConstraints.ResourceRules[0].Scope, policy.MatchConstraints.ExcludeResourceRules[0].Scope));
        Assert.Equal(("Fail", null, null), (mutating.FailurePolicy, mutating.MatchConstraints, mutating.ReinvocationPolicy));
        Assert.Equal(("Equivalent", null, null), (bound.MatchResources.MatchPolicy, bound.ValidationActions, bound.ParamRef.ParameterNotFoundAction));
        Assert.Null(unbound.MatchResources);
    }

    [Fact]
    public void Status_OfAPolicy_IsTheServersAlone()
    {
        var policy = Declared.Created<V1ValidatingAdmissionPolicy>("{metadata: {name: p, generation: 7}, spec: {validations: [{expression: 'true'}]}, status: {observedGeneration: 5}}");
        Assert.Equal((1, null), (policy.Metadata.Generation, policy.Status.ObservedGeneration));

        var updated = Declared.Updated(policy, static item => item.Status = new V1ValidatingAdmissionPolicyStatus { ObservedGeneration = 9 });
        Assert.Equal((1, null), (updated.Metadata.Generation, updated.Status.ObservedGeneration));
        Assert.Equal(2, Declared.Updated(policy, static item => item.Spec.Validations[0].Message = "no").Metadata.Generation);
    }

    private static Func<string> Hook(string hook) => Hooks($"{{name: webhook.k8s.io, {hook}}}");

    private static Func<string> Hooks(string hooks) => Create<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{hooks}]}}");

    private static Func<string> Conditions(string conditions) => Hook($"{Rest}, {At}, matchConditions: [{conditions}]");

    private static Func<string> Service(string path) => Hook($"{Rest}, clientConfig: {{service: {{name: n, namespace: ns, path: '{path}'}}}}");

    private static Func<string> Change(string hook, Action<V1ValidatingWebhook> change)
        => Update<V1ValidatingWebhookConfiguration>($"{{metadata: {{name: w}}, webhooks: [{{name: webhook.k8s.io, {At}, {hook}}}]}}", item => change(item.Webhooks[0]));

    private static Func<string> Policy(string rest, string name = "p") => Create<V1ValidatingAdmissionPolicy>(Whole(rest, name));

    private static string Whole(string rest, string name = "p") => $"{{metadata: {{name: {name}}}, spec: {{matchConstraints: {{resourceRules: [{{{Rule}}}]}}, {rest}}}}}";
}
