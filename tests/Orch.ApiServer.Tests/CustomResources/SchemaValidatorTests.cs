using System.Text;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class SchemaValidatorTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { """{"type":"string"}""", "1", "x: Invalid value: \"integer\": x in body must be of type string: \"integer\"" },
        { """{"type":"string"}""", "null", "x: Invalid value: \"null\": x in body must be of type string: \"null\"" },
        { """{"type":"string","nullable":true}""", "null", "" },
        { """{"type":"integer"}""", "1.5", "x: Invalid value: \"number\": x in body must be of type integer: \"number\"" },
        { """{"type":"integer"}""", "1.0", "" },
        { """{"type":"number"}""", "1", "" },
        { """{"type":"integer","format":"int32"}""", "2147483648", "<nil>: Invalid value: \"\": Checked value must be of type integer with format int32" },
        { """{"type":"array","items":{"type":"string"}}""", "[\"a\",1]", "x[1]: Invalid value: \"integer\": x[1] in body must be of type string: \"integer\"" },
        { """{"type":"array","maxItems":1}""", "[1,2]", "x: Too many: 2: must have at most 1 item" },
        { """{"type":"array","minItems":1}""", "[]", "x: Invalid value: 0: x in body should have at least 1 items" },
        { """{"type":"array","uniqueItems":true}""", "[1,1.0]", "x: Invalid value: [1,1.0]: x in body shouldn't contain duplicates" },
        { """{"type":"string","maxLength":1}""", "\"ab\"", "x: Too long: may not be more than 1 byte" },
        { """{"type":"string","minLength":3}""", "\"ab\"", "x: Invalid value: \"ab\": x in body should be at least 3 chars long" },
        { """{"type":"string","maxLength":1}""", "\"\uD83D\uDE00\"", "" },
        { """{"type":"string","pattern":"^[a-z]+$"}""", "\"A\"", "x: Invalid value: \"A\": x in body should match '^[a-z]+$'" },
        { """{"type":"string","pattern":"^a$"}""", "\"a\\n\"", "x: Invalid value: \"a\\n\": x in body should match '^a$'" },
        { """{"type":"string","format":"date-time"}""", "\"now\"", "x: Invalid value: \"now\": x in body must be of type date-time: \"now\"" },
        { """{"type":"string","format":"unheard-of"}""", "\"now\"", "" },
        { """{"type":"number","minimum":1,"exclusiveMinimum":true}""", "1", "x: Invalid value: 1: x in body should be greater than 1" },
        { """{"type":"number","maximum":1,"exclusiveMaximum":true}""", "1", "x: Invalid value: 1: x in body should be less than 1" },
        { """{"type":"integer","multipleOf":3}""", "4", "x: Invalid value: 4: x in body should be a multiple of 3" },
        { """{"type":"object","maxProperties":1,"additionalProperties":{"type":"string"}}""", "{\"a\":\"\",\"b\":1}", "[x: Too many: 2: must have at most 1 item, x.b: Invalid value: \"integer\": x.b in body must be of type string: \"integer\"]" },
        { """{"type":"object","minProperties":1}""", "{}", "x: Invalid value: 0: x in body should have at least 1 properties" },
        { """{"type":"object","required":["a"]}""", "{}", "x.a: Required value" },
        { """{"type":"integer","enum":[1,2]}""", "3", "x: Unsupported value: 3: supported values: \"1\", \"2\"" },
        { """{"x-kubernetes-int-or-string":true}""", "{}", "x: Invalid value: \"object\": x in body must be of type integer,string: \"object\"" },
        { """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"required":["b"]}]}""", "{}", "[<nil>: Invalid value: \"\": \"x\" must validate one and only one schema (oneOf). Found none valid, x.a: Required value]" },
        { """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"required":["b"]}]}""", "{\"a\":\"\",\"b\":\"\"}", "<nil>: Invalid value: \"\": \"x\" must validate one and only one schema (oneOf). Found 2 valid alternatives" },
        { """{"type":"string","anyOf":[{"minLength":2},{"pattern":"b"}]}""", "\"a\"", "[<nil>: Invalid value: \"\": \"x\" must validate at least one schema (anyOf), x: Invalid value: \"a\": x in body should be at least 2 chars long]" },
        { """{"type":"string","allOf":[{"minLength":2},{"maxLength":3}]}""", "\"a\"", "[x: Invalid value: \"a\": x in body should be at least 2 chars long, <nil>: Invalid value: \"\": \"x\" must validate all the schemas (allOf)]" },
        { """{"type":"string","not":{"pattern":"a"}}""", "\"a\"", "<nil>: Invalid value: \"\": \"x\" must not validate the schema (not)" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_SaysWhatUpstreamSays(string schema, string value, string expected)
    {
        var errors = new FieldErrors();
        SchemaValidator.Validate(new JsonMap { ["x"] = Read(value) }, Compile("{\"type\":\"object\",\"properties\":{\"x\":" + schema + "}}"), string.Empty, errors);
        Assert.Equal(expected, errors.ToString());
    }

    [Theory]
    [InlineData("""{"a":"long","b":1}""", """{"a":"long","b":2}""", "")]
    [InlineData("""{"a":"longer","b":1}""", """{"a":"long","b":1}""", "x.a: Too long: may not be more than 2 bytes")]
    [InlineData("""{"l":[{"k":"1","v":"long"},{"k":"2"}]}""", """{"l":[{"k":"2","v":"a"},{"k":"1","v":"long"}]}""", "")]
    [InlineData("""{"l":[{"k":"1","v":"long"},{"k":"2"}]}""", """{"l":[{"k":"2","v":"long"},{"k":"1","v":"long"}]}""", "")]
    [InlineData("""{"l":[{"k":"1","v":"longer"},{"k":"2"}]}""", """{"l":[{"k":"1","v":"long"}]}""", "x.l[0].v: Too long: may not be more than 2 bytes")]
    [InlineData("""{"s":["long","b"]}""", """{"s":["long"]}""", "x.s[0]: Too long: may not be more than 2 bytes")]
    [InlineData("""{"s":["b","long"]}""", """{"s":["long"]}""", "x.s[1]: Too long: may not be more than 2 bytes")]
    [InlineData("""{"s":["long"],"b":1}""", """{"s":["long"]}""", "")]
    public void ValidateUpdate_LetsBeWhatWasWrongAndStayed(string value, string old, string expected)
    {
        const string Schema = """
            {"type":"object","properties":{"x":{"type":"object","properties":{
              "a":{"type":"string","maxLength":2},"b":{"type":"integer"},"s":{"type":"array","items":{"type":"string","maxLength":2}},
              "l":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"string","maxLength":2}}}}}}}}
            """;
        var errors = new FieldErrors();
        SchemaValidator.ValidateUpdate(new JsonMap { ["x"] = Read(value) }, new JsonMap { ["x"] = Read(old) }, Compile(Schema), string.Empty, errors);
        Assert.Equal(expected, errors.ToString());
    }

    [Theory]
    [InlineData("""{"a":1,"z":2,"e":{"apiVersion":"v1","kind":"K","metadata":{"name":"n"},"y":1},"m":{"any":{"q":1,"w":1}},"l":[{"q":1,"w":2}],"f":{"deep":{"er":1},"known":{"q":1,"w":1}}}""",
        """{"a":1,"e":{"apiVersion":"v1","kind":"K","metadata":{"name":"n"}},"m":{"any":{"q":1}},"l":[{"q":1}],"f":{"deep":{"er":1},"known":{"q":1}}}""",
        "e.y f.known.w l[0].w m.any.w z")]
    public void Prune_DropsWhatTheSchemaDoesNotName(string value, string expected, string unknown)
    {
        var schema = Compile("""
            {"type":"object","properties":{"a":{"type":"integer"},
              "e":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"spec":{"type":"object"}}},
              "m":{"type":"object","additionalProperties":{"type":"object","properties":{"q":{"type":"integer"}}}},
              "l":{"type":"array","items":{"type":"object","properties":{"q":{"type":"integer"}}}},
              "f":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"known":{"type":"object","properties":{"q":{"type":"integer"}}}}}}}
            """);
        var content = (JsonMap)Read(value)!;
        Assert.True(Pruner.WouldPrune(content, schema));
        var paths = new List<string>();
        Pruner.Prune(content, schema, paths);
        Assert.Equal(expected, Encoding.UTF8.GetString(JsonTree.Write(content)));
        Assert.Equal(unknown, string.Join(' ', paths.Order(StringComparer.Ordinal)));
        Assert.False(Pruner.WouldPrune(content, schema));
    }

    [Theory]
    [InlineData("""{}""", """{"a":"d","n":{"b":1}}""")]
    [InlineData("""{"a":null,"n":{}}""", """{"a":"d","n":{"b":5}}""")]
    [InlineData("""{"a":"x","q":null,"z":null,"n":{"b":2},"l":[{},null],"m":{"k":{},"j":null}}""", """{"a":"x","z":null,"n":{"b":2},"l":[{"c":true},null],"m":{"k":{"c":true}}}""")]
    public void Apply_FillsWhatIsAbsent(string value, string expected)
    {
        var schema = Compile("""
            {"type":"object","properties":{"a":{"type":"string","default":"d"},"q":{"type":"string"},"z":{"type":"string","nullable":true},
              "n":{"type":"object","default":{"b":1},"properties":{"b":{"type":"integer","default":5}}},
              "l":{"type":"array","items":{"type":"object","properties":{"c":{"type":"boolean","default":true}}}},
              "m":{"type":"object","additionalProperties":{"type":"object","properties":{"c":{"type":"boolean","default":true}}}}}}
            """);
        var content = (JsonMap)Read(value)!;
        Assert.True(Defaulter.WouldChange(content, schema));
        Defaulter.Apply(content, schema);
        Assert.Equal(JsonTree.Write(Sorted(Read(expected))), JsonTree.Write(Sorted(content)));
        Assert.False(Defaulter.WouldChange(content, schema));
    }

    [Theory]
    [InlineData("^a|b$", "b\n", false)]
    [InlineData(@"^\d+$", "\u0661", false)]
    [InlineData(@"^\w+\s$", "a_1 ", true)]
    [InlineData("^[[:alpha:]]+$", "aB", true)]
    [InlineData("^[^[:digit:]]+$", "a1", false)]
    [InlineData(@"^\pL+$", "é", true)]
    [InlineData(@"^(?P<x>a)(?i:B)$", "ab", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\x{41}$", "A", true)]
    [InlineData("^[a$]$", "$", true)]
    [InlineData("(?s)^a.b$", "a\nb", true)]
    public void Pattern_ReadsAsGoDoes(string pattern, string text, bool matches)
    {
        Assert.Null(new GoPattern(pattern).Fault);
        Assert.Equal(matches, new GoPattern(pattern).IsMatch(text));
    }

    [Theory]
    [InlineData("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`")]
    [InlineData(@"(a)\1", @"error parsing regexp: invalid escape sequence: `\1`")]
    [InlineData("[a", "error parsing regexp: missing closing ]: `[a`")]
    public void Pattern_ThatGoDoesNotKnow_IsRefused(string pattern, string fault) => Assert.Equal(fault, new GoPattern(pattern).Fault);

    [Theory]
    [InlineData("ipv4", "10.0.0.1", "10.0.0.256")]
    [InlineData("ipv6", "::1", "10.0.0.1")]
    [InlineData("cidr", "10.0.0.0/8", "10.0.0.0")]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567")]
    [InlineData("date", "2026-11-27", "2026-13-27")]
    [InlineData("date-time", "2026-11-27T10:00:00Z", "2026-11-27")]
    [InlineData("duration", "1h30m", "1x")]
    [InlineData("byte", "aGk=", "aGk")]
    [InlineData("hostname", "a.example.com", "-a")]
    [InlineData("email", "a@example.com", "a")]
    [InlineData("uri", "https://example.com/x", "not a uri")]
    [InlineData("mac", "00:11:22:33:44:55", "00:11")]
    [InlineData("isbn10", "0-306-40615-2", "0-306-40615-3")]
    [InlineData("isbn13", "978-0-306-40615-7", "978-0-306-40615-8")]
    [InlineData("bsonobjectid", "507f1f77bcf86cd799439011", "507f1f77bcf86cd79943901")]
    [InlineData("uri", "mailto:a", "")]
    [InlineData("uri", "/a/b", "a/b")]
    [InlineData("hostname", "a-b.example.com", "a.b1")]
    [InlineData("hostname", "a-b", "ab-c")]
    [InlineData("hostname", "a1", "1.2.3.4")]
    [InlineData("ipv4", "::ffff:1.2.3.4", "::1")]
    [InlineData("ipv6", "::ffff:1.2.3.4", "fe80::1%eth0")]
    [InlineData("cidr", "fe80::/10", "10.0.0.0/33")]
    [InlineData("mac", "0011.2233.4455", "00:11:22:33:44")]
    [InlineData("uuid4", "123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("uuid", "123E4567E89B12D3A456426614174000", "123e4567_e89b-12d3-a456-426614174000")]
    [InlineData("creditcard", "4111 1111 1111 1111", "0000 0000 0000 0000")]
    [InlineData("ssn", "111-22-3333", "111-222-333")]
    [InlineData("hexcolor", "#FFF", "#FF")]
    [InlineData("rgbcolor", "rgb(255,0, 10)", "rgb(256,0,10)")]
    [InlineData("byte", "aGVsbG8h", "")]
    [InlineData("date", "2024-02-29", "2023-02-29")]
    [InlineData("date-time", "2026-11-27t10:00:00z", "2026-11-27 10:00:00Z")]
    [InlineData("date-time", "2026-11-27T10:00:00.5+99:99", "2026-11-27T24:00:00Z")]
    [InlineData("duration", "3 minutes", "3 parsecs")]
    [InlineData("duration", "about 2 weeks", "")]
    [InlineData("duration", "-1.5h", "h")]
    [InlineData("k8s-short-name", "a-b", "A")]
    [InlineData("k8s-long-name", "a.b", "a..b")]
    public void Format_IsChecked(string format, string good, string bad)
    {
        Assert.True(TextFormats.IsKnown(format));
        Assert.True(TextFormats.Matches(format, good), good);
        Assert.False(TextFormats.Matches(format, bad), bad);
    }

    internal static SchemaNode Compile(string json) => SchemaCompiler.Compile((JsonMap)Read(json)!);

    internal static object? Read(string json) => JsonTree.Read(Encoding.UTF8.GetBytes(json));

    private static object? Sorted(object? value) => value switch
    {
        JsonMap map => Map(map),
        JsonList list => new JsonList(list.Select(Sorted)),
        _ => value,
    };

    private static JsonMap Map(JsonMap map)
    {
        var result = new JsonMap();
        foreach (var (key, item) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) { result[key] = Sorted(item); }
        return result;
    }
}
