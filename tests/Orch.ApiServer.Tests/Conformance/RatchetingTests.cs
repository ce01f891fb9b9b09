using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>crd_validation_ratcheting.go</c>: what was stored before a schema became stricter may stay as long as it is not touched, where old and new can be matched.</summary>
public sealed class RatchetingTests : ConformanceTests
{
    private const string Widget = "/apis/example.com/v1/namespaces/default/widgets/test-resource?fieldManager=manager&force=true";
    private const string Fields = """{"field":"foo","struct":{"field":"foo"},"list":[{"key":"first","field":"foo"}],"map":{"foo":{"field":"foo"}}}""";
    private const string Arrays = """{"setArray":["foo","bar","baz"],"atomicArray":["foo","bar","baz"]}""";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await DefineAsync(Definition("widgets", """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""", scope: "Namespaced"));
    }

    [Theory]
    [InlineData("""{"type":"string","enum":["notfoo"]}""", "map.foo.field:")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self == 'notfoo'"}]}""", "map[foo].field:")]
    public async Task UnchangedFields_ThatCanBeMatched_MayStay_ButNotChangeToWhatIsWrong(string field, string inMap)
    {
        await ApplyAsync(Fields, 201);
        await RestrictAsync(FieldsSchema(field));
        await ApplyAsync(Fields, 200, "\"labels\":{\"foo\":\"bar\"}");
        await ApplyAsync("""{"field":"foo","otherField":"x","struct":{"field":"foo","otherField":"x"},"list":[{"key":"first","field":"foo"},{"key":"second","field":"notfoo"}],"map":{"foo":{"field":"foo"}}}""", 200);
        var message = await ApplyAsync("""{"field":"bad","struct":{"field":"bad"},"list":[{"key":"first","field":"bad"}],"map":{"foo":{"field":"bad"}}}""", 422);
        foreach (var path in (string[])["field:", "struct.field:", "list[0].field:", inMap]) { Assert.Contains(path, message, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("""{"type":"string","enum":["notfoo","notbar","notbaz"]}""")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self != 'foo'"}]}""")]
    public async Task UnchangedItems_OfSetsAndAtomicLists_CannotBeMatched(string item)
    {
        await ApplyAsync(Arrays, 201);
        await RestrictAsync($$$"""{"atomicArray":{"type":"array","maxItems":9,"items":{{{Bounded(item)}}} },"setArray":{"type":"array","maxItems":9,"x-kubernetes-list-type":"set","items":{{{Bounded(item)}}} } }""");
        var message = await ApplyAsync(Arrays.Replace("\"baz\"]", "\"baz\",\"notfoo\"]", StringComparison.Ordinal), 422, "\"labels\":{\"foo\":\"bar\"}");
        Assert.Contains("atomicArray", message, StringComparison.Ordinal);
        Assert.Contains("setArray", message, StringComparison.Ordinal);
        // As a whole they are as they were, and pass.
        await ApplyAsync(Arrays, 200, "\"labels\":{\"foo\":\"bar\"}");
    }

    [Fact]
    public async Task TransitionRules_AreNotRatcheted()
    {
        await ApplyAsync("""{"field":"foo"}""", 201);
        await RestrictAsync("""{"field":{"type":"string","x-kubernetes-validations":[{"rule":"self != oldSelf"}]}}""");
        Assert.Contains("failed rule: self != oldSelf", await ApplyAsync("""{"field":"foo"}""", 422, "\"labels\":{\"foo\":\"bar\"}"), StringComparison.Ordinal);
        await ApplyAsync("""{"field":"bar"}""", 200);
    }

    [Fact]
    public async Task OptionalOldSelf_LetsARuleTellOldFromNew()
    {
        await ApplyAsync("""{"field":"foo"}""", 201);
        await RestrictAsync("""{"field":{"type":"string","x-kubernetes-validations":[{"rule":"oldSelf.orValue('') == 'foo' || self == 'new'","optionalOldSelf":true}]}}""");
        await ApplyAsync("""{"field":"other"}""", 200);
        Assert.Contains("failed rule", await ApplyAsync("""{"field":"foo"}""", 422), StringComparison.Ordinal);
        await ApplyAsync("""{"field":"new"}""", 200);
    }

    private static string Bounded(string item) => item.Replace("\"type\":\"string\"", "\"type\":\"string\",\"maxLength\":20", StringComparison.Ordinal);

    private static string FieldsSchema(string field) => """
        {"field":FIELD,"otherField":{"type":"string"},"struct":{"type":"object","properties":{"field":FIELD,"otherField":{"type":"string"}}},
         "list":{"type":"array","maxItems":9,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["key"],"items":{"type":"object","required":["key"],"properties":{"key":{"type":"string"},"field":FIELD}}},
         "map":{"type":"object","maxProperties":9,"additionalProperties":{"type":"object","properties":{"field":FIELD}}}}
        """.Replace("FIELD", Bounded(field), StringComparison.Ordinal);

    // A property that nothing fits shows when the new schema has come into force.
    private async Task RestrictAsync(string properties)
    {
        var path = $"{Definitions}/widgets.example.com";
        await UntilAsync(async () =>
        {
            var definition = await OkAsync("GET", path);
            var schema = new JsonObject { ["type"] = "object", ["properties"] = JsonNode.Parse(properties) };
            schema["properties"]!["sentinel"] = JsonNode.Parse("""{"type":"string","enum":["in force"]}""");
            definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"] = schema;
            var (code, _, text) = await SendAsync("PUT", path, definition.ToJsonString());
            Assert.True(code is 200 or 409, text);
            return code == 200;
        }, "the schema is replaced");
        await UntilAsync(async () =>
        {
            var (_, _, text) = await SendAsync("POST", "/apis/example.com/v1/namespaces/default/widgets", """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"sentinel":"x"}""");
            await SendAsync("DELETE", "/apis/example.com/v1/namespaces/default/widgets/a");
            return text.Contains("in force", StringComparison.Ordinal);
        }, "the schema is in force");
    }

    private async Task<string> ApplyAsync(string fields, int code, string metadata = "\"annotations\":{}")
    {
        var (got, _, text) = await SendAsync("PATCH", Widget, $$$"""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"test-resource",{{{metadata}}} },{{{fields[1..]}}}""", ApplyPatch);
        Assert.True(got == code, $"{got}: {text}");
        return (string?)JsonNode.Parse(text)!["message"] ?? string.Empty;
    }
}
