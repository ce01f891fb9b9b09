using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class RuleTests
{
    public static TheoryData<string, string, string?, string> Cases => new()
    {
        { Object("""{"rule":"self.min <= self.max"}"""), """{"min":2,"max":1}""", null, "spec: Invalid value: failed rule: self.min <= self.max" },
        { Object("""{"rule":"self.min <= self.max"}"""), """{"min":1,"max":1}""", null, "" },
        { Object("""{"rule":"self.min <= self.max","message":"min is above max","fieldPath":".min","reason":"FieldValueForbidden"}"""), """{"min":2,"max":1}""", null, "spec.min: Forbidden: min is above max" },
        { Object("""{"rule":"self.min <= self.max","messageExpression":"'min ' + string(self.min) + ' is above max'"}"""), """{"min":2,"max":1}""", null, "spec: Invalid value: min 2 is above max" },
        { Object("""{"rule":"self.min <= self.max","message":"fixed","messageExpression":"''"}"""), """{"min":2,"max":1}""", null, "spec: Invalid value: fixed" },
        { Object("""{"rule":"self.min == oldSelf.min","message":"min is immutable"}"""), """{"min":2}""", null, "" },
        { Object("""{"rule":"self.min == oldSelf.min","message":"min is immutable"}"""), """{"min":2}""", """{"min":1}""", "spec: Invalid value: min is immutable" },
        { Object("""{"rule":"oldSelf.hasValue() || self.min == 1","optionalOldSelf":true,"message":"begins at one"}"""), """{"min":2}""", null, "spec: Invalid value: begins at one" },
        { Object("""{"rule":"oldSelf.hasValue() || self.min == 1","optionalOldSelf":true,"message":"begins at one"}"""), """{"min":2}""", """{"min":1}""", "" },
        { Object("""{"rule":"self.min <= self.max"}"""), """{"min":2,"max":1,"l":[]}""", """{"min":2,"max":1,"l":[]}""", "" },
        { Object("""{"rule":"self.min / self.max == 1"}"""), """{"min":2,"max":0}""", null, "spec: Invalid value: \"object\": division by zero evaluating rule: self.min / self.max == 1" },
        { Object("""{"rule":"has(self.port) && self.port == 80"}"""), """{"port":"http"}""", null, "spec: Invalid value: failed rule: has(self.port) && self.port == 80" },
        { Object("""{"rule":"self.x__dash__y == 'a'"}"""), """{"x-y":"a"}""", null, "" },
        { Object("""{"rule":"self.at < timestamp('2027-01-01T00:00:00Z')"}"""), """{"at":"2026-01-01T00:00:00Z"}""", null, "" },
        { Keyed, """{"l":[{"k":"a","v":1},{"k":"b","v":2}]}""", """{"l":[{"k":"b","v":2},{"k":"a","v":1}]}""", "" },
        { Keyed, """{"l":[{"k":"a","v":1},{"k":"b","v":3}]}""", """{"l":[{"k":"b","v":2},{"k":"a","v":1}]}""", "spec.l[1].v: Invalid value: 3: v is immutable" },
        { """{"type":"object","additionalProperties":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0"}]}}""", """{"a":1,"b":0}""", null, "spec[b]: Invalid value: 0: failed rule: self > 0" },
    };

    private const string Keyed = """
        {"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","required":["k"],
          "properties":{"k":{"type":"string"},"v":{"type":"integer","x-kubernetes-validations":[{"rule":"self == oldSelf","message":"v is immutable"}]}}}}}}
        """;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_AreAskedAsUpstreamDoes(string schema, string value, string? old, string expected)
    {
        var rules = RuleNode.Compile(SchemaValidatorTests.Compile("{\"type\":\"object\",\"properties\":{\"spec\":" + schema + "}}"), isResource: true)!;
        var errors = new FieldErrors();
        new RuleRun(errors).Validate(rules, Wrap(value), old is null ? null : Wrap(old));
        Assert.Equal(expected, errors.ToString());
    }

    [Theory]
    [InlineData("""{"rule":"self.none == 1"}""", "x-kubernetes-validations[0].rule: Invalid value: {\"rule\":\"self.none == 1\"}: compilation failed: ERROR: <input>:1:5: undefined field 'none'")]
    [InlineData("""{"rule":"self.min + 1"}""", "Invalid value: {\"rule\":\"self.min + 1\"}: cel expression must evaluate to a bool")]
    [InlineData("""{"rule":"self.min > 1","optionalOldSelf":true}""", "x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule")]
    [InlineData("""{"rule":"self.l.all(x, self.l.all(y, x.k != y.k || x == y))"}""", "exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)")]
    [InlineData("""{"rule":"self.min > 1","messageExpression":"self.min"}""", "x-kubernetes-validations[0].messageExpression: Invalid value:")]
    public void Definition_WithAWrongRule_IsRefused(string rule, string message)
    {
        var errors = new FieldErrors();
        ExpressionCosts.Validate(SchemaValidatorTests.Compile("{\"type\":\"object\",\"properties\":{\"spec\":" + Object(rule) + "}}"), new HashSet<JsonMap>(), knowsCosts: false, FieldPath.Of("schema"), errors);
        Assert.Contains(message, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Transition_WhereItemsHaveNoTwin_IsRefused()
    {
        var errors = new FieldErrors();
        ExpressionCosts.Validate(
            SchemaValidatorTests.Compile("""{"type":"object","properties":{"l":{"type":"array","maxItems":3,"items":{"type":"string","maxLength":3,"x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}}}"""), new HashSet<JsonMap>(), knowsCosts: false, FieldPath.Of("schema"), errors);
        Assert.Equal("schema.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: \"self == oldSelf\": oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[l]", errors.ToString());
    }

    [Fact]
    public void Rules_OverManyItems_EndAtTheBudget()
    {
        var schema = SchemaValidatorTests.Compile("""{"type":"object","properties":{"l":{"type":"array","items":{"type":"string","x-kubernetes-validations":[{"rule":"self.matches('^(a|b|c|d)*$') && [1,2,3,4,5].all(x, x > 0)"}]}}}}""");
        var list = new JsonList(Enumerable.Range(0, 400_000).Select(static _ => (object?)"abcd"));
        var errors = new FieldErrors();
        new RuleRun(errors).Validate(RuleNode.Compile(schema, isResource: true)!, new JsonMap { ["l"] = list }, null);
        Assert.EndsWith("validation failed due to running out of cost budget, no further validation rules will be run", Assert.Single(errors).Body, StringComparison.Ordinal);
    }

    private static string Object(string rule) => """
        {"type":"object","properties":{"min":{"type":"integer"},"max":{"type":"integer"},"port":{"x-kubernetes-int-or-string":true},"x-y":{"type":"string"},"at":{"type":"string","format":"date-time"},
          "l":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"}}}}},"x-kubernetes-validations":[RULE]}
        """.Replace("RULE", rule, StringComparison.Ordinal);

    private static JsonMap Wrap(string spec) => new() { ["apiVersion"] = "example.com/v1", ["kind"] = "Widget", ["metadata"] = new JsonMap { ["name"] = "a" }, ["spec"] = SchemaValidatorTests.Read(spec) };
}
