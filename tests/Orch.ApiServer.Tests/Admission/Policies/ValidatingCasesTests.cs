using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Admission.Policies;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission.Policies;

/// <summary>Upstream's own cases of validating policies.</summary>
public sealed class ValidatingCasesTests(SharedPolicyServer shared) : IClassFixture<SharedPolicyServer>, IAsyncLifetime
{
    private static readonly string[] Denied = ["Deny"];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => shared.ClearAsync();

    /// <summary>A binding that gives no parameters leaves them null.</summary>
    [Theory]
    [InlineData("object.metadata.name.startsWith(params.metadata.name)", "expression 'object.metadata.name.startsWith(params.metadata.name)' resulted in error: no such key: metadata")]
    [InlineData("has(params.metadata) && has(params.metadata.name) && object.metadata.name.endsWith(params.metadata.name)", "failed expression: has(params.metadata) && has(params.metadata.name) && object.metadata.name.endsWith(params.metadata.name)")]
    [InlineData("(params != null && object.metadata.name.endsWith(params.metadata.name))", "failed expression: (params != null && object.metadata.name.endsWith(params.metadata.name))")]
    [InlineData("(has(params.metadata) && has(params.metadata.name) && object.metadata.name.startsWith(params.metadata.name)) || object.metadata.name.endsWith('k8s')", null)]
    [InlineData("(params != null && object.metadata.name.startsWith(params.metadata.name)) || object.metadata.name.endsWith('k8s')", null)]
    public async Task Parameters_ThatTheBindingDoesNotGive_AreNull(string expression, string? detail)
    {
        await shared.ValidateAsync("p", spec => (spec.ParamKind, spec.Validations) = (ConfigMap, [new V1Validation { Expression = expression }]));

        await ExpectAsync("test-k8s", detail is null ? null : $"configmaps \"test-k8s\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: {detail}");
    }

    [Theory]
    [InlineData("Deny", "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction")]
    [InlineData("Allow", null)]
    public async Task Parameters_ThatNobodyHas_CountAsTheBindingSays(string action, string? detail)
    {
        await shared.ValidateAsync("p", spec => (spec.ParamKind, spec.Validations) = (ConfigMap, [new V1Validation { Expression = "false" }]),
            binding => binding.ParamRef = new V1ParamRef { Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["no"] = "one" } }, ParameterNotFoundAction = action });

        await ExpectAsync("m", detail is null ? null : $"configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: {detail}");
    }

    [Fact]
    public async Task Parameters_OfAnUnknownKind_CountWhateverTheBindingSays()
    {
        await shared.ValidateAsync("p", spec => (spec.ParamKind, spec.Validations) = (new V1ParamKind { ApiVersion = "example.com/v1", Kind = "Limit" }, [new V1Validation { Expression = "true" }]),
            binding => binding.MatchResources = SharedPolicyServer.MatchOf("", "secrets"));

        await ExpectAsync("m", "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'");
    }

    [Theory]
    [InlineData("v1", "ConfigMap", null, "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")]
    [InlineData("v1", "Node", "default", "paramRef.namespace must not be provided for a cluster-scoped `paramKind`")]
    public async Task Parameters_OfTheWrongScope_AreAFaultOfTheBinding(string version, string kind, string? place, string detail)
    {
        await shared.ValidateAsync("p", spec => (spec.MatchConstraints, spec.ParamKind, spec.Validations) = (SharedPolicyServer.MatchOf("storage.k8s.io", "storageclasses"), new V1ParamKind { ApiVersion = version, Kind = kind }, [new V1Validation { Expression = "true" }]),
            binding => binding.ParamRef = new V1ParamRef { Name = "x", NamespaceProperty = place, ParameterNotFoundAction = "Allow" });

        var refusal = await Assert.ThrowsAsync<ApiException>(() => shared.Server.Admin.Resource<V1StorageClass>().CreateAsync(new V1StorageClass { Metadata = new V1ObjectMeta { Name = "s" }, Provisioner = "p" }, CancellationToken.None));

        Assert.Equal($"storageclasses.storage.k8s.io \"s\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: failed to configure binding: {detail}", refusal.Message);
    }

    [Theory]
    [InlineData(5120, true)]
    [InlineData(5121, false)]
    public async Task Message_OfAnExpression_MayHaveFiveKilobytes(int length, bool counts)
    {
        await shared.ValidateAsync("p", spec => spec.Validations = [new V1Validation { Expression = "false", Message = "plain", MessageExpression = "string(object.data.text)" }]);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m", ("text", new string('x', length))));

        Assert.EndsWith(counts ? "denied request: " + new string('x', length) : "denied request: plain", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello\nthere", "plain")]
    [InlineData("\n hello \n", "hello")]
    [InlineData("  ", "plain")]
    [InlineData("evaluated message", "evaluated message")]
    public async Task Message_OfAnExpression_IsOneLine(string text, string shown)
    {
        await shared.ValidateAsync("p", spec => spec.Validations = [new V1Validation { Expression = "false", Message = " plain ", MessageExpression = "string(object.data.text)" }]);

        Assert.EndsWith($"denied request: {shown}", (await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m", ("text", text)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validations_ThatFailTogether_AreToldByTheFirst()
    {
        await shared.ValidateAsync("p", spec => spec.Validations =
        [
            new V1Validation { Expression = "true", Reason = "RequestEntityTooLarge" }, new V1Validation { Expression = "false", Message = "test1", Reason = "Forbidden" }, new V1Validation { Expression = "object.nothing == 1", Message = "test2" },
        ], static binding => binding.ValidationActions = Denied);
        await shared.ValidateAsync("q", spec => spec.Validations = [new V1Validation { Expression = "false" }]);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        Assert.Equal((403, "Forbidden", "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: test1"), (refusal.Code, refusal.Reason, refusal.Message));
        Assert.Single(refusal.Status.Details.Causes);
    }

    [Theory]
    [InlineData("object.metadata.name.endsWith('k8s')", "test5-nope", "failed expression: object.metadata.name.endsWith('k8s')")]
    [InlineData("request.name.endsWith('k8s') && namespaceObject == null && request.namespace == 'test5-nope'", "test5-nope", "failed expression: request.name.endsWith('k8s') && namespaceObject == null && request.namespace == 'test5-nope'")]
    [InlineData("request.name == 'test5-nope' && namespaceObject == null && request.namespace == 'test5-nope' && !has(request.subResource)", "test5-nope", null)]
    public async Task Namespace_IsItsOwn_ButNotItsOwnNamespaceObject(string expression, string name, string? detail)
    {
        await shared.ValidateAsync("p", spec => (spec.MatchConstraints, spec.Validations) = (SharedPolicyServer.MatchOf("", "namespaces", "CREATE"), [new V1Validation { Expression = expression }]));

        var refusal = await Record.ExceptionAsync(() => shared.Server.Admin.Resource<V1Namespace>().CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, CancellationToken.None));

        Assert.Equal(detail is null ? null : $"namespaces \"{name}\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: {detail}", refusal?.Message);
    }

    [Fact]
    public async Task Audit_OfSeveralFailures_KeepsTheFirst_AndValuesOfSeveralParametersAreJoined()
    {
        foreach (var name in new[] { "one", "two", "three" })
        {
            await shared.MakeAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["p"] = "" } }, Data = new Dictionary<string, string> { ["v"] = name == "three" ? "one" : name } });
        }

        await shared.ValidateAsync("p", spec =>
        {
            spec.ParamKind = ConfigMap;
            spec.Validations = [new V1Validation { Expression = "true" }, new V1Validation { Expression = "object.metadata.name.endsWith('k8s')" }, new V1Validation { Expression = "false" }];
            spec.AuditAnnotations =
            [
                new V1AuditAnnotation { Key = "value", ValueExpression = "' ' + string(params.data.v) + ' '" }, new V1AuditAnnotation { Key = "exclude", ValueExpression = "null" },
                new V1AuditAnnotation { Key = "empty", ValueExpression = "'  '" }, new V1AuditAnnotation { Key = "long", ValueExpression = "['aaaaaaaaaa'].map(a, a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a + a + a).map(a, a + a + a + a).join('')" },
            ];
        }, binding => (binding.ValidationActions, binding.ParamRef) = (["Deny", "Audit"], new V1ParamRef { Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["p"] = "" } }, ParameterNotFoundAction = "Deny" }));
        var request = RequestFor("test5-nope");

        var refusal = await Assert.ThrowsAsync<ApiException>(() => PluginAsync(request));

        Assert.Equal("configmaps \"test5-nope\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: failed expression: object.metadata.name.endsWith('k8s')", refusal.Message);
        Assert.Equal(
            """[{"message":"failed expression: object.metadata.name.endsWith('k8s')","policy":"p","binding":"p","expressionIndex":1,"validationActions":["Deny","Audit"]}]""",
            request.AuditAnnotations["validation.policy.admission.k8s.io/validation_failure"].Replace("\\u0027", "'", StringComparison.Ordinal));
        Assert.Equal(("one, two", 10 * 1024), (request.AuditAnnotations["p/value"], request.AuditAnnotations["p/long"].Length));
        Assert.Equal(["p/long", "p/value", "validation.policy.admission.k8s.io/validation_failure"], request.AuditAnnotations.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Faults_OfAnIgnoringPolicy_LeaveWhatIsFalseAndWhatCanBeNoted()
    {
        await shared.ValidateAsync("p", spec =>
        {
            spec.FailurePolicy = "Ignore";
            spec.Validations = [new V1Validation { Expression = "object.nothing == 1" }];
            spec.AuditAnnotations = [new V1AuditAnnotation { Key = "bad", ValueExpression = "string(object.nothing)" }, new V1AuditAnnotation { Key = "good", ValueExpression = "'x'" }];
        });
        var request = RequestFor("m");
        await PluginAsync(request);
        Assert.Equal(["p/good"], request.AuditAnnotations.Keys);

        await shared.ValidateAsync("q", spec => (spec.FailurePolicy, spec.Validations) = ("Ignore", [new V1Validation { Expression = "object.nothing == 1" }, new V1Validation { Expression = "false", Message = "still" }]));
        Assert.EndsWith("'q' with binding 'q' denied request: still", (await Assert.ThrowsAsync<ApiException>(() => PluginAsync(RequestFor("m")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_NameEachBinding()
    {
        await shared.ValidateAsync("p", spec => spec.Validations = [new V1Validation { Expression = "false", Message = "no" }], static binding => binding.ValidationActions = ["Warn"]);
        await shared.MakeAsync(new V1ValidatingAdmissionPolicyBinding { Metadata = new V1ObjectMeta { Name = "a" }, Spec = new V1ValidatingAdmissionPolicyBindingSpec { PolicyName = "p", ValidationActions = ["Warn"] } });
        var request = RequestFor("m");

        await PluginAsync(request);

        Assert.Equal(["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'a': no", "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': no"], request.Warnings);
    }

    [Theory]
    [InlineData("UPDATE", "object.data.size() >= oldObject.data.size()", true)]
    [InlineData("DELETE", "object == null && oldObject.data.size() == 1 && request.options.propagationPolicy == 'Background'", true)]
    [InlineData("DELETE", "object != null", false)]
    public async Task OldObject_IsWhatIsStored(string operation, string expression, bool passes)
    {
        await CreateAsync("m", ("a", "1"));
        await shared.ValidateAsync("p", spec => (spec.MatchConstraints, spec.Validations) = (SharedPolicyServer.MatchOf("", "configmaps", operation), [new V1Validation { Expression = expression }]));
        var client = shared.Server.Admin.Resource<V1ConfigMap>();

        var refusal = await Record.ExceptionAsync(() => operation == "DELETE"
            ? client.DeleteAsync(new ObjectKey("default", "m"), new DeleteRequest { PropagationPolicy = "Background" }, CancellationToken.None)
            : client.UpdateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "m", NamespaceProperty = "default" }, Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } }, CancellationToken.None));

        Assert.Equal(passes, refusal is null);
    }

    [Theory]
    [InlineData("", "", "", 1)]
    [InlineData("env=prod", "", "", 0)]
    [InlineData("", "tier=web", "", 1)]
    [InlineData("", "tier=db", "", 0)]
    [InlineData("", "", "m", 0)]
    [InlineData("", "", "other", 1)]
    public async Task Binding_NarrowsThePolicy(string ofNamespace, string ofObject, string excludedName, int denials)
    {
        await shared.ValidateAsync("p", spec => spec.Validations = [new V1Validation { Expression = "false" }], binding => binding.MatchResources = new V1MatchResources
        {
            NamespaceSelector = SelectorOf(ofNamespace),
            ObjectSelector = SelectorOf(ofObject),
            ExcludeResourceRules = excludedName.Length == 0 ? null : [new V1NamedRuleWithOperations { ApiGroups = ["*"], ApiVersions = ["*"], Resources = ["*"], Operations = ["*"], ResourceNames = [excludedName] }],
        });

        var refusal = await Record.ExceptionAsync(() => shared.Server.Admin.Resource<V1ConfigMap>().CreateAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "m", NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["tier"] = "web" } } }, CancellationToken.None));

        Assert.Equal(denials, refusal is null ? 0 : 1);
    }

    [Fact]
    public async Task GeneratedName_IsEmptyForConditionsOfMutations_AndThereForValidations()
    {
        await shared.ValidateAsync("p", spec => spec.Validations = [new V1Validation { Expression = "!request.name.startsWith('made-')", MessageExpression = "request.name" }]);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => shared.Server.Admin.Resource<V1ConfigMap>().CreateAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { GenerateName = "made-", NamespaceProperty = "default" } }, CancellationToken.None));

        Assert.Matches("^configmaps \"(made-.{5})\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: \\1$", refusal.Message);
    }

    private static V1ParamKind ConfigMap => new() { ApiVersion = "v1", Kind = "ConfigMap" };

    private static V1LabelSelector? SelectorOf(string text)
        => text.Split('=') is [var key, var value] ? new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [key] = value } } : null;

    private static AdmissionRequest RequestFor(string name) => new(AdmissionOperation.Create, new GroupVersionResource(string.Empty, "v1", "configmaps"), new GroupVersionKind(string.Empty, "v1", "ConfigMap"), new UserInfo("jane", []))
    {
        Name = name,
        Namespace = "default",
        Object = new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } },
    };

    private Task PluginAsync(AdmissionRequest request) => shared.Server.Services.GetServices<IAdmissionPlugin>().OfType<ValidatingPolicies>().Single().ValidateAsync(request, CancellationToken.None).AsTask();

    private async Task ExpectAsync(string name, string? message) => Assert.Equal(message, (await Record.ExceptionAsync(() => CreateAsync(name)))?.Message);

    private Task<V1ConfigMap> CreateAsync(string name, params (string Key, string Value)[] data) => shared.Server.Admin.Resource<V1ConfigMap>().CreateAsync(
        new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Data = data.Length == 0 ? null : data.ToDictionary(static item => item.Key, static item => item.Value) }, CancellationToken.None);
}
