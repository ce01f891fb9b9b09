using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>
/// What <c>flowcontrol.go</c>, <c>validatingadmissionpolicy.go</c>, <c>mutatingadmissionpolicy.go</c>, <c>webhook.go</c> and <c>resource_quota.go</c> ask of their kinds alike:
/// everything that can be done with an object, seen by a watch.
/// </summary>
public sealed class KindOperationsTests : ConformanceTests
{
    private const string Policies = "/apis/admissionregistration.k8s.io/v1/";
    private const string Flows = "/apis/flowcontrol.apiserver.k8s.io/v1/";

    // Where, what, and a change through a merge patch and one through a replacement, each as a path of members and a value.
    public static TheoryData<string, string, string, string, string> Kinds => new()
    {
        {
            Flows + "flowschemas",
            """{"matchingPrecedence":10000,"priorityLevelConfiguration":{"name":"global-default"},"distinguisherMethod":{"type":"ByUser"},"rules":[{"subjects":[{"kind":"User","user":{"name":"nobody"}}],"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}]}]}""",
            "matchingPrecedence", "9999", "9000"
        },
        { Flows + "prioritylevelconfigurations", """{"type":"Limited","limited":{"nominalConcurrencyShares":2,"limitResponse":{"type":"Reject"}}}""", "limited.nominalConcurrencyShares", "4", "6" },
        {
            Policies + "validatingadmissionpolicies",
            """{"validations":[{"expression":"object.spec.replicas <= 100"}],"matchConstraints":{"resourceRules":[{"operations":["CREATE"],"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments"]}]}}""",
            "failurePolicy", "\"Ignore\"", "\"Fail\""
        },
        { Policies + "validatingadmissionpolicybindings", """{"policyName":"nothing.example.com","validationActions":["Deny"]}""", "validationActions", """["Audit"]""", """["Warn"]""" },
        {
            Policies + "mutatingadmissionpolicies",
            """{"reinvocationPolicy":"Never","mutations":[{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{metadata: Object.metadata{annotations: {'a': 'b'}}}"}}],"matchConstraints":{"resourceRules":[{"operations":["CREATE"],"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments"]}]}}""",
            "failurePolicy", "\"Ignore\"", "\"Fail\""
        },
        { Policies + "mutatingadmissionpolicybindings", """{"policyName":"nothing.example.com","matchResources":{"objectSelector":{"matchLabels":{"a":"b"}}}}""", "policyName", "\"one.example.com\"", "\"two.example.com\"" },
        { "/api/v1/namespaces/default/resourcequotas", """{"hard":{"cpu":"1","memory":"500Mi"}}""", "hard.memory", "\"750Mi\"", "\"1Gi\"" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Kind_CanBeMadeReadChangedAndDeleted(string collection, string spec, string field, string patched, string replaced)
    {
        var created = (await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OkAsync("POST", collection, $$$"""{"metadata":{"generateName":"e2e-example-","labels":{"of":"this-test"}},"spec":{{{spec}}}}"""))))[2];
        var name = (string)created["metadata"]!["name"]!;
        var path = $"{collection}/{name}";
        Assert.Equal(Uid(created), Uid(await OkAsync("GET", path)));
        var list = await OkAsync("GET", $"{collection}?labelSelector=of%3Dthis-test");
        Assert.Equal(3, list["items"]!.AsArray().Count);
        var from = $"{collection}?watch=1&labelSelector=of%3Dthis-test&fieldSelector=metadata.name%3D{name}&resourceVersion={list["metadata"]!["resourceVersion"]}";

        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["patched"] = "true" } }, ["spec"] = Nested(field, patched) };
        var one = await OkAsync("PATCH", path, patch.ToJsonString(), MergePatch);
        Assert.Equal(patched, At(one["spec"]!, field)!.ToJsonString());
        Assert.True(Version(one) > Version(created));

        var two = await ReplacedAsync(path, field, replaced);
        Assert.Equal((replaced, "true", "true"), (At(two["spec"]!, field)!.ToJsonString(), (string?)two["metadata"]!["annotations"]!["updated"], (string?)two["metadata"]!["annotations"]!["patched"]));

        var seen = (await WatchAsync(from, 6, enough: events => events.Any(static item => (string?)item["object"]!["metadata"]!["annotations"]?["updated"] == "true")))
            .Select(static item => ((string)item["type"]!, (string?)item["object"]!["metadata"]!["annotations"]?["patched"])).Distinct().ToList();
        Assert.All(seen, static item => Assert.Equal("MODIFIED", item.Item1));
        Assert.Contains(("MODIFIED", "true"), seen);

        if ((await OkAsync("GET", collection[..collection.IndexOf("/v1/", StringComparison.Ordinal)] + "/v1"))["resources"]!.AsArray().Any(item => (string)item!["name"]! == $"{collection.Split('/')[^1]}/status"))
        {
            await StatusAsync(path, created);
        }

        var (code, _, text) = await SendAsync("DELETE", path);
        Assert.True(code == 200, text);
        Assert.Equal(404, (await SendAsync("GET", path)).Code);
        Assert.Equal(2, (await OkAsync("GET", $"{collection}?labelSelector=of%3Dthis-test"))["items"]!.AsArray().Count);
        await OkAsync("DELETE", $"{collection}?labelSelector=of%3Dthis-test");
        Assert.Empty((await OkAsync("GET", $"{collection}?labelSelector=of%3Dthis-test"))["items"]!.AsArray());
    }

    /// <summary>Replaces the object, again from what is stored where a controller wrote its status in between.</summary>
    private async Task<JsonNode> ReplacedAsync(string path, string field, string replaced)
    {
        JsonNode? two = null;
        await UntilAsync(async () =>
        {
            var next = await OkAsync("GET", path);
            next["metadata"]!["annotations"]!["updated"] = "true";
            Set(next["spec"]!, field, replaced);
            var (code, _, text) = await SendAsync("PUT", path, next.ToJsonString());
            if (code == 409) { return false; }
            Assert.True(code == 200, text);
            two = JsonNode.Parse(text);
            return true;
        }, "the object is replaced");
        return two!;
    }

    private async Task StatusAsync(string path, JsonNode created)
    {
        var status = await OkAsync("GET", path + "/status");
        Assert.Equal(((string?)(await OkAsync("GET", path))["kind"], Uid(created)), ((string?)status["kind"], Uid(status)));
        if (path.Contains("resourcequotas", StringComparison.Ordinal))
        {
            var hard = await OkAsync("PATCH", path + "/status", """{"spec":{"hard":{"cpu":"9"}},"status":{"hard":{"cpu":"2","memory":"2Gi"}}}""", "application/strategic-merge-patch+json");
            Assert.Equal("""{"cpu":"1","memory":"1Gi"} {"cpu":"2","memory":"2Gi"}""", $"{hard["spec"]!["hard"]!.ToJsonString()} {hard["status"]!["hard"]!.ToJsonString()}");
            return;
        }

        // The whole list is replaced; a controller puts its own back.
        var patched = await OkAsync("PATCH", path + "/status", """{"status":{"conditions":[{"type":"PatchStatusFailed","status":"False","reason":"e2e","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""", MergePatch);
        Assert.Contains(patched["status"]!["conditions"]!.AsArray(), static item => (string)item!["type"]! == "PatchStatusFailed");
        await UntilAsync(async () =>
        {
            var now = await OkAsync("GET", path);
            now["status"] ??= new JsonObject();
            (now["status"]!["conditions"] as JsonArray ?? (JsonArray)(now["status"]!["conditions"] = new JsonArray())).Add(new JsonObject { ["type"] = "StatusUpdateFailed", ["status"] = "False", ["reason"] = "E2E", ["message"] = "Set from a test", ["lastTransitionTime"] = "2026-01-01T00:00:00Z" });
            var (code, _, text) = await SendAsync("PUT", path + "/status", now.ToJsonString());
            if (code == 409) { return false; }
            Assert.Contains("StatusUpdateFailed", text, StringComparison.Ordinal);
            return true;
        }, "the status is replaced");
    }

    private static string Uid(JsonNode item) => (string)item["metadata"]!["uid"]!;

    private static long Version(JsonNode item) => long.Parse((string)item["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture);

    private static JsonNode? At(JsonNode node, string field) => field.Split('.').Aggregate((JsonNode?)node, static (at, name) => at?[name]);

    private static JsonNode Nested(string field, string value) => field.Split('.').Reverse().Aggregate(JsonNode.Parse(value)!, static (inner, name) => new JsonObject { [name] = inner });

    private static void Set(JsonNode node, string field, string value)
    {
        var names = field.Split('.');
        foreach (var name in names[..^1]) { node = node[name]!; }
        node[names[^1]] = JsonNode.Parse(value);
    }
}
