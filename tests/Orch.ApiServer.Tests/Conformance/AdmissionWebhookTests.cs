using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Of upstream's <c>webhook.go</c> what is asked of configurations; what webhooks may do is shown in <c>Admission/Webhooks</c>.</summary>
public sealed class AdmissionWebhookTests : ConformanceTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string OfMaps = "\"apiGroups\":[\"\"],\"apiVersions\":[\"v1\"],\"resources\":[\"configmaps\"],\"operations\":[\"CREATE\"]";
    private HttpHook _hook = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _hook = await HttpHook.StartAsync(static async context =>
        {
            var review = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            var response = new JsonObject { ["uid"] = (string)review["request"]!["uid"]! };
            var asked = review["request"]!;
            var data = ((string?)asked["operation"] == "DELETE" ? asked["oldObject"] : asked["object"])?["data"];
            if (context.Request.Path == "/pods")
            {
                response["allowed"] = true;
                (response["patch"], response["patchType"]) = (Convert.ToBase64String("""[{"op":"add","path":"/spec/initContainers","value":[{"name":"webhook-added-init-container","image":"webhook-added-image"}]}]"""u8), "JSONPatch");
            }
            else if (context.Request.Path == "/deny")
            {
                response["allowed"] = (string?)data?["webhook-e2e-test"] != "webhook-disallow";
                response["status"] = new JsonObject { ["message"] = "the configmap contains unwanted key and value", ["reason"] = "the configmap contains unwanted key and value" };
            }
            else
            {
                response["allowed"] = true;
                var patch = (string?)data?["mutation-start"] == "yes" ? """[{"op":"add","path":"/data/mutation-stage-1","value":"yes"}]""" : "[]";
                (response["patch"], response["patchType"]) = (Convert.ToBase64String(Encoding.UTF8.GetBytes(patch)), "JSONPatch");
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["response"] = response }.ToJsonString());
        });
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _hook.DisposeAsync();
    }

    [Theory]
    [InlineData("validatingwebhookconfigurations", "deny", """{"webhook-e2e-test":"webhook-disallow"}""")]
    [InlineData("mutatingwebhookconfigurations", "mutate", """{"mutation-start":"yes"}""")]
    public async Task Configurations_ListedByLabel_AreInForce_UntilTheyAreDeletedTogether(string plural, string path, string data)
    {
        for (var index = 0; index < 10; index++) { await OkAsync("POST", Group + plural, Configuration($"hook-{index}", path)); }
        var list = await OkAsync("GET", $"{Group}{plural}?labelSelector=e2e-list-test-uuid%3Duuid");
        Assert.Equal(10, list["items"]!.AsArray().Count);
        await UntilAsync(async () => await IsTouchedAsync(data), "the webhooks are asked");
        await OkAsync("DELETE", $"{Group}{plural}?labelSelector=e2e-list-test-uuid%3Duuid");
        await UntilAsync(async () => !await IsTouchedAsync(data), "the webhooks are asked no longer");
        Assert.Empty((await OkAsync("GET", Group + plural))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("validatingwebhookconfigurations", "deny", """{"webhook-e2e-test":"webhook-disallow"}""")]
    [InlineData("mutatingwebhookconfigurations", "mutate", """{"mutation-start":"yes"}""")]
    public async Task Rules_ThatAreReplacedOrPatched_ComeIntoForce(string plural, string path, string data)
    {
        var made = await OkAsync("POST", Group + plural, Configuration("hook", path));
        await UntilAsync(async () => await IsTouchedAsync(data), "the webhook is asked");
        made["webhooks"]![0]!["rules"]![0]!["operations"] = new JsonArray("UPDATE");
        await OkAsync("PUT", $"{Group}{plural}/hook", made.ToJsonString());
        await UntilAsync(async () => !await IsTouchedAsync(data), "creations are not asked about");
        await OkAsync("PATCH", $"{Group}{plural}/hook", """[{"op":"replace","path":"/webhooks/0/rules/0/operations","value":["CREATE"]}]""", "application/json-patch+json");
        await UntilAsync(async () => await IsTouchedAsync(data), "creations are asked about again");
    }

    [Theory]
    [InlineData("validatingwebhookconfigurations", "ValidatingWebhookConfiguration")]
    [InlineData("mutatingwebhookconfigurations", "MutatingWebhookConfiguration")]
    public async Task MatchConditions_AreKept_AndMustCompile(string plural, string kind)
    {
        var first = """[{"name":"expression-1","expression":"object.metadata.namespace == 'production'"},{"name":"expression-2","expression":"object.metadata.namespace == 'example'"}]""";
        var made = await OkAsync("POST", Group + plural, WithConditions(first));
        Assert.Equal(first, Sorted(made));
        made["webhooks"]![0]!["matchConditions"] = JsonNode.Parse("""[{"name":"expression-3","expression":"true"}]""");
        await OkAsync("PUT", $"{Group}{plural}/hook", made.ToJsonString());
        Assert.Equal("""[{"name":"expression-3","expression":"true"}]""", Sorted(await OkAsync("GET", $"{Group}{plural}/hook")));

        var status = await RefusedAsync(422, "POST", Group + plural, WithConditions("""[{"name":"invalid","expression":"... [] bad expression"}]""").Replace("\"hook\"", "\"bad\"", StringComparison.Ordinal));
        Assert.StartsWith($"{kind}.admissionregistration.k8s.io \"bad\" is invalid: webhooks[0].matchConditions[0].expression: Invalid value: \"... [] bad expression\": compilation failed", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task CustomObjects_ThatAreUnwanted_AreNeitherMadeNorChangedNorDeleted()
    {
        await DefineAsync(Definition("widgets", """{"type":"object","properties":{"data":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}""", scope: "Namespaced"));
        await OkAsync("POST", Group + "validatingwebhookconfigurations", Configuration("hook", "deny").Replace(OfMaps, "\"apiGroups\":[\"example.com\"],\"apiVersions\":[\"*\"],\"resources\":[\"widgets\"],\"operations\":[\"CREATE\",\"UPDATE\",\"DELETE\"]", StringComparison.Ordinal));
        const string Widgets = "/apis/example.com/v1/namespaces/default/widgets";
        const string Bad = """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"bad"},"data":{"webhook-e2e-test":"webhook-disallow"}}""";
        await UntilAsync(async () =>
        {
            var (code, _, text) = await SendAsync("POST", Widgets, Bad);
            if (code == 201) { await SendAsync("DELETE", $"{Widgets}/bad"); return false; }
            Assert.Contains("the configmap contains unwanted key and value", text, StringComparison.Ordinal);
            return true;
        }, "the webhook is asked");
        await OkAsync("POST", Widgets, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"good"},"data":{"key1":"value1"}}""");
        await RefusedAsync(400, "PATCH", $"{Widgets}/good", """{"data":{"webhook-e2e-test":"webhook-disallow"}}""", MergePatch);
        await OkAsync("DELETE", $"{Group}validatingwebhookconfigurations/hook");
        await UntilAsync(async () => (await SendAsync("PATCH", $"{Widgets}/good", """{"data":{"webhook-e2e-test":"webhook-disallow"}}""", MergePatch)).Code == 200, "nobody is asked");
        await OkAsync("POST", Group + "validatingwebhookconfigurations", Configuration("hook", "deny").Replace(OfMaps, "\"apiGroups\":[\"example.com\"],\"apiVersions\":[\"*\"],\"resources\":[\"widgets\"],\"operations\":[\"DELETE\"]", StringComparison.Ordinal));
        await UntilAsync(async () =>
        {
            var (code, _, _) = await SendAsync("DELETE", $"{Widgets}/good?dryRun=All");
            return code == 400;
        }, "deletions are asked about");
        await RefusedAsync(400, "DELETE", $"{Widgets}/good");
        await OkAsync("PATCH", $"{Widgets}/good", """{"data":{"webhook-e2e-test":null}}""", MergePatch);
        await OkAsync("DELETE", $"{Widgets}/good");
    }

    [Fact]
    public async Task MutatedCustomObjects_LoseWhatTheSchemaDoesNotKnow()
    {
        await DefineAsync(Definition("widgets", """{"type":"object","properties":{"data":{"type":"object","properties":{"mutation-start":{"type":"string"},"mutation-stage-2":{"type":"string"}}}}}""", scope: "Namespaced"));
        await OkAsync("POST", Group + "mutatingwebhookconfigurations", Configuration("hook", "mutate").Replace(OfMaps, "\"apiGroups\":[\"example.com\"],\"apiVersions\":[\"*\"],\"resources\":[\"widgets\"],\"operations\":[\"CREATE\"]", StringComparison.Ordinal)
            .Replace("\"sideEffects\"", "\"failurePolicy\":\"Fail\",\"sideEffects\"", StringComparison.Ordinal));
        await OkAsync("POST", Group + "mutatingwebhookconfigurations", Configuration("pods", "pods").Replace(OfMaps, "\"apiGroups\":[\"\"],\"apiVersions\":[\"v1\"],\"resources\":[\"pods\"],\"operations\":[\"CREATE\"]", StringComparison.Ordinal));
        await OkAsync("POST", "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"}}""");
        JsonNode? made = null;
        await UntilAsync(async () =>
        {
            made = await OkAsync("POST", "/api/v1/namespaces/default/pods?dryRun=All", """{"metadata":{"name":"p"},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"a","image":"b"}]}}""");
            return made["spec"]!["initContainers"] is not null;
        }, "the webhooks are asked");
        // What a webhook adds gets its defaults as if the client had sent it.
        var added = made!["spec"]!["initContainers"]![0]!;
        Assert.Equal("webhook-added-init-container File Always", $"{added["name"]} {added["terminationMessagePolicy"]} {added["imagePullPolicy"]}");
        var widget = await OkAsync("POST", "/apis/example.com/v1/namespaces/default/widgets", """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"data":{"mutation-start":"yes"}}""");
        Assert.Equal("""{"mutation-start":"yes"}""", widget["data"]!.ToJsonString());
    }

    private static string Sorted(JsonNode configuration) => new JsonArray([.. configuration["webhooks"]![0]!["matchConditions"]!.AsArray()
        .Select(static item => (JsonNode)new JsonObject { ["name"] = (string)item!["name"]!, ["expression"] = (string)item["expression"]! })]).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private string WithConditions(string conditions) => Configuration("hook", "deny").Replace("\"sideEffects\"", $"\"matchConditions\":{conditions},\"sideEffects\"", StringComparison.Ordinal);

    private string Configuration(string name, string path) => """
        {"metadata":{"name":"NAME","labels":{"e2e-list-test-uuid":"uuid"}},"webhooks":[{"name":"touch.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
         "clientConfig":{"url":"URL","caBundle":"BUNDLE"},"rules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"],"operations":["CREATE"]}]}]}
        """.Replace("NAME", name, StringComparison.Ordinal).Replace("URL", _hook.Address.AbsoluteUri + path, StringComparison.Ordinal)
        .Replace("BUNDLE", Convert.ToBase64String(Encoding.ASCII.GetBytes(_hook.AuthorityPem)), StringComparison.Ordinal);

    private async Task<bool> IsTouchedAsync(string data)
    {
        var (code, _, text) = await SendAsync("POST", Maps, $$$"""{"metadata":{"generateName":"a-"},"data":{{{data}}} }""");
        if (code == 400) { Assert.Contains("denied the request: the configmap contains unwanted key and value", text, StringComparison.Ordinal); }
        else { Assert.True(code == 201, text); }
        return code == 400 || text.Contains("mutation-stage-1", StringComparison.Ordinal);
    }
}
