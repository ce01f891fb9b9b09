using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>What apiextensions' integration tests walk through, against a server.</summary>
public sealed class UpstreamFlowTests : HttpServerTests
{
    private const string Merge = "application/merge-patch+json";

    [Fact]
    public async Task Ratcheting_WhatWasWrongAndStays_MayStay_AndARuleTellsOfIt()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"integer"},"l":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer"}}}}}}"""));
        await Send("POST", Crds.Path(), Crds.Widget("a", """{"a":"long","b":0,"c":1,"l":[{"k":"x","v":0},{"k":"y","v":1}]}"""), 201);
        await Redefine("""
            {"type":"object","properties":{"a":{"type":"string","maxLength":2},"b":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0","message":"b is positive"}]},"c":{"type":"integer"},
              "l":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer","minimum":1,"x-kubernetes-validations":[{"rule":"self < 10 / self","message":"v is small"}]}}}}}}
            """);

        // Unchanged parts may be wrong; of rules that is told. One that cannot be evaluated is a fault all the same.
        var (code, body, answer) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"c":2}}""", Merge);
        Assert.Equal("Widget.example.com \"a\" is invalid: spec.l[0].v: Invalid value: \"integer\": division by zero evaluating rule: v is small", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);

        await Redefine("""{"type":"object","properties":{"a":{"type":"string","maxLength":2},"b":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0","message":"b is positive"}]},"c":{"type":"integer"},"l":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer","minimum":1}}}}}}""");
        (code, body, answer) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"c":2}}""", Merge);
        Assert.True(code == HttpStatusCode.OK, body.ToJsonString());
        Assert.Equal(["299 - \"spec.b: Invalid value: 0: b is positive\""], answer.Headers.GetValues("Warning"));

        // What changes must be right, and so must all items of a list without keys that has changed, even those in their old places.
        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"a":"longer","l":[{"k":"y","v":1},{"k":"x","v":0}]}}""", Merge);
        Assert.Equal("Widget.example.com \"a\" is invalid: [spec.a: Too long: may not be more than 2 bytes, spec.l[1].v: Invalid value: 0: spec.l[1].v in body should be greater than or equal to 1, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"l":[{"k":"x","v":0},{"k":"z","v":2},{"k":"w","v":3}]}}""", Merge);
        Assert.Equal("Widget.example.com \"a\" is invalid: spec.l[0].v: Invalid value: 0: spec.l[0].v in body should be greater than or equal to 1", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Ratcheting_OfAWholeObjectsRules_DoesNotHappen()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"a":{"type":"integer"}}}"""));
        await Send("POST", Crds.Path(), Crds.Widget("a", """{"a":0}"""), 201);
        await Redefine("""{"type":"object","properties":{"a":{"type":"integer"}}}""", """[{"rule":"self.spec.a > 0","fieldPath":".spec.a"}]""");
        var (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"metadata":{"labels":{"x":"y"}}}""", Merge);
        Assert.Equal("Widget.example.com \"a\" is invalid: spec.a: Invalid value: failed rule: self.spec.a > 0", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task EmbeddedResources_SayWhatTheyAre()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"e":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},"l":{"type":"array","items":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}},"m":{"type":"object","additionalProperties":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}}"""));
        await Refused("""{"e":{}}""", "[spec.e.apiVersion: Required value, spec.e.kind: Required value]");
        await Refused("""{"e":{"apiVersion":"","kind":"%"}}""", "[spec.e.apiVersion: Invalid value: \"\": must not be empty, spec.e.kind: Invalid value: \"%\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')]");
        await Refused("""{"e":{"apiVersion":"a/b/c","kind":"Pod"}}""", "spec.e.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c");
        await Refused("""{"e":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"..","namespace":"No","finalizers":["f"]}}}""", "[spec.e.metadata.name: Invalid value: \"..\": may not be '..', spec.e.metadata.namespace: Invalid value: \"No\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'), spec.e.metadata.finalizers[0]: Invalid value: \"f\": name is neither a standard finalizer name nor is it fully qualified]");
        await Refused("""{"l":[{"apiVersion":"v1","kind":"Pod"},{"kind":"Pod"}],"m":{"x":{"apiVersion":"v1"}}}""", "[spec.l[1].apiVersion: Required value, spec.m[x].kind: Required value]");
        await Send("POST", Crds.Path(), Crds.Widget("ok", """{"e":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"labels":{"a":"b"}},"spec":{"any":1}}}"""), 201);
    }

    [Fact]
    public async Task Names_ThatASchemaRestricts_AreKeptByObjectsThatHaveThem()
    {
        await _http.DefineAsync(Crds.Widgets());
        await Send("POST", Crds.Path(), Crds.Widget("b"), 201);
        await Redefine("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}""", properties: """{"metadata":{"type":"object","properties":{"name":{"type":"string","pattern":"^a"}}}}""");
        var (_, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("c"));
        Assert.Equal("Widget.example.com \"c\" is invalid: metadata.name: Invalid value: \"c\": metadata.name in body should match '^a'", body.Message());
        await Send("PATCH", Crds.Path("b"), """{"spec":{"x":1}}""", 200, Merge);
        await Send("POST", Crds.Path(), Crds.Widget("ab"), 201);
    }

    [Fact]
    public async Task Status_IsCheckedApartFromTheRest()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"replicas":{"type":"integer"},"e":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}""", """{"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}}}"""));
        await Send("POST", Crds.Path(), Crds.Widget("a", """{"replicas":1}"""), 201);
        var (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a/status"), """{"status":{"replicas":-1}}""", Merge);
        Assert.Equal("Widget.example.com \"a\" is invalid: .status.replicas: Invalid value: -1: should be a non-negative integer", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        (_, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"replicas":3000000000}}""", Merge);
        Assert.Equal("Widget.example.com \"a\" is invalid: .spec.replicas: Invalid value: 3000000000: should be less than or equal to 2147483647", body.Message());
        await Send("PATCH", Crds.Path("a/status"), """{"status":{"replicas":2,"selector":"a=b"}}""", 200, Merge);
    }

    [Fact]
    public async Task ListsOfSetsAndMaps_HaveNoTwins_ButMayKeepThem()
    {
        const string Lists = """{"type":"object","properties":{"s":{"type":"array","SET":"set","items":{"type":"string"}},"m":{"type":"array","SET":"map","x-kubernetes-list-map-keys":["a","b"],"items":{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"integer","default":1},"c":{"type":"string"}}}},"x":{"type":"integer"}}}""";
        await _http.DefineAsync(Crds.Widgets(Lists.Replace("\"SET\":\"set\",", string.Empty, StringComparison.Ordinal).Replace("\"SET\":\"map\",\"x-kubernetes-list-map-keys\":[\"a\",\"b\"],", string.Empty, StringComparison.Ordinal)));
        await Send("POST", Crds.Path(), Crds.Widget("old", """{"s":["a","a"]}"""), 201);
        await Redefine(Lists.Replace("SET", "x-kubernetes-list-type", StringComparison.Ordinal));
        await Refused("""{"s":["a","b","a","a"],"m":[{"a":"x"},{"a":"x","b":2},{"a":"x","b":1,"c":"d"}]}""", "[spec.s[2]: Duplicate value: \"a\", spec.m[2]: Duplicate value: {\"a\":\"x\",\"b\":1}]");
        await Send("PATCH", Crds.Path("old"), """{"spec":{"x":1}}""", 200, Merge);
        await Send("PATCH", Crds.Path("old"), """{"spec":{"s":["a"]}}""", 200, Merge);
        var (_, body, _) = await _http.SendAsync("PATCH", Crds.Path("old"), """{"spec":{"s":["b","b"]}}""", Merge);
        Assert.Equal("Widget.example.com \"old\" is invalid: spec.s[1]: Duplicate value: \"b\"", body.Message());
    }

    [Fact]
    public async Task Defaults_AndNulls_AreAsUpstreamHasThem()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"a":{"type":"string","default":"A"},"n":{"type":"string","nullable":true,"default":"N"},"o":{"type":"object","properties":{"p":{"type":"string","default":"P"}}},"d":{"type":"object","default":{},"properties":{"p":{"type":"string","default":"P"}}},"q":{"type":"string","nullable":false}}}"""));
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"a":null,"n":null,"q":null}"""));
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal("""{"a":"A","d":{"p":"P"},"n":null}""", body["spec"]!.ToJsonString());
        (_, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"o":{}}}""", Merge);
        Assert.Equal("""{"a":"A","d":{"p":"P"},"n":null,"o":{"p":"P"}}""", body["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task Names_OfTwoDefinitionsThatShareShortNames_AreToldAllAtOnce()
    {
        var first = Crds.Widgets();
        first["spec"]!["names"]!["shortNames"] = new JsonArray("wd", "wg");
        await _http.DefineAsync(first);
        var second = Crds.Widgets();
        second["metadata"]!["name"] = "gadgets.example.com";
        second["spec"]!["names"] = JsonNode.Parse("""{"plural":"gadgets","kind":"Gadget","listKind":"GadgetList","shortNames":["wg","gg","wd"]}""");
        await Send("POST", Crds.Definitions, second.ToJsonString(), 201);
        var seen = await _http.WatchAsync($"{Crds.Definitions}?watch=1&fieldSelector=metadata.name=gadgets.example.com", static item => Crds.Condition(item, "NamesAccepted") is not null);
        var condition = seen["status"]!["conditions"]!.AsArray().Single(static item => (string)item!["type"]! == "NamesAccepted")!;
        Assert.Equal(("False", "ShortNamesConflict", "[\"wg\" is already in use, \"wd\" is already in use]"), ((string)condition["status"]!, (string)condition["reason"]!, (string)condition["message"]!));
        Assert.Equal("gadgets", (string)seen["status"]!["acceptedNames"]!["plural"]!);
        Assert.Null(seen["status"]!["acceptedNames"]!["shortNames"]);
    }

    private async Task Refused(string spec, string faults)
    {
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", spec));
        Assert.Equal($"Widget.example.com \"a\" is invalid: {faults}", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    private async Task Send(string method, string path, string body, int code, string type = "application/json")
    {
        var (found, answer, _) = await _http.SendAsync(method, path, body, type);
        Assert.True((int)found == code, answer.ToJsonString());
    }

    // A new schema counts from when the server has taken notice, which it says by a field that only the new one knows.
    private async Task Redefine(string spec, string? rules = null, string? properties = null)
    {
        var mark = $"mark{Guid.NewGuid():N}";
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties is null ? new JsonObject() : JsonNode.Parse(properties) };
        schema["properties"]!["spec"] = JsonNode.Parse(spec);
        schema["properties"]![mark] = new JsonObject { ["type"] = "string", ["default"] = "x" };
        if (rules is not null) { schema["x-kubernetes-validations"] = JsonNode.Parse(rules); }
        var patch = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec/versions/0/schema/openAPIV3Schema", ["value"] = schema });
        await Send("PATCH", $"{Crds.Definitions}/widgets.example.com", patch.ToJsonString(), 200, "application/json-patch+json");
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var (_, list, _) = await _http.SendAsync("GET", Crds.Path());
            if (list["items"]![0]![mark] is not null) { return; }
            await Task.Yield();
        }

        Assert.Fail("the new schema is not served");
    }
}
