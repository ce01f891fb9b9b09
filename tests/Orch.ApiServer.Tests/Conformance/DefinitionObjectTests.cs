using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>custom_resource_definition.go</c>, <c>crd_watch.go</c>, <c>crd_validation_rules.go</c> and <c>crd_selectable_fields.go</c>.</summary>
public sealed class DefinitionObjectTests : ConformanceTests
{
    private const string Open = """{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"a":{"type":"string"},"b":{"type":"string"}}}""";
    private const string Widgets = "/apis/example.com/v1/widgets";
    private const string JsonPatch = "application/json-patch+json";

    [Fact]
    public async Task Definitions_AreListedAndDeletedByLabel()
    {
        foreach (var index in Enumerable.Range(0, 10)) { await DefineAsync(Labelled($"noxu{index}s", "uuid")); }
        await DefineAsync(Labelled("others", "another"));
        var list = (await OkAsync("GET", $"{Definitions}?labelSelector=e2e-list-test-uuid%3Duuid"))["items"]!.AsArray();
        Assert.Equal(10, list.Count);
        foreach (var item in list)
        {
            var plural = (string)item!["spec"]!["names"]!["plural"]!;
            Assert.Equal(plural[..^1] + "list", ((string)item["spec"]!["names"]!["listKind"]!).ToLowerInvariant());
            Assert.Equal("None", (string?)item["spec"]!["conversion"]!["strategy"]);
        }

        await OkAsync("DELETE", $"{Definitions}?labelSelector=e2e-list-test-uuid%3Duuid");
        await UntilAsync(async () => (await OkAsync("GET", $"{Definitions}?labelSelector=e2e-list-test-uuid%3Duuid"))["items"]!.AsArray().Count == 0, "they are gone");
        await OkAsync("GET", $"{Definitions}/others.example.com");
        await OkAsync("GET", "/apis/example.com/v1/others");
    }

    [Fact]
    public async Task Status_CanBeReadReplacedAndPatched_WhateverItSays()
    {
        await DefineAsync(Definition("widgets", Open));
        var path = $"{Definitions}/widgets.example.com";
        await UntilAsync(async () =>
        {
            var status = await OkAsync("GET", path + "/status");
            Assert.Equal((await OkAsync("GET", path))["spec"]!.ToJsonString(), status["spec"]!.ToJsonString());
            status["status"]!["conditions"]!.AsArray().Add(new JsonObject { ["message"] = "updated" });
            var (code, _, text) = await SendAsync("PUT", path + "/status", status.ToJsonString());
            Assert.True(code is 200 or 409, text);
            return code == 200 && text.Contains("\"updated\"", StringComparison.Ordinal);
        }, "the status is replaced");

        var patched = await OkAsync("PATCH", path + "/status", """[{"op":"add","path":"/status/conditions","value":[{"message":"patched"}]}]""", JsonPatch);
        Assert.Equal("""[{"message":"patched"}]""", patched["status"]!["conditions"]!.ToJsonString());
        // What the server itself has to say it says again.
        await EstablishedAsync("widgets.example.com");
    }

    [Fact]
    public async Task Watch_OfDefinitionsObjects_SeesThemComeChangeAndGo()
    {
        await DefineAsync(Definition("widgets", Open));
        var version = (await OkAsync("GET", Widgets))["metadata"]!["resourceVersion"];
        var watches = ((string[])["name1", "name2"]).Select(name => WatchAsync($"{Widgets}?watch=1&fieldSelector=metadata.name%3D{name}&resourceVersion={version}", 3)).ToList();
        foreach (var name in (string[])["name1", "name2"]) { await OkAsync("POST", Widgets, $$$"""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"{{{name}}}"},"content":{"key":"value"}}"""); }
        foreach (var name in (string[])["name1", "name2"]) { await OkAsync("PATCH", $"{Widgets}/{name}", """{"dummy":"test"}""", MergePatch); }
        foreach (var name in (string[])["name1", "name2"]) { await OkAsync("DELETE", $"{Widgets}/{name}"); }
        foreach (var (name, events) in ((string[])["name1", "name2"]).Zip(await Task.WhenAll(watches)))
        {
            Assert.Equal($"ADDED {name} , MODIFIED {name} test, DELETED {name} test", string.Join(", ", events.Select(static item => $"{item["type"]} {item["object"]!["metadata"]!["name"]} {item["object"]!["dummy"]}")));
            Assert.Equal("value", (string?)events[2]["object"]!["content"]!["key"]);
            var versions = events.Select(static item => long.Parse((string)item["object"]!["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(versions.Order(), versions);
            Assert.Equal(3, versions.Distinct().Count());
        }
    }

    [Fact]
    public async Task Defaults_AreForRequestsAndForWhatIsStored()
    {
        await DefineAsync(Definition("widgets", Open));
        await OkAsync("POST", Widgets, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"one"}}""");
        const string A = "/spec/versions/0/schema/openAPIV3Schema/properties/a/default";
        await OkAsync("PATCH", $"{Definitions}/widgets.example.com", $$$"""[{"op":"add","path":"{{{A}}}","value":"A"}]""", JsonPatch);
        await UntilAsync(async () => (string?)(await OkAsync("GET", $"{Widgets}/one"))["a"] == "A", "the stored object is shown with its default");
        Assert.Equal("A", (string?)(await OkAsync("POST", Widgets, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"two"}}"""))["a"]);

        await OkAsync("PATCH", $"{Definitions}/widgets.example.com", $$$"""[{"op":"remove","path":"{{{A}}}"},{"op":"add","path":"{{{A.Replace("/a/", "/b/", StringComparison.Ordinal)}}}","value":"B"}]""", JsonPatch);
        await UntilAsync(async () => (string?)(await OkAsync("GET", $"{Widgets}/two"))["b"] == "B", "the other default is shown");
        Assert.Equal("A", (string?)(await OkAsync("GET", $"{Widgets}/two"))["a"]);
        Assert.Null((await OkAsync("GET", $"{Widgets}/one"))["a"]);
    }

    [Fact]
    public async Task Rules_AreAskedOfObjects_AndJudgedWithTheDefinition()
    {
        await DefineAsync(Definition("widgets", """
            {"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":[{"rule":"self.x + self.y > 0"}],"properties":{"x":{"type":"integer"},"y":{"type":"integer"}}},
             "status":{"type":"object","x-kubernetes-validations":[{"rule":"self.health == 'ok' || self.health == 'unhealthy'"}],"properties":{"health":{"type":"string"}}}}}
            """));
        await OkAsync("POST", Widgets, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"good"},"spec":{"x":1,"y":0}}""");
        var status = await RefusedAsync(422, "POST", Widgets, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"bad"},"spec":{"x":0,"y":0}}""");
        Assert.Equal("Widget.example.com \"bad\" is invalid: spec: Invalid value: failed rule: self.x + self.y > 0", (string?)status["message"]);

        foreach (var (rule, fault) in ((string, string)[])
            [("self.z == 100", "undefined field 'z'"), ("self = 42", "Syntax error: token recognition error at: '= '"), ("self.x < 1000 && ", "Syntax error: mismatched input '<EOF>'"), ("self.x", "must evaluate to a bool")])
        {
            var schema = $$$$$$"""{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":[{"rule":"{{{{{{rule}}}}}}"}],"properties":{"x":{"type":"integer"}}}}}""";
            status = await RefusedAsync(422, "POST", Definitions, Definition("gadgets", schema));
            Assert.Contains(fault, (string?)status["message"], StringComparison.Ordinal);
        }

        // Three thousand nodes of unbounded lists within unbounded lists are more than may be estimated.
        var deep = """{"type":"object","properties":{"spec":{"type":"object","properties":{"list":{"type":"array","items":{"type":"array","items":{"type":"array","items":{"type":"string","x-kubernetes-validations":[{"rule":"self.contains('x')"}]}}}}}}}}""";
        status = await RefusedAsync(422, "POST", Definitions, Definition("gadgets", deep));
        Assert.Contains("estimated rule cost exceeds budget by factor", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TransitionRule_IsAskedOfAChange()
    {
        await DefineAsync(Definition("widgets", """{"type":"object","properties":{"spec":{"type":"object","properties":{"num":{"type":"integer","x-kubernetes-validations":[{"rule":"self > oldSelf"}]}}}}}"""));
        var made = await OkAsync("POST", Widgets, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"num":5}}""");
        made["spec"]!["num"] = 2;
        var status = await RefusedAsync(422, "PUT", $"{Widgets}/a", made.ToJsonString());
        Assert.Equal("Widget.example.com \"a\" is invalid: spec.num: Invalid value: 2: failed rule: self > oldSelf", (string?)status["message"]);
        made["spec"]!["num"] = 10;
        await OkAsync("PUT", $"{Widgets}/a", made.ToJsonString());
    }

    [Fact]
    public async Task SelectableFields_SelectInListsWatchesAndDeletions()
    {
        await DefineAsync(Definition(
            "shirts", """{"type":"object","properties":{"spec":{"type":"object","properties":{"color":{"type":"string"},"quantity":{"type":"integer"}}}}}""",
            ""","selectableFields":[{"jsonPath":".spec.color"},{"jsonPath":".spec.quantity"}]""", "Namespaced"));
        const string Shirts = "/apis/example.com/v1/namespaces/default/shirts";
        var version = (await OkAsync("GET", Shirts))["metadata"]!["resourceVersion"];
        foreach (var (name, color, quantity) in ((string, string, int)[])[("shirt1", "blue", 10), ("shirt2", "blue", 12), ("shirt3", "green", 2)])
        {
            await OkAsync("POST", Shirts, $$$$"""{"apiVersion":"example.com/v1","kind":"Shirt","metadata":{"name":"{{{{name}}}}"},"spec":{"color":"{{{{color}}}}","quantity":{{{{quantity}}}}}}""");
        }

        foreach (var (selector, names) in ((string, string)[])
            [("spec.color=blue", "shirt1 shirt2"), ("spec.color=blue,spec.quantity=2", ""), ("spec.color=blue,spec.quantity=10", "shirt1"), ("spec.color!=blue", "shirt3"), ("spec.quantity=2", "shirt3")])
        {
            var list = await OkAsync("GET", $"{Shirts}?fieldSelector={Uri.EscapeDataString(selector)}");
            Assert.Equal(names, string.Join(' ', list["items"]!.AsArray().Select(static item => (string?)item!["metadata"]!["name"])));
        }

        await OkAsync("PATCH", $"{Shirts}/shirt2", """{"spec":{"color":"green"}}""", MergePatch);
        await OkAsync("DELETE", $"{Shirts}?fieldSelector=spec.color%3Dblue");
        Assert.Equal(
            "ADDED shirt1, ADDED shirt2, DELETED shirt2, DELETED shirt1",
            string.Join(", ", (await WatchAsync($"{Shirts}?watch=1&resourceVersion={version}&fieldSelector=spec.color%3Dblue", 4)).Select(static item => $"{item["type"]} {item["object"]!["metadata"]!["name"]}")));
        Assert.Equal("field label not supported: spec.size", (string?)(await RefusedAsync(400, "GET", $"{Shirts}?fieldSelector=spec.size%3DM"))["message"]);

        // Schemas tell clients by which fields they may select.
        var document = await OkAsync("GET", (string)(await OkAsync("GET", "/openapi/v3"))["paths"]!["apis/example.com/v1"]!["serverRelativeURL"]!);
        Assert.Equal(
            """[{"fieldPath":"spec.color"},{"fieldPath":"spec.quantity"}]""",
            document["components"]!["schemas"]!["com.example.v1.Shirt"]!["x-kubernetes-selectable-fields"]!.ToJsonString());
    }

    private static string Labelled(string plural, string value)
        => Definition(plural, Open).Replace("\"metadata\":{", $$$"""
            "metadata":{"labels":{"e2e-list-test-uuid":"{{{value}}}"},
            """, StringComparison.Ordinal);
}
