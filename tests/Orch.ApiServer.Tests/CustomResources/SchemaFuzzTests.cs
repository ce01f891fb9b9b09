using System.Diagnostics;
using CsCheck;
using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>Whatever clients send as schemas and objects, the engines answer, soon, and keep their word.</summary>
public sealed class SchemaFuzzTests
{
    private static readonly string[] Words = ["a", "b", "name", "metadata", "kind", "x-y", "spec", "0", ""];
    private static readonly string[] Keywords =
    [
        "type", "properties", "items", "additionalProperties", "default", "enum", "required", "nullable", "minimum", "maxLength", "pattern", "format", "allOf", "anyOf", "oneOf", "not", "uniqueItems",
        "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
        "x-kubernetes-validations", "maxItems", "multipleOf", "minProperties", "exclusiveMinimum", "$ref",
    ];

    [Fact]
    public void Engines_OnAnySchemaAndValue_AnswerAndAgree()
        => Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                var source = RandomSchema(random, 0);
                var errors = new FieldErrors();
                // Wrong schemas are refused, never a fault of the server's.
                DefinitionSchemaRules.Validate(source, FieldPath.Of("schema"), random.Next(2) == 0, SchemaStrictness.All, knowsCosts: false, errors);
                _ = errors.ToString();
                var schema = SchemaCompiler.Compile(source);
                var value = RandomMap(random, 0);

                Pruner.Prune(value, schema, []);
                Assert.False(Pruner.WouldPrune(value, schema));
                Defaulter.Apply(value, schema);
                Assert.False(Defaulter.WouldChange(value, schema) && !HasNestedDefault(schema));
                var found = new FieldErrors();
                SchemaValidator.Validate(value, schema, string.Empty, found);
                ListTypeRules.Check(value, schema, found);
                _ = found.ToString();
                // What has not changed is let be, where the schema names all of it; nothing else is found than in a new object.
                var (whole, unchanged) = (new FieldErrors(), new FieldErrors());
                SchemaValidator.Validate(value, schema, "x", whole);
                SchemaValidator.ValidateUpdate(value, JsonTree.Copy(value), schema, "x", unchanged);
                Assert.Subset(whole.Select(static fault => fault.ToString()).ToHashSet(), unchanged.Select(static fault => fault.ToString()).ToHashSet());
                if (new Correlation().IsSame(value, JsonTree.Copy(value), schema)) { Assert.Empty(unchanged); }
                if (errors.Count == 0 && RuleNode.Compile(schema, isResource: true) is { } rules) { new RuleRun(found).Validate(rules, value, null); }
                return true;
            },
            iter: 3_000);

    [Fact]
    public void Paths_OfAnyText_AreReadOrRefused()
        => Gen.String[Gen.Char[" .[]'\"\\$@?()=<>!*:0a-"], 0, 40].Sample(
            text =>
            {
                var root = (JsonMap)SchemaValidatorTests.Read("""{"a":[{"a":1},{"a":"x"}],"0":{"a":null}}""")!;
                try { JsonPath.Parse(text).Find(root); }
                catch (FormatException) { /* that is its answer */ }
                FieldRoute.Parse(text).TryGet(root, out _);
                return true;
            },
            iter: 5_000);

    [Fact]
    public void Patterns_OfAnyText_AreReadOrRefused_AndMatchInTime()
        => Gen.String[Gen.Char["ab()[]{}*+?|^$\\.dwsQEpPx0:-,1?<>iP"], 0, 30].Sample(
            text =>
            {
                var pattern = new GoPattern(text);
                if (pattern.Fault is null) { pattern.IsMatch(new string('a', 200)); }
                return true;
            },
            iter: 3_000);

    [Fact]
    public void Validation_OfALargeObject_TakesLinearTime()
    {
        var schema = SchemaValidatorTests.Compile("""{"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","required":["k"],"properties":{"k":{"type":"string","pattern":"^(a+)+$|^k"},"v":{"type":"integer","minimum":0}}}}}}""");
        var list = new JsonList(Enumerable.Range(0, 50_000).Select(static index => (object?)new JsonMap { ["k"] = $"k{index}", ["v"] = new JsonNumber("1") }));
        var value = new JsonMap { ["l"] = list };
        var watch = Stopwatch.StartNew();
        var errors = new FieldErrors();
        SchemaValidator.ValidateUpdate(value, value, schema, string.Empty, errors);
        ListTypeRules.Check(value, schema, errors);
        Assert.Empty(errors);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"it took {watch.Elapsed}");
    }

    // A default that itself lacks the defaults of what it holds is completed only where it is read.
    private static bool HasNestedDefault(SchemaNode schema) => schema.HasDefaultsWithin;

    private static JsonMap RandomSchema(Random random, int depth)
    {
        var schema = new JsonMap();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var keyword = Keywords[random.Next(Keywords.Length)];
            schema[keyword] = keyword switch
            {
                "type" => random.Next(8) switch { 0 => "object", 1 => "array", 2 => "string", 3 => "integer", 4 => "number", 5 => "boolean", 6 => "null", _ => "object" },
                "properties" => Properties(random, depth),
                "items" or "additionalProperties" or "not" when depth < 4 && random.Next(8) > 0 => RandomSchema(random, depth + 1),
                "allOf" or "anyOf" or "oneOf" when depth < 4 => new JsonList(Enumerable.Range(0, random.Next(3)).Select(_ => (object?)RandomSchema(random, depth + 1))),
                "required" or "x-kubernetes-list-map-keys" => new JsonList(Enumerable.Range(0, random.Next(3)).Select(_ => (object?)Words[random.Next(Words.Length)])),
                "enum" => new JsonList(Enumerable.Range(0, random.Next(3)).Select(_ => RandomValue(random, 3))),
                "x-kubernetes-list-type" => random.Next(3) switch { 0 => "set", 1 => "map", _ => "atomic" },
                "x-kubernetes-map-type" => random.Next(2) == 0 ? "atomic" : "granular",
                "x-kubernetes-validations" => new JsonList { new JsonMap { ["rule"] = random.Next(3) switch { 0 => "self == self", 1 => "has(self.a) && self.a == oldSelf.a", _ => "self >" } } },
                "pattern" => random.Next(2) == 0 ? "^a+$" : "(",
                "format" => random.Next(2) == 0 ? "date-time" : "ipv4",
                "default" => RandomValue(random, 2),
                "nullable" or "uniqueItems" or "exclusiveMinimum" => random.Next(2) == 0,
                _ when keyword.StartsWith("x-", StringComparison.Ordinal) => random.Next(3) > 0,
                _ => RandomValue(random, 3),
            };
        }

        if (depth == 0) { schema["type"] = "object"; }
        return schema;
    }

    private static JsonMap Properties(Random random, int depth)
    {
        var properties = new JsonMap();
        if (depth > 4) { return properties; }
        for (var count = random.Next(4); count > 0; count--) { properties[Words[random.Next(Words.Length)]] = RandomSchema(random, depth + 1); }
        return properties;
    }

    private static JsonMap RandomMap(Random random, int depth)
    {
        var map = new JsonMap();
        for (var count = random.Next(5); count > 0; count--) { map[Words[random.Next(Words.Length)]] = RandomValue(random, depth + 1); }
        return map;
    }

    private static object? RandomValue(Random random, int depth) => random.Next(depth > 4 ? 6 : 9) switch
    {
        0 => null,
        1 => true,
        2 => "aa",
        3 => new JsonNumber("1"),
        4 => new JsonNumber("-1.5e3"),
        5 => new JsonNumber("1e999"),
        6 => new JsonList(Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth + 1))),
        _ => RandomMap(random, depth),
    };
}
