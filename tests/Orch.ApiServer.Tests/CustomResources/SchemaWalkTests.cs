using System.Text;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>The cases of apiextensions' tables for pruning, defaulting, value validation and list types.</summary>
public sealed class SchemaWalkTests
{
    private const string Open = "\"x-kubernetes-preserve-unknown-fields\":true";
    private const string Whole = "\"x-kubernetes-embedded-resource\":true";
    private const string Meta = """{"apiVersion":"foo/v1","kind":"Foo","unspecified":"bar","metadata":{"name":"instance","unspecified":"bar"},"spec":{"unspecified":"bar"}}""";
    private const string PrunedMeta = """{"apiVersion":"foo/v1","kind":"Foo","metadata":{"name":"instance","unspecified":"bar"},"spec":{}}""";

    public static TheoryData<string, string, string> Pruned => new()
    {
        { """{"properties":{"x":{"items":{"properties":{"a":{},"c":{}}}}}}""", """[{"a":1},{"b":1},{"a":1,"b":2,"c":3}]""", """[{"a":1},{},{"a":1,"c":3}]""" },
        { """{"properties":{"x":{}}}""", """[{"a":1},{"b":1},[{"c":1}]]""", "[{},{},[{}]]" },
        { """{"properties":{"x":{"properties":{"array":{"items":{"properties":{"a":{}}}},"specified":{"properties":{"a":{}}}}}}}""", """{"array":[{"a":1},{"b":1}],"unspecified":{"a":1},"specified":{"a":1,"b":2}}""", """{"array":[{"a":1},{}],"specified":{"a":1}}""" },
        // What preserves unknown fields does so for itself alone.
        { "{\"properties\":{\"x\":{" + Open + ""","properties":{"pruning":{"properties":{"preserving":{""" + Open + """},"pruning":{}}},"preserving":{""" + Open + ""","properties":{"preserving":{""" + Open + """},"pruning":{}}}}}}}""",
            """{"unspecified":"bar","unspecifiedObject":{"unspecified":"bar"},"pruning":{"unspecified":"bar","pruning":{"unspecified":"bar"},"preserving":{"unspecified":"bar"}},"preserving":{"unspecified":"bar","pruning":{"unspecified":"bar"},"preserving":{"unspecified":"bar"}}}""",
            """{"unspecified":"bar","unspecifiedObject":{"unspecified":"bar"},"pruning":{"pruning":{},"preserving":{"unspecified":"bar"}},"preserving":{"unspecified":"bar","pruning":{},"preserving":{"unspecified":"bar"}}}""" },
        { "{\"properties\":{\"x\":{" + Open + ""","additionalProperties":{"properties":{"specified":{}}}}}}""", """{"foo":{"specified":{"unspecified":"bar"},"unspecified":"bar"}}""", """{"foo":{"specified":{}}}""" },
        { """{"properties":{"x":{"additionalProperties":{"properties":{"specified":{}}}}}}""", """{"foo":{"specified":{"unspecified":"bar"},"unspecified":"bar"}}""", """{"foo":{"specified":{}}}""" },
        { """{"properties":{"x":{"additionalProperties":{"type":"integer"}}}}""", """{"a":1,"b":2,"c":{"a":1}}""", """{"a":1,"b":2,"c":{}}""" },
        { """{"properties":{"x":{"additionalProperties":false}}}""", """{"a":1,"b":2,"c":{"a":1}}""", """{"a":1,"b":2,"c":{}}""" },
        { "{\"properties\":{\"x\":{" + Open + ""","additionalProperties":true}}}""", """{"a":1,"c":{"a":1}}""", """{"a":1,"c":{}}""" },
        // A list that preserves lets its items keep what they do not name, and prunes what they name.
        { "{\"properties\":{\"x\":{" + Open + ""","items":{"properties":{"a":{}}}}}}""", """[{"a":{"b":1},"c":{"d":1}},[{"e":1}]]""", """[{"a":{},"c":{"d":1}},[{"e":1}]]""" },
        { "{\"properties\":{\"x\":{" + Whole + ""","properties":{"spec":{}}}}}""", Meta, PrunedMeta },
        { "{\"properties\":{\"x\":{" + Whole + "," + Open + "}}}", Meta, Meta },
        { "{\"properties\":{\"x\":{" + Whole + ""","properties":{"spec":{"properties":{"embedded":{""" + Whole + ""","properties":{"spec":{}}}}}}}}}""", """{"apiVersion":"foo/v1","spec":{"unspecified":"bar","embedded":""" + Meta + "}}", """{"apiVersion":"foo/v1","spec":{"embedded":""" + PrunedMeta + "}}" },
        { "{\"properties\":{\"x\":{\"properties\":{\"spec\":{}}}}}", Meta, """{"spec":{}}""" },
    };

    public static TheoryData<string, string, string> Defaulted => new()
    {
        { """{"properties":{"a":{"default":"A"}}}""", "{}", """{"a":"A"}""" },
        { """{"properties":{"a":{"default":{},"properties":{"b":{"default":"B"}}}}}""", "{}", """{"a":{"b":"B"}}""" },
        { """{"properties":{"a":{"properties":{"b":{"default":"B"}}}}}""", "{}", "{}" },
        { """{"properties":{"a":{"default":{"c":"C"},"properties":{"b":{"default":"B"},"c":{}}}}}""", """{"a":{}}""", """{"a":{"b":"B"}}""" },
        { """{"additionalProperties":{"properties":{"b":{"default":"B"}}}}""", """{"x":{},"y":{"b":"c"},"z":1}""", """{"x":{"b":"B"},"y":{"b":"c"},"z":1}""" },
        { """{"properties":{"l":{"items":{"properties":{"b":{"default":"B"}}}}}}""", """{"l":[{},{"b":"c"},1]}""", """{"l":[{"b":"B"},{"b":"c"},1]}""" },
        { """{"properties":{"l":{"items":{"items":{"properties":{"b":{"default":"B"}}}}}}}""", """{"l":[[{}],[]]}""", """{"l":[[{"b":"B"}],[]]}""" },
        // Nulls: what may not be null counts as absent.
        { """{"properties":{"a":{"default":"A"},"b":{"nullable":true,"default":"B"},"c":{"nullable":true},"d":{}}}""", """{"a":null,"b":null,"c":null,"d":null}""", """{"a":"A","b":null,"c":null}""" },
        { """{"additionalProperties":{"default":"A"}}""", """{"x":null,"y":"z"}""", """{"x":"A","y":"z"}""" },
        { """{"additionalProperties":{"nullable":true,"default":"A"}}""", """{"x":null}""", """{"x":null}""" },
        { """{"additionalProperties":{}}""", """{"x":null}""", "{}" },
        { """{"properties":{"l":{"items":{"default":"A"}}}}""", """{"l":[null,"b"]}""", """{"l":["A","b"]}""" },
        { """{"properties":{"l":{"items":{"nullable":true,"default":"A"}}}}""", """{"l":[null]}""", """{"l":[null]}""" },
        { """{"properties":{"l":{"items":{"default":{},"properties":{"a":{"default":1}}}}}}""", """{"l":[null]}""", """{"l":[{"a":1}]}""" },
        { """{"properties":{"l":{"items":{"properties":{"a":{}}}}}}""", """{"l":[{"a":null},null]}""", """{"l":[{},null]}""" },
    };

    public static TheoryData<string, string, string> Values => new()
    {
        // Either a number or a text, with the combinations that people write beside.
        { """{"x-kubernetes-int-or-string":true}""", "null", Wrong("null", "integer,string") },
        { """{"x-kubernetes-int-or-string":true}""", "true", Wrong("boolean", "integer,string") },
        { """{"x-kubernetes-int-or-string":true}""", "1.2", Wrong("number", "integer,string") },
        { """{"x-kubernetes-int-or-string":true}""", "{}", Wrong("object", "integer,string") },
        { """{"x-kubernetes-int-or-string":true}""", "[]", Wrong("array", "integer,string") },
        { """{"x-kubernetes-int-or-string":true,"nullable":true}""", "null", "" },
        { """{"x-kubernetes-int-or-string":true,"nullable":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""", "null", "" },
        { """{"x-kubernetes-int-or-string":true,"nullable":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""", "42", "" },
        { """{"x-kubernetes-int-or-string":true,"nullable":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""", "true", "<nil>: Invalid value: \"\": \"x\" must validate at least one schema (anyOf)\n" + Wrong("boolean", "integer") + "\n" + Wrong("boolean", "integer,string") },
        { """{"x-kubernetes-int-or-string":true,"nullable":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""", "1.2", "<nil>: Invalid value: \"\": \"x\" must validate at least one schema (anyOf)\n" + Wrong("number", "integer") + "\n" + Wrong("number", "integer,string") },
        { """{"x-kubernetes-int-or-string":true,"nullable":true,"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]}]}""", "null", "" },
        { """{"x-kubernetes-int-or-string":true,"nullable":true,"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]}]}""", "true", "<nil>: Invalid value: \"\": \"x\" must validate all the schemas (allOf). None validated\n<nil>: Invalid value: \"\": \"x\" must validate at least one schema (anyOf)\n" + Wrong("boolean", "integer") + "\n" + Wrong("boolean", "integer,string") },
        // Nulls.
        { """{"type":"object","properties":{"a":{"type":"object"}}}""", """{"a":null}""", "x.a: Invalid value: \"null\": x.a in body must be of type object: \"null\"" },
        { """{"type":"object","properties":{"a":{"type":"object","nullable":true}}}""", """{"a":null}""", "" },
        { """{"type":"object","properties":{"a":{"nullable":true}}}""", """{"a":null}""", "" },
        { """{"type":"array","items":{"type":"string","nullable":true}}""", """["a",null]""", "" },
        { """{"type":"array","items":{"type":"string"}}""", """["a",null]""", "x[1]: Invalid value: \"null\": x[1] in body must be of type string: \"null\"" },
        // Patterns, fields and values.
        { """{"type":"string","pattern":"+"}""", "\"foo\"", "x: Invalid value: \"foo\": x in body should match '+, but pattern is invalid: error parsing regexp: missing argument to repetition operator: `+`'" },
        { """{"type":"object","required":["nested"],"properties":{"nested":{}}}""", "{}", "x.nested: Required value" },
        { """{"type":"object","required":["i","s"],"properties":{"i":{"type":"integer","enum":[1,2]},"s":{"type":"string","enum":["a","b"]}}}""", "{}", "x.i: Required value\nx.s: Required value" },
        { """{"type":"object","properties":{"i":{"type":"integer","enum":[1,2]},"s":{"type":"string","enum":["a","b"]}}}""", """{"i":"x","s":true}""", "x.i: Invalid value: \"string\": x.i in body must be of type integer: \"string\"\nx.i: Unsupported value: \"x\": supported values: \"1\", \"2\"\nx.s: Invalid value: \"boolean\": x.s in body must be of type string: \"boolean\"\nx.s: Unsupported value: true: supported values: \"a\", \"b\"" },
        { """{"type":"object","maxProperties":2,"x-kubernetes-preserve-unknown-fields":true}""", """{"a":true,"b":true,"c":true}""", "x: Too many: 3: must have at most 2 items" },
        { """{"type":"array","maxItems":2,"items":{"type":"string"}}""", """["a","b","c"]""", "x: Too many: 3: must have at most 2 items" },
        { """{"type":"array","minItems":2,"items":{"type":"string"}}""", """["a"]""", "x: Invalid value: 1: x in body should have at least 2 items" },
        { """{"type":"object","minProperties":2,"x-kubernetes-preserve-unknown-fields":true}""", """{"a":true}""", "x: Invalid value: 1: x in body should have at least 2 properties" },
        { """{"type":"string","maxLength":2}""", "\"abc\"", "x: Too long: may not be more than 2 bytes" },
        { """{"type":"object","additionalProperties":false}""", """{"a":1}""", "x: Invalid value: \"\": x.a in body is a forbidden property" },
        { """{"type":"object","properties":{"items":{"type":"array","items":{"type":"string"}}}}""", """{"items":["1"]}""", "" },
    };

    public static TheoryData<string, string, string> Lists => new()
    {
        { """{"x-kubernetes-list-type":"set","items":{}}""", """["a","b","a","a"]""", "x[2]: Duplicate value: \"a\"" },
        { """{"x-kubernetes-list-type":"set","items":{}}""", """[1,"1",true,"true",null,null]""", "x[5]: Duplicate value: null" },
        { """{"x-kubernetes-list-type":"set","items":{}}""", """[{"a":1,"b":2},{"b":2,"a":1},[1],[1],{}]""", "x[1]: Duplicate value: {\"a\":1,\"b\":2}\nx[3]: Duplicate value: [1]" },
        { """{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":{}}""", """[{"a":1},{"a":1,"b":2},{"a":"1"}]""", "x[1]: Duplicate value: {\"a\":1}" },
        { """{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":{}}""", """[{},{"b":1},null]""", "x[1]: Duplicate value: {}" },
        { """{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":{}}""", """[{},{"a":null}]""", "" },
        { """{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a","b"],"items":{}}""", """[{"a":1,"b":2},{"b":2,"a":1,"c":3},{"a":1},{"a":1},{"b":2}]""", "x[1]: Duplicate value: {\"a\":1,\"b\":2}\nx[3]: Duplicate value: {\"a\":1}" },
        { """{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":{}}""", """[{"a":1},"b",{"a":1}]""", "x[1]: Invalid value: \"b\": must be an object for an array of list-type map" },
        { """{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":{"properties":{"s":{"x-kubernetes-list-type":"set","items":{}}}}}""", """[{"a":1,"s":[1,1]},{"a":2,"s":[2]}]""", "x[0].s[1]: Duplicate value: 1" },
        { """{"additionalProperties":{"x-kubernetes-list-type":"set","items":{}}}""", """{"k":["a","a"]}""", "x[k][1]: Duplicate value: \"a\"" },
        { """{"x-kubernetes-list-type":"atomic","items":{}}""", """["a","a"]""", "" },
    };

    [Theory]
    [MemberData(nameof(Pruned))]
    public void Prune_KeepsWhatUpstreamKeeps(string schema, string value, string expected)
    {
        var node = SchemaValidatorTests.Compile(schema);
        var content = new JsonMap { ["x"] = SchemaValidatorTests.Read(value) };
        Assert.Equal(value != expected, Pruner.WouldPrune(content, node));
        Pruner.Prune(content, node, null);
        Assert.Equal(expected, Text(content["x"]));
        Assert.False(Pruner.WouldPrune(content, node));
    }

    [Theory]
    [MemberData(nameof(Defaulted))]
    public void Default_FillsWhatUpstreamFills(string schema, string value, string expected)
    {
        var node = SchemaValidatorTests.Compile(schema);
        var content = (JsonMap)SchemaValidatorTests.Read(value)!;
        Assert.Equal(value != expected, Defaulter.WouldChange(content, node));
        Defaulter.Apply(content, node);
        Assert.True(JsonTree.Equals(SchemaValidatorTests.Read(expected), content), Text(content));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Validate_FindsWhatUpstreamFinds(string schema, string value, string expected)
    {
        var errors = new FieldErrors();
        SchemaValidator.Validate(new JsonMap { ["x"] = SchemaValidatorTests.Read(value) }, SchemaValidatorTests.Compile("{\"type\":\"object\",\"properties\":{\"x\":" + schema + "}}"), string.Empty, errors);
        Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), Lines(errors));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void Lists_HaveTheTwinsThatUpstreamSees(string schema, string value, string expected)
    {
        var errors = new FieldErrors();
        ListTypeRules.Check(new JsonMap { ["x"] = SchemaValidatorTests.Read(value) }, SchemaValidatorTests.Compile("{\"properties\":{\"x\":" + schema + "}}"), errors);
        Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), Lines(errors));
    }

    private static IEnumerable<string> Lines(FieldErrors errors) => errors.Count == 0 ? [string.Empty] : errors.Select(static error => error.ToString()).Distinct().Order(StringComparer.Ordinal);

    private static string Wrong(string actual, string wanted) => $"x: Invalid value: \"{actual}\": x in body must be of type {wanted}: \"{actual}\"";

    private static string Text(object? value) => Encoding.UTF8.GetString(JsonTree.Write(value));
}
