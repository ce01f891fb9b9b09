using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class DefinitionTests : HttpServerTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { "metadata.name", "\"gadgets.example.com\"", "metadata.name: Invalid value: \"gadgets.example.com\": must be spec.names.plural+\".\"+spec.group" },
        { "spec.group", "\"example\"", "spec.group: Invalid value: \"example\": should be a domain with at least one dot" },
        { "spec.scope", "\"World\"", "spec.scope: Unsupported value: \"World\": supported values: \"Cluster\", \"Namespaced\"" },
        { "spec.names.kind", "\"Wid_get\"", "spec.names.kind: Invalid value: \"Wid_get\": may have mixed case, but should otherwise match: a DNS-1035 label" },
        { "spec.names.listKind", "\"Widget\"", "spec.names.listKind: Invalid value: \"Widget\": kind and listKind may not be the same" },
        { "spec.names.shortNames", "[\"W\"]", "spec.names.shortNames[0]: Invalid value: \"W\": a DNS-1035 label" },
        { "spec.preserveUnknownFields", "true", "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead" },
        { "spec.versions.0.storage", "false", "must have exactly one version marked as storage version" },
        { "spec.versions.0.schema", "null", "spec.versions[0].schema.openAPIV3Schema: Required value" },
        { "spec.versions.0.deprecationWarning", "\"x\"", "spec.versions[0].deprecationWarning: Invalid value: \"x\": can only be set for deprecated versions" },
        { "spec.versions.0.schema.openAPIV3Schema.type", "null", "spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root" },
        { "spec.versions.0.schema.openAPIV3Schema.nullable", "true", "spec.validation.openAPIV3Schema.nullable: Forbidden: nullable cannot be true at the root" },
        { Spec, """{"properties":{"a":{"type":"string"}}}""", "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields" },
        { Spec, """{"type":"array"}""", "spec.validation.openAPIV3Schema.properties[spec].items: Required value: must be specified" },
        { Spec, """{"type":"object","properties":{"a":{"type":"string"}},"anyOf":[{"properties":{"b":{"minLength":1}}}]}""", "spec.validation.openAPIV3Schema.properties[spec].properties[b]: Required value: because it is defined in spec.validation.openAPIV3Schema.properties[spec].anyOf[0].properties[b]" },
        { Spec, """{"type":"object","anyOf":[{"type":"object"}]}""", "spec.validation.openAPIV3Schema.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural" },
        { Spec, """{"type":"string","pattern":"(?=a)"}""", "spec.validation.openAPIV3Schema.properties[spec].pattern: Invalid value: \"(?=a)\": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: `(?=`" },
        { Spec, """{"type":"strange"}""", "spec.validation.openAPIV3Schema.properties[spec].type: Unsupported value: \"strange\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"" },
        { Spec, """{"type":"array","uniqueItems":true,"items":{"type":"string"}}""", "spec.validation.openAPIV3Schema.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic" },
        { Spec, """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}""", "spec.validation.openAPIV3Schema.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive" },
        { Spec, """{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","properties":{"k":{"type":"string"}}}}""", "spec.validation.openAPIV3Schema.properties[spec].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property" },
        { Spec, """{"type":"object","properties":{"a":{"type":"string","default":1}}}""", "spec.validation.openAPIV3Schema.properties[spec].properties[a].default: Invalid value: \"integer\":" },
        { Spec, """{"type":"object","properties":{"a":{"type":"object","default":{"b":1}}}}""", "spec.validation.openAPIV3Schema.properties[spec].properties[a].default: Invalid value: {\"b\":1}: must not have unknown fields" },
        { "spec.versions.0.additionalPrinterColumns", """[{"name":"A","type":"text","jsonPath":"spec.a"}]""", "[spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of boolean,date,integer,number,string, spec.additionalPrinterColumns[0].JSONPath: Invalid value: \"spec.a\": must be a simple json path starting with .]" },
        { "spec.versions.0.subresources", """{"scale":{"specReplicasPath":".a","statusReplicasPath":".status.r"}}""", "spec.subresources.scale.specReplicasPath: Invalid value: \".a\": should be a json path under .spec" },
        { "spec.versions.0.selectableFields", """[{"jsonPath":".spec.none"}]""", "spec.selectableFields[0].jsonPath: Invalid value: \".spec.none\": is an invalid path: does not refer to a valid field" },
        { "spec.conversion", """{"strategy":"Webhook"}""", "[spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook, spec.conversion.conversionReviewVersions: Required value]" },
    };

    private const string Spec = "spec.versions.0.schema.openAPIV3Schema.properties.spec";

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Create_Wrong_IsRefusedInUpstreamsWords(string path, string value, string message)
    {
        var definition = Crds.Widgets("""{"type":"object","properties":{"a":{"type":"string"}}}""");
        Set(definition, path.Split('.'), value);
        var (code, body, _) = await _http.SendAsync("POST", Crds.Definitions, definition.ToJsonString());
        Assert.Contains(message, body.Message(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Names_ThatAnotherHolds_AreNotAccepted_UntilItLetsThemGo()
    {
        await _http.DefineAsync(Crds.Widgets());
        var other = Crds.Widgets();
        other["metadata"]!["name"] = "gadgets.example.com";
        other["spec"]!["names"] = JsonNode.Parse("""{"plural":"gadgets","kind":"Widget","listKind":"GadgetList"}""");
        await _http.SendAsync("POST", Crds.Definitions, other.ToJsonString());
        var seen = await _http.WatchAsync($"{Crds.Definitions}?watch=1&fieldSelector=metadata.name=gadgets.example.com", static item => Crds.Condition(item, "NamesAccepted") == "False").Within("the conflict to be told");
        Assert.Equal("False", Crds.Condition(seen, "Established"));
        var condition = seen["status"]!["conditions"]!.AsArray().Single(item => (string)item!["type"]! == "NamesAccepted")!;
        Assert.Equal(("KindConflict", "\"Widget\" is already in use"), ((string)condition["reason"]!, (string)condition["message"]!));
        Assert.Equal(404, (int)(await _http.SendAsync("GET", "/apis/example.com/v1/gadgets")).Code);

        await _http.SendAsync("DELETE", $"{Crds.Definitions}/widgets.example.com");
        await _http.EstablishedAsync("gadgets.example.com");
        Assert.Equal(200, (int)(await _http.SendAsync("GET", "/apis/example.com/v1/gadgets")).Code);
    }

    [Fact]
    public async Task Update_MayNotChangeWhatIsStored()
    {
        await _http.DefineAsync(Crds.Widgets());
        var (_, body, _) = await _http.SendAsync("PATCH", $"{Crds.Definitions}/widgets.example.com", """{"spec":{"scope":"Cluster","names":{"kind":"Gadget"}}}""", "application/merge-patch+json");
        Assert.Contains("spec.scope: Invalid value: \"Cluster\": field is immutable", body.Message(), StringComparison.Ordinal);
        Assert.Contains("spec.names.kind: Invalid value: \"Gadget\": field is immutable", body.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewSchema_AppliesToWhatIsStored_AndEndsWatches()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}"""));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"a":"x","b":"y"}"""));
        using var answer = await _http.GetAsync(Crds.Path() + "?watch=1", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();

        var schema = """{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string"},"c":{"type":"integer","default":3}}}}}}}]}}""";
        var (code, _, _) = await _http.SendAsync("PATCH", $"{Crds.Definitions}/widgets.example.com", schema, "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Null(await reader.ReadLineAsync().Within("the watch to end"));
        var (_, body, _) = await _http.SendAsync("GET", Crds.Path("a"));
        Assert.Equal("""{"a":"x","c":3}""", body["spec"]!.ToJsonString());
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path());
        Assert.Equal("""{"a":"x","c":3}""", list["items"]![0]!["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task Delete_WithHeldObjects_WaitsForThem_AndTakesNoNewOnes()
    {
        await _http.DefineAsync(Crds.Widgets());
        await _http.SendAsync("POST", Crds.Path(), """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","finalizers":["example.com/hold"]}}""");
        var (_, gone) = await _http.UndefineAsync();
        await _http.WatchAsync(Crds.Path() + "?watch=1", static item => item["metadata"]!["deletionTimestamp"] is not null).Within("the object to be marked");
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("b"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, code);
        Assert.Equal("create not allowed while custom resource definition is terminating", body.Message());

        await _http.SendAsync("PATCH", Crds.Path("a"), """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await gone;
    }

    [Fact]
    public async Task Discovery_AndSchemas_ShowItAtOnce_AndNoLonger()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","description":"What is wanted.","properties":{"a":{"type":"string"}}}""", """{"subresources":{"status":{}}}"""));
        var (_, list, _) = await _http.SendAsync("GET", "/apis/example.com/v1");
        Assert.Equal(["widgets", "widgets/status"], list["resources"]!.AsArray().Select(static item => (string)item!["name"]!));
        Assert.Equal("wd", (string)list["resources"]![0]!["shortNames"]![0]!);
        var (_, index, _) = await _http.SendAsync("GET", "/openapi/v3");
        var url = (string)index["paths"]!["apis/example.com/v1"]!["serverRelativeURL"]!;
        var (_, document, _) = await _http.SendAsync("GET", url);
        var schema = document["components"]!["schemas"]!["com.example.v1.Widget"]!;
        Assert.Equal("What is wanted.", (string)schema["properties"]!["spec"]!["description"]!);
        Assert.Equal("Widget", (string)schema["x-kubernetes-group-version-kind"]![0]!["kind"]!);
        Assert.NotNull(document["components"]!["schemas"]!["com.example.v1.WidgetList"]);
        var (_, v2, _) = await _http.SendAsync("GET", "/openapi/v2");
        Assert.NotNull(v2["definitions"]!["com.example.v1.Widget"]);
        Assert.NotNull(v2["paths"]!["/apis/example.com/v1/namespaces/{namespace}/widgets/{name}/status"]);

        var (_, gone) = await _http.UndefineAsync();
        await gone;
        (_, index, _) = await _http.SendAsync("GET", "/openapi/v3");
        Assert.Null(index["paths"]!["apis/example.com/v1"]);
        Assert.Equal(404, (int)(await _http.SendAsync("GET", "/apis/example.com/v1")).Code);
    }

    private static void Set(JsonNode node, string[] path, string value)
    {
        for (var index = 0; index < path.Length - 1; index++) { node = path[index] == "0" ? node[0]! : node[path[index]] ??= new JsonObject(); }
        node[path[^1]] = JsonNode.Parse(value);
    }
}
