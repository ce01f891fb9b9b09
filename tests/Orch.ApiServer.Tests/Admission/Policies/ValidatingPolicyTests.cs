using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Admission.Policies;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission.Policies;

public sealed class ValidatingPolicyTests : PolicyTestBase
{
    [Theory]
    [InlineData("object.data.size() < 2", null, null, null, "failed expression: object.data.size() < 2", "Invalid", 422)]
    [InlineData("object.data.size() < 2", "too much", null, null, "too much", "Invalid", 422)]
    [InlineData("object.data.size() < 2", "too much", "'has ' + string(object.data.size())", "Forbidden", "has 2", "Forbidden", 403)]
    [InlineData("object.data.size() < 2", "too much", "string(object.nothing)", null, "too much", "Invalid", 422)]
    [InlineData("object.data.size() < 2", null, "'  '", "RequestEntityTooLarge", "failed expression: object.data.size() < 2", "RequestEntityTooLarge", 413)]
    [InlineData("object.nothing == 1", null, null, null, "expression 'object.nothing == 1' resulted in error: no such key: nothing", "Invalid", 422)]
    [InlineData("request.operation == 'CREATE' && request.name == 'm' && request.namespace == 'default' && request.kind.kind == 'ConfigMap' && request.userInfo.username == ''", null, null, null,
        "failed expression: request.operation == 'CREATE' && request.name == 'm' && request.namespace == 'default' && request.kind.kind == 'ConfigMap' && request.userInfo.username == ''", "Invalid", 422)]
    [InlineData("oldObject != null", null, null, null, "failed expression: oldObject != null", "Invalid", 422)]
    [InlineData("namespaceObject.metadata.name != 'default'", null, null, null, "failed expression: namespaceObject.metadata.name != 'default'", "Invalid", 422)]
    [InlineData("!authorizer.group('').resource('pods').namespace('default').check('create').allowed()", null, null, null,
        "failed expression: !authorizer.group('').resource('pods').namespace('default').check('create').allowed()", "Invalid", 422)]
    [InlineData("!authorizer.requestResource.check('create').allowed()", null, null, null, "failed expression: !authorizer.requestResource.check('create').allowed()", "Invalid", 422)]
    [InlineData("authorizer.serviceAccount('default', 'nobody').group('').resource('pods').check('create').allowed()", "no", null, null, "no", "Invalid", 422)]
    [InlineData("variables.big < 2", null, null, null, "failed expression: variables.big < 2", "Invalid", 422)]
    [InlineData("variables.bigger < 3", null, null, null, "failed expression: variables.bigger < 3", "Invalid", 422)]
    public async Task Denial_IsWordedAsUpstream(string expression, string? message, string? messageExpression, string? reason, string detail, string shownReason, int code)
    {
        await PolicyAsync("p", spec =>
        {
            spec.Variables = [new V1Variable { Name = "big", Expression = "object.data.size()" }, new V1Variable { Name = "bigger", Expression = "variables.big + 1" }];
            spec.Validations = [new V1Validation { Expression = expression, Message = message, MessageExpression = messageExpression, Reason = reason }];
        });
        await BindAsync("b", "p");

        var refusal = await RefusedAsync("m", ("a", "1"), ("b", "2"));

        var text = $"ValidatingAdmissionPolicy 'p' with binding 'b' denied request: {detail}";
        Assert.Equal($"configmaps \"m\" is forbidden: {text}", refusal.Message);
        Assert.Equal((shownReason, code), (refusal.Reason, refusal.Code));
        Assert.Equal(text, refusal.Status.Details.Causes.Single().Message);
    }

    [Fact]
    public async Task Policy_WithoutBinding_DoesNothing_AndTakesEffectOnceBound_UntilUnbound()
    {
        await PolicyAsync("p", static spec => spec.Validations = [new V1Validation { Expression = "false" }]);
        await CreateAsync("free");

        await BindAsync("b", "p");
        await RefusedAsync("m");

        var bindings = Server.Admin.Resource<V1ValidatingAdmissionPolicyBinding>();
        await bindings.DeleteAsync(ObjectKey.Cluster("b"), new DeleteRequest(), CancellationToken.None);
        await bindings.ListAsync(ListRequest.All, CancellationToken.None);
        await CreateAsync("m");
    }

    [Theory]
    [InlineData("Ignore", true)]
    [InlineData("Fail", false)]
    public async Task FailurePolicy_DecidesWhatCannotBeEvaluated(string failurePolicy, bool passes)
    {
        await PolicyAsync("p", spec =>
        {
            spec.FailurePolicy = failurePolicy;
            spec.Validations = [new V1Validation { Expression = "object.nothing == 1" }];
        });
        await BindAsync("b", "p");

        if (passes) { await CreateAsync("m"); } else { await RefusedAsync("m"); }
    }

    [Theory]
    [InlineData("request.name != 'm'", true, null)]
    [InlineData("object.metadata.name == 'm'", false, "failed expression: false")]
    [InlineData("object.nothing == 1", false, "expression 'object.nothing == 1' resulted in error: no such key: nothing")]
    public async Task MatchConditions_ChooseRequests(string condition, bool passes, string? detail)
    {
        await PolicyAsync("p", spec =>
        {
            spec.MatchConditions = [new V1MatchCondition { Name = "c", Expression = condition }];
            spec.Validations = [new V1Validation { Expression = "false" }];
        });
        await BindAsync("b", "p");

        if (passes) { await CreateAsync("m"); return; }
        Assert.EndsWith(detail!, (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Params_AreFoundByNameAndBySelector_AndMissedAsTheBindingSays()
    {
        await CreateAsync("limits", ("max", "1"));
        await CreateAsync("limits2", ("max", "2"));
        await LabelAsync("limits", "set", "x");
        await LabelAsync("limits2", "set", "x");
        await PolicyAsync("p", static spec =>
        {
            spec.ParamKind = new V1ParamKind { ApiVersion = "v1", Kind = "ConfigMap" };
            spec.Validations = [new V1Validation { Expression = "object.data.size() <= int(params.data.max)", MessageExpression = "'at most ' + params.data.max" }];
        });
        var byName = await BindAsync("b", "p", static spec => spec.ParamRef = new V1ParamRef { Name = "limits", NamespaceProperty = "default", ParameterNotFoundAction = "Deny" });
        Assert.EndsWith("with binding 'b' denied request: at most 1", (await RefusedAsync("m", ("a", "1"), ("b", "2"))).Message, StringComparison.Ordinal);
        await CreateAsync("m1", ("a", "1"));
        await UnbindAsync(byName);

        // Without a namespace the request's own is searched.
        var bySelector = await BindAsync("b", "p", static spec => spec.ParamRef = new V1ParamRef
        {
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["set"] = "x" } }, ParameterNotFoundAction = "Deny",
        });
        Assert.EndsWith("at most 1", (await RefusedAsync("m", ("a", "1"), ("b", "2"))).Message, StringComparison.Ordinal);
        Assert.EndsWith("at most 1", (await RefusedAsync("m", ("a", "1"), ("b", "2"), ("c", "3"))).Message, StringComparison.Ordinal);
        await UnbindAsync(bySelector);

        var missing = await BindAsync("b", "p", static spec => spec.ParamRef = new V1ParamRef { Name = "none", NamespaceProperty = "default", ParameterNotFoundAction = "Deny" });
        Assert.Equal(
            "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
            (await RefusedAsync("m", ("a", "1"))).Message);
        await UnbindAsync(missing);

        await BindAsync("b", "p", static spec => spec.ParamRef = new V1ParamRef { Name = "none", NamespaceProperty = "default", ParameterNotFoundAction = "Allow" });
        await CreateAsync("m", ("a", "1"), ("b", "2"));
    }

    [Fact]
    public async Task Params_OfAnUnknownKind_AreAFaultOfThePolicy()
    {
        await PolicyAsync("p", static spec =>
        {
            spec.ParamKind = new V1ParamKind { ApiVersion = "example.com/v1", Kind = "Limit" };
            spec.Validations = [new V1Validation { Expression = "params == null" }];
        });
        await BindAsync("b", "p", static spec => spec.ParamRef = new V1ParamRef { Name = "x", ParameterNotFoundAction = "Deny" });

        Assert.Equal(
            "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'",
            (await RefusedAsync("m")).Message);
    }

    [Fact]
    public async Task WarnAndAudit_TellWithoutDenying()
    {
        await PolicyAsync("p", static spec =>
        {
            spec.Validations = [new V1Validation { Expression = "true" }, new V1Validation { Expression = "false", Message = "no" }];
            spec.AuditAnnotations = [new V1AuditAnnotation { Key = "name", ValueExpression = "string(object.metadata.name)" }, new V1AuditAnnotation { Key = "none", ValueExpression = "null" }];
        });
        await BindAsync("b", "p", static spec => spec.ValidationActions = ["Warn", "Audit"]);
        var request = new AdmissionRequest(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "configmaps"), new GroupVersionKind(string.Empty, "v1", "ConfigMap"), new UserInfo("jane", []))
        {
            Name = "m",
            Namespace = "default",
            Object = new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new V1ObjectMeta { Name = "m", NamespaceProperty = "default" } },
        };

        var plugin = Server.Services.GetServices<IAdmissionPlugin>().OfType<ValidatingPolicies>().Single();
        Assert.True(plugin.Handles(request.Operation, request.Resource, string.Empty));
        await plugin.ValidateAsync(request, CancellationToken.None);

        Assert.Equal(["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no"], request.Warnings);
        Assert.Equal("m", request.AuditAnnotations["p/name"]);
        Assert.False(request.AuditAnnotations.ContainsKey("p/none"));
        Assert.Equal(
            """[{"message":"no","policy":"p","binding":"b","expressionIndex":1,"validationActions":["Warn","Audit"]}]""", request.AuditAnnotations["validation.policy.admission.k8s.io/validation_failure"]);
    }

    [Fact]
    public async Task Expressions_ThatCostTooMuch_AreEnded()
    {
        await PolicyAsync("p", static spec => spec.Validations =
        [
            new V1Validation { Expression = "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))" },
        ]);
        await BindAsync("b", "p");

        Assert.EndsWith("resulted in error: operation cancelled: actual cost limit exceeded", (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    // One expression may cost a million, those of a policy ten.
    private const string Costly = "lists.range(600).all(a, lists.range(100).all(b, a + b >= 0))";

    [Fact]
    public async Task Policy_WhoseExpressionsTogetherCostTooMuch_DeniesForThatAlone()
    {
        await PolicyAsync("p", static spec => spec.Validations =
        [
            new V1Validation { Expression = "false", Message = "first" }, .. Enumerable.Repeat(0, 40).Select(static _ => new V1Validation { Expression = Costly }),
        ]);
        await BindAsync("b", "p");

        Assert.EndsWith(
            "with binding 'b' denied request: validation failed due to running out of cost budget, no further validation rules will be run", (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_ThatTheBudgetDoesNotCover_IsSaidToBeMissing()
    {
        await PolicyAsync("p", static spec => spec.Validations =
        [
            .. Enumerable.Repeat(0, 40).Select(static _ => new V1Validation { Expression = "false", MessageExpression = $"string({Costly})" }),
        ]);
        await BindAsync("b", "p");

        Assert.EndsWith(
            "denied request: failed messageExpression: validation failed due to running out of cost budget, no further validation rules will be run", (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(2, false)]
    public async Task Annotations_HaveABudgetOfTheirOwn(int count, bool isDenied)
    {
        await PolicyAsync("p", spec =>
        {
            spec.Validations = [.. Enumerable.Repeat(0, 10).Select(static _ => new V1Validation { Expression = Costly })];
            spec.Variables = [.. Enumerable.Range(0, count).Select(static index => new V1Variable { Name = $"v{index}", Expression = $"string({Costly})" })];
            spec.AuditAnnotations = [new V1AuditAnnotation { Key = "k", ValueExpression = string.Join(" + ", Enumerable.Range(0, count).Select(static index => $"variables.v{index}")) }];
        });
        await BindAsync("b", "p");

        if (!isDenied) { await CreateAsync("m"); return; }
        Assert.EndsWith("running out of cost budget, no further validation rules will be run", (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotation_ThatCannotBeMade_DeniesWhateverTheActions()
    {
        await PolicyAsync("p", static spec => spec.AuditAnnotations = [new V1AuditAnnotation { Key = "k", ValueExpression = "string(object.nothing)" }]);
        await BindAsync("b", "p", static spec => spec.ValidationActions = ["Audit"]);

        Assert.EndsWith("denied request: expression 'string(object.nothing)' resulted in error: no such key: nothing", (await RefusedAsync("m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugin_WithoutPolicies_WantsNothing()
    {
        var plugin = Server.Services.GetServices<IAdmissionPlugin>().OfType<ValidatingPolicies>().Single();
        Assert.False(plugin.Handles(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "configmaps"), string.Empty));

        await PolicyAsync("p", static spec => spec.Validations = [new V1Validation { Expression = "false" }]);
        await BindAsync("b", "p");

        Assert.False(plugin.Handles(AdmissionOperation.Create, new GroupVersionResource("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies"), string.Empty));
    }

    private Task<V1ValidatingAdmissionPolicy> PolicyAsync(string name, Action<V1ValidatingAdmissionPolicySpec> configure)
    {
        var spec = new V1ValidatingAdmissionPolicySpec { MatchConstraints = ConfigMaps() };
        configure(spec);
        return MakeAsync(new V1ValidatingAdmissionPolicy { Metadata = new V1ObjectMeta { Name = name }, Spec = spec });
    }

    private Task<V1ValidatingAdmissionPolicyBinding> BindAsync(string name, string policy, Action<V1ValidatingAdmissionPolicyBindingSpec>? configure = null)
    {
        var spec = new V1ValidatingAdmissionPolicyBindingSpec { PolicyName = policy, ValidationActions = ["Deny"] };
        configure?.Invoke(spec);
        return MakeAsync(new V1ValidatingAdmissionPolicyBinding { Metadata = new V1ObjectMeta { Name = name }, Spec = spec });
    }

    private async Task UnbindAsync(V1ValidatingAdmissionPolicyBinding binding)
        => await Server.Admin.Resource<V1ValidatingAdmissionPolicyBinding>().DeleteAsync(ObjectKey.Cluster(binding.Metadata.Name), new DeleteRequest(), CancellationToken.None);

    private async Task LabelAsync(string name, string key, string value)
    {
        var client = Server.Admin.Resource<V1ConfigMap>();
        var item = await client.GetAsync(new ObjectKey("default", name), CancellationToken.None);
        await client.UpdateAsync(item with { Metadata = item.Metadata with { Labels = new Dictionary<string, string> { [key] = value } } }, CancellationToken.None);
    }
}
