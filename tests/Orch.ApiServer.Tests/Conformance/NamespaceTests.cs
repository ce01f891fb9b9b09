namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Of upstream's <c>namespace.go</c> what is asked of the object; how namespaces end is shown with the controllers.</summary>
public sealed class NamespaceTests : ConformanceTests
{
    private const string Place = "/api/v1/namespaces/place";

    [Fact]
    public async Task Namespace_IsPatchedUpdatedAndKeptByFinalizers()
    {
        var made = await OkAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"place"}}""");
        Assert.Equal("Active", (string?)made["status"]!["phase"]);
        Assert.Equal("testValue", (string?)(await OkAsync("PATCH", Place, """{"metadata":{"labels":{"testLabel":"testValue"}}}""", "application/strategic-merge-patch+json"))["metadata"]!["labels"]!["testLabel"]);

        var now = await OkAsync("GET", Place);
        now["metadata"]!["labels"]!["updated"] = "yes";
        Assert.Equal("yes", (string?)(await OkAsync("PUT", Place, now.ToJsonString()))["metadata"]!["labels"]!["updated"]);

        var status = await OkAsync("PATCH", Place + "/status",
            """{"metadata":{"annotations":{"e2e-patched":"yes"}},"status":{"conditions":[{"type":"StatusPatch","status":"True","reason":"E2E","message":"Patched by a test"}]}}""", "application/strategic-merge-patch+json");
        Assert.Equal("yes StatusPatch Active", $"{status["metadata"]!["annotations"]!["e2e-patched"]} {status["status"]!["conditions"]![0]!["type"]} {status["status"]!["phase"]}");
        status["status"]!["conditions"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "StatusUpdate", ["status"] = "True", ["reason"] = "E2E", ["message"] = "Updated by a test" });
        Assert.Equal(2, (await OkAsync("PUT", Place + "/status", status.ToJsonString()))["status"]!["conditions"]!.AsArray().Count);

        now = await OkAsync("GET", Place);
        now["spec"]!["finalizers"]!.AsArray().Add("e2e.example.com/fakeFinalizer");
        // An update leaves them as they are; only their own subresource changes them.
        Assert.Equal("""["kubernetes"]""", (await OkAsync("PUT", Place, now.ToJsonString()))["spec"]!["finalizers"]!.ToJsonString());
        now["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Equal("""["kubernetes","e2e.example.com/fakeFinalizer"]""", (await OkAsync("PUT", Place + "/finalize", now.ToJsonString()))["spec"]!["finalizers"]!.ToJsonString());
        var leaving = await OkAsync("DELETE", Place);
        Assert.Equal("Terminating", (string?)leaving["status"]!["phase"]);

        var refused = await RefusedAsync(403, "POST", Place + "/configmaps", """{"metadata":{"name":"late"}}""");
        Assert.Equal("configmaps \"late\" is forbidden: unable to create new content in namespace place because it is being terminated", (string?)refused["message"]);
        Assert.Equal("""[{"field":"metadata.namespace","message":"namespace place is being terminated","reason":"NamespaceTerminating"}]""", refused["details"]!["causes"]!.ToJsonString());

        leaving["spec"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray();
        await OkAsync("PUT", Place + "/finalize", leaving.ToJsonString());
        Assert.Equal("namespaces \"place\" not found", (string?)(await RefusedAsync(404, "GET", Place))["message"]);
    }
}
