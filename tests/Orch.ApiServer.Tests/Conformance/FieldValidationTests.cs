namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>field_validation.go</c>.</summary>
public sealed class FieldValidationTests : ConformanceTests
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Strict = "?fieldManager=field_validation_mgr&fieldValidation=Strict";
    private const string Ports = """
        "foo":{"type":"string"},"cronSpec":{"type":"string","pattern":"^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$"},
        "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["containerPort","protocol"],"items":{"type":"object","required":["containerPort","protocol"],
          "properties":{"containerPort":{"type":"integer","format":"int32"},"name":{"type":"string"},"protocol":{"type":"string"}}}}
        """;

    private const string Body = "  foo: foo1\n  cronSpec: \"* * * * */5\"\n  ports:\n  - name: x\n    containerPort: 80\n    protocol: TCP\n";

    [Theory]
    [InlineData("", "\"unknownField\":\"foo\",\"replicas\":2,\"replicas\":3,", "unknown field \"spec.unknownField\", duplicate field \"spec.replicas\"")]
    [InlineData("\"unknownMeta\":\"foo\",", "", "unknown field \"metadata.unknownMeta\"")]
    public async Task BuiltInKind_WithOddFields_IsRefused(string metadata, string spec, string faults)
    {
        var status = await RefusedAsync(400, "POST", Deployments + Strict, $$$$$$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{{{{{{{metadata}}}}}}"name":"my-dep"},"spec":{{{{{{{spec}}}}}}"selector":{"matchLabels":{"app":"a"}},
             "template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"a"}]}}}}
            """);
        Assert.Equal($"Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: {faults}", (string?)status["message"]);
    }

    [Fact]
    public async Task CustomKind_WithASchema_TakesWhatFits_AndRefusesMore()
    {
        await DefineAsync(Definition("widgets", $$$$$$"""{"type":"object","properties":{"spec":{"type":"object","properties":{{{{{{{Ports}}}}}}}}}}"""));
        var status = await RefusedAsync(500, "PATCH", Widget("a"), Applied("a", "unknownField: unknown\n"), ApplyPatch);
        Assert.Equal("failed to create typed patch object (/a; example.com/v1, Kind=Widget): .unknownField: field not declared in schema", (string?)status["message"]);
        Assert.Equal("foo1", (string?)(await OkAsync("PATCH", Widget("a"), Applied("a"), ApplyPatch))["spec"]!["foo"]);
    }

    [Fact]
    public async Task CustomKind_WithoutASchema_TakesAnything()
    {
        await DefineAsync(Definition("widgets", """{"type":"object","x-kubernetes-preserve-unknown-fields":true}"""));
        Assert.Equal("uk1", (string?)(await OkAsync("PATCH", Widget("a"), Applied("a", more: "  unknown: uk1\n"), ApplyPatch))["spec"]!["unknown"]);
    }

    [Fact]
    public async Task CustomKind_ThatKeepsUnknownFields_RefusesOddMetadata_AndRepetitions()
    {
        await DefineAsync(Definition("widgets", $$$$$$$$"""
            {"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{{{{{{{{{Ports}}}}}}}},
              "template":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"metadata":{"type":"object","properties":{"name":{"type":"string"}}},"spec":{"type":"object"}}}}}}}
            """));
        const string Template = "  template:\n    apiVersion: foo/v1\n    kind: Sub\n    metadata:\n      unknownSubMeta: unknown\n      name: sub\n";
        var status = await RefusedAsync(500, "PATCH", Widget("a"), Applied("a", more: Template), ApplyPatch);
        Assert.EndsWith(": .spec.template.metadata.unknownSubMeta: field not declared in schema", (string?)status["message"], StringComparison.Ordinal);
        status = await RefusedAsync(500, "PATCH", Widget("a"), Applied("a", more: Template).Replace("  name: a\n", "  name: a\n  unknownMeta: unknown\n", StringComparison.Ordinal), ApplyPatch);
        Assert.EndsWith(": errors:\n  .metadata.unknownMeta: field not declared in schema\n  .spec.template.metadata.unknownSubMeta: field not declared in schema", (string?)status["message"], StringComparison.Ordinal);

        status = await RefusedAsync(400, "PATCH", Widget("a"), Applied("a").Replace("  foo: foo1\n", "  unknown: uk1\n  foo: foo1\n  foo: foo2\n", StringComparison.Ordinal), ApplyPatch);
        Assert.Equal("error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 10: key \"foo\" already set in map", (string?)status["message"]);
    }

    private static string Widget(string name) => $"/apis/example.com/v1/widgets/{name}{Strict}";

    private static string Applied(string name, string root = "", string more = "")
        => $"apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: {name}\n  finalizers:\n  - test-finalizer\n{root}spec:\n{more}{Body}";
}
