using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission.Webhooks;

/// <summary>Upstream's own cases of webhooks: what they leave in the audit log, who is asked after whom, and older reviews.</summary>
public sealed class WebhookCasesTests(WebhookCasesTests.Shared shared) : IClassFixture<WebhookCasesTests.Shared>, IAsyncLifetime
{
    private const string Removal = """[{"op":"remove","path":"/metadata/labels/remove"}]""";
    private const string Addition = """[{"path":"/metadata/labels/added","value":"test","op":"add"}]""";

    private WebhookServer Hooks => shared.Hooks;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await ClearAsync<V1MutatingWebhookConfiguration>();
        await ClearAsync<V1ValidatingWebhookConfiguration>();
        Hooks.Seen.Clear();
    }

    [Fact]
    public async Task Mutation_LeavesNotesOfWhatChanged_AndOfThePatch()
    {
        await MutatingAsync(Mutator("removelabel.example.com", "removeLabel"), Mutator("addlabel.example.com", "addLabel"), Mutator("noop.example.com", "noop"), Mutator("denied.example.com", "disallow", objectLabel: "nobody"));

        var request = await AdmitAsync(("remove", "me"), ("pod.name", "my-pod"));

        Assert.Equal(["added", "pod.name"], ((V1ConfigMap)request.Object!).Metadata.Labels.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["removelabel.example.com/key1"] = "value1",
                ["mutation.webhook.admission.k8s.io/round_0_index_0"] = """{"configuration":"c","webhook":"removelabel.example.com","mutated":true}""",
                ["mutation.webhook.admission.k8s.io/round_0_index_1"] = """{"configuration":"c","webhook":"addlabel.example.com","mutated":true}""",
                ["mutation.webhook.admission.k8s.io/round_0_index_2"] = """{"configuration":"c","webhook":"noop.example.com","mutated":false}""",
                ["patch.webhook.admission.k8s.io/round_0_index_0"] = """{"configuration":"c","webhook":"removelabel.example.com","patch":[{"op":"remove","path":"/metadata/labels/remove"}],"patchType":"JSONPatch"}""",
                ["patch.webhook.admission.k8s.io/round_0_index_1"] = """{"configuration":"c","webhook":"addlabel.example.com","patch":[{"op":"add","path":"/metadata/labels/added","value":"test"}],"patchType":"JSONPatch"}""",
            },
            new SortedDictionary<string, string>(request.AuditAnnotations, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Webhook_WhoseLabelsAreGoneByThen_IsNotAsked()
    {
        await MutatingAsync(Mutator("removelabel.example.com", "removeLabel", objectLabel: "me"), Mutator("shouldnotbecalled.example.com", "disallow", objectLabel: "me"));

        await AdmitAsync(("remove", "me"));

        Assert.Equal(["removeLabel"], Hooks.Seen.Select(static seen => seen.Path));
    }

    [Theory]
    [InlineData("internalErr", "an error on the server (\"webhook internal server error\") has prevented the request from succeeding")]
    [InlineData("nilResponse", "webhook response was absent")]
    [InlineData("invalidMutation", "received undecodable patch in webhook response: invalid character 'i' looking for beginning of value")]
    public async Task Webhook_ThatFails_IsNotedWhereItMayBeIgnored(string path, string reason)
    {
        await MutatingAsync(Mutator("a.example.com", path, failurePolicy: "Ignore"), Mutator("b.example.com", "noop"), Mutator("c.example.com", path, failurePolicy: "Ignore"));

        var request = await AdmitAsync();

        Assert.Equal("a.example.com", request.AuditAnnotations["failed-open.mutation.webhook.admission.k8s.io/round_0_index_0"]);
        Assert.Equal("c.example.com", request.AuditAnnotations["failed-open.mutation.webhook.admission.k8s.io/round_0_index_2"]);
        Assert.Equal("""{"configuration":"c","webhook":"a.example.com","mutated":false}""", request.AuditAnnotations["mutation.webhook.admission.k8s.io/round_0_index_0"]);
        Assert.DoesNotContain(request.AuditAnnotations.Keys, static key => key.StartsWith("patch.", StringComparison.Ordinal));

        await ClearAsync<V1MutatingWebhookConfiguration>();
        await MutatingAsync(Mutator("a.example.com", path));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => AdmitAsync());
        Assert.Equal(500, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValidatingWebhooks_ThatFail_AreNotedByTheirPlaceAmongThoseAsked()
    {
        await ValidatingAsync(
            Validator("unasked.example.com", "disallow", objectLabel: "nobody"), Validator("a.example.com", "internalErr", "Ignore"), Validator("b.example.com", "allow"), Validator("c.example.com", "nilResponse", "Ignore"));

        var request = await ValidateAsync();

        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["b.example.com/key1"] = "value1",
                ["failed-open.validating.webhook.admission.k8s.io/round_0_index_0"] = "a.example.com",
                ["failed-open.validating.webhook.admission.k8s.io/round_0_index_2"] = "c.example.com",
            },
            new SortedDictionary<string, string>(request.AuditAnnotations, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Annotations_OfAnIllegalForm_AreLeftOut()
    {
        await ValidatingAsync(Validator("a.example.com", "invalidAnnotation"));

        Assert.Empty((await ValidateAsync()).AuditAnnotations);
    }

    [Fact]
    public async Task OlderReview_NamesNoPatchType_AndMayGetNoUid()
    {
        var hook = Mutator("old.example.com", "old");
        hook.AdmissionReviewVersions = ["v2", "v1beta1", "v1"];
        var patch = Convert.ToBase64String(Encoding.UTF8.GetBytes(Addition));
        Hooks.Answers["old"] = (_, _) => Task.FromResult("{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\",\"response\":{\"allowed\":true,\"patch\":\"" + patch + "\"}}");
        await MutatingAsync(hook);

        Assert.Equal("test", ((V1ConfigMap)(await AdmitAsync(("a", "b"))).Object!).Metadata.Labels["added"]);
    }

    [Theory]
    [InlineData("{\"code\":200,\"status\":\"Success\",\"reason\":\"because\",\"message\":\"nope\"}", 400, "because", "admission webhook \"no.example.com\" denied the request: nope")]
    [InlineData("{\"code\":418,\"reason\":\"because\"}", 418, "because", "admission webhook \"no.example.com\" denied the request: because")]
    [InlineData("{}", 400, null, "admission webhook \"no.example.com\" denied the request without explanation")]
    [InlineData("null", 400, null, "admission webhook \"no.example.com\" denied the request without explanation")]
    public async Task Refusal_IsTheWebhooksOwnStatus(string status, int code, string? reason, string message)
    {
        Hooks.On("no", request => WebhookServer.Review(request, false, $"\"status\":{status}"));
        await ValidatingAsync(Validator("no.example.com", "no"));

        var refusal = await Assert.ThrowsAsync<ApiException>(() => ValidateAsync());

        Assert.Equal((code, reason ?? "", message, "Failure"), (refusal.Code, refusal.Status.Reason ?? "", refusal.Message, refusal.Status.Status));
    }

    [Fact]
    public async Task Condition_ThatFailsForAGeneratedName_NamesNobody()
    {
        var hook = Mutator("c.example.com", "noop");
        hook.MatchConditions = [new V1MatchCondition { Name = "c", Expression = "object.nothing == 1" }, new V1MatchCondition { Name = "d", Expression = "object.neither == 1" }, new V1MatchCondition { Name = "e", Expression = "true" }];
        await MutatingAsync(hook);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => shared.Server.Admin.Resource<V1ConfigMap>().CreateAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { GenerateName = "made-", NamespaceProperty = "default" } }, CancellationToken.None));

        Assert.Equal(
            "configmaps is forbidden: [expression 'object.nothing == 1' resulted in error: no such key: nothing, expression 'object.neither == 1' resulted in error: no such key: neither]", refusal.Message);
    }

    [Fact]
    public async Task DeletedCollection_IsAskedAboutByItsObjects_NotByName()
    {
        Hooks.On("gone", static request => WebhookServer.Review(request, true));
        await shared.Server.Admin.Resource<V1ConfigMap>().CreateAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "gone", NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["of"] = "collection" } } }, CancellationToken.None);
        await ValidatingAsync(Validator("gone.example.com", "gone"));
        using var http = shared.Server.Http();

        using var answer = await http.DeleteAsync(new Uri("/api/v1/namespaces/default/configmaps?labelSelector=of%3Dcollection", UriKind.Relative));

        Assert.True(answer.IsSuccessStatusCode);
        var seen = Hooks.Seen.Single().Request;
        Assert.Equal(("DELETE", "default", "gone", "DeleteOptions"), ((string)seen["operation"]!, (string)seen["namespace"]!, (string)seen["oldObject"]!["metadata"]!["name"]!, (string)seen["options"]!["kind"]!));
        Assert.False(seen.ContainsKey("name"));
    }

    [Fact]
    public async Task Requests_AreCountedByTheCodesOfTheAnswers()
    {
        await ValidatingAsync(Validator("counted.example.com", "allow"), Validator("refusing.example.com", "disallow"), Validator("failing.example.com", "internalErr", "Ignore"), Validator("absent.example.com", "nilResponse"));
        await Assert.ThrowsAsync<ApiException>(() => ValidateAsync());
        using var http = shared.Server.Http();

        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        foreach (var (name, code, rejected) in new[] { ("counted", 200, "false"), ("refusing", 400, "true"), ("failing", 500, "false"), ("absent", 503, "true") })
        {
            var labels = string.Concat(new[] { $"code=\"{code}\"", $"name=\"{name}.example.com\"", "operation=\"CREATE\"", $"rejected=\"{rejected}\"", "type=\"validating\"" }.Select(static label => $"(?=[^}}]*{label})"));
            Assert.Matches($"(?m)^apiserver_admission_webhook_request_total\\{{{labels}[^}}]*\\}} 1$", text);
        }
    }

    private static V1RuleWithOperations Everything => new() { ApiGroups = [""], ApiVersions = ["v1"], Operations = ["*"], Resources = ["configmaps"] };

    private static V1LabelSelector? SelectorOf(string? label) => label is null ? null : new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["remove"] = label } };

    private static AdmissionRequest RequestFor(params (string Key, string Value)[] labels) => new(AdmissionOperation.Create, new GroupVersionResource("", "v1", "configmaps"), new GroupVersionKind("", "v1", "ConfigMap"), new UserInfo("jane", []))
    {
        Name = "m",
        Namespace = "default",
        Object = new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new V1ObjectMeta { Name = "m", NamespaceProperty = "default", Labels = labels.ToDictionary(static label => label.Key, static label => label.Value) } },
    };

    private V1MutatingWebhook Mutator(string name, string path, string failurePolicy = "Fail", string? objectLabel = null) => new()
    {
        Name = name, AdmissionReviewVersions = ["v1"], SideEffects = "None", FailurePolicy = failurePolicy, Rules = [Everything], ObjectSelector = SelectorOf(objectLabel),
        ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = Hooks.Url(path), CaBundle = Hooks.Authority },
    };

    private V1ValidatingWebhook Validator(string name, string path, string failurePolicy = "Fail", string? objectLabel = null) => new()
    {
        Name = name, AdmissionReviewVersions = ["v1"], SideEffects = "None", FailurePolicy = failurePolicy, Rules = [Everything], ObjectSelector = SelectorOf(objectLabel),
        ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = Hooks.Url(path), CaBundle = Hooks.Authority },
    };

    private async Task<AdmissionRequest> AdmitAsync(params (string Key, string Value)[] labels)
    {
        var request = RequestFor(labels);
        await shared.Server.Services.GetServices<IAdmissionPlugin>().OfType<MutatingWebhooks>().Single().AdmitAsync(request, CancellationToken.None);
        return request;
    }

    private async Task<AdmissionRequest> ValidateAsync()
    {
        var request = RequestFor();
        await shared.Server.Services.GetServices<IAdmissionPlugin>().OfType<ValidatingWebhooks>().Single().ValidateAsync(request, CancellationToken.None);
        return request;
    }

    private async Task MutatingAsync(params V1MutatingWebhook[] webhooks)
    {
        await shared.Server.Admin.Resource<V1MutatingWebhookConfiguration>().CreateAsync(new V1MutatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = "c" }, Webhooks = webhooks }, CancellationToken.None);
        await shared.Server.CaughtUpAsync();
    }

    private async Task ValidatingAsync(params V1ValidatingWebhook[] webhooks)
    {
        await shared.Server.Admin.Resource<V1ValidatingWebhookConfiguration>().CreateAsync(new V1ValidatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = "c" }, Webhooks = webhooks }, CancellationToken.None);
        await shared.Server.CaughtUpAsync();
    }

    private async Task ClearAsync<T>()
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        foreach (var item in (await shared.Server.Admin.Resource<T>().ListAsync(ListRequest.All, CancellationToken.None)).Items)
        {
            await shared.Server.Admin.Resource<T>().DeleteAsync(ObjectKey.Cluster(item.Metadata.Name), new DeleteRequest(), CancellationToken.None);
        }

        await shared.Server.CaughtUpAsync();
    }

    /// <summary>A server and upstream's test webhooks.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public WebhookServer Hooks { get; private set; } = null!;

        public TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Hooks = await WebhookServer.StartAsync();
            Server = await TestServer.ListenAsync();
            Hooks.On("allow", static request => WebhookServer.Review(request, true, "\"auditAnnotations\":{\"key1\":\"value1\"}"));
            Hooks.On("disallow", static request => WebhookServer.Review(request, false));
            Hooks.On("noop", static request => WebhookServer.Review(request, true));
            Hooks.On("addLabel", static request => WebhookServer.Patch(request, Addition));
            Hooks.On("removeLabel", static request => WebhookServer.Patch(request, Removal).Replace("\"patchType\"", "\"auditAnnotations\":{\"key1\":\"value1\"},\"patchType\"", StringComparison.Ordinal));
            Hooks.On("invalidMutation", static request => WebhookServer.Patch(request, "invalid"));
            Hooks.On("invalidAnnotation", static request => WebhookServer.Review(request, true, "\"auditAnnotations\":{\"invalid/key\":\"value1\",\"\":\"x\",\"a b\":\"y\"}"));
            Hooks.On("nilResponse", static _ => """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""");
            Hooks.Answers["internalErr"] = static (_, context) =>
            {
                context.Response.StatusCode = 500;
                return Task.FromResult("webhook internal server error");
            };
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Hooks.DisposeAsync();
        }
    }
}
