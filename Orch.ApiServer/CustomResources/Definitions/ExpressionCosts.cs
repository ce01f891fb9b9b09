using System.Globalization;
using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Compiles the expressions of a schema: what is wrong with them, and what they can cost, is told when the definition is written.</summary>
internal static class ExpressionCosts
{
    // Upstream's bounds of one expression and of a whole schema.
    private const ulong MostOfOne = 10_000_000;
    private const ulong MostOfAll = 100_000_000;
    private const string Advice = "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";

    /// <summary>Adds what is wrong. Called only for schemas that are in order otherwise.</summary>
    public static void Validate(SchemaNode schema, FieldPath path, FieldErrors errors)
    {
        if (RuleNode.Compile(schema, isResource: true) is not { } rules) { return; }
        var all = new List<(FieldPath Path, ulong Cost)>();
        Visit(rules, path, 1, null, all, errors);
        var total = all.Aggregate(0UL, static (sum, item) => Sum(sum, item.Cost));
        if (total <= MostOfAll) { return; }
        foreach (var (place, _) in all.OrderByDescending(static item => item.Cost).Take(4)) { errors.Forbidden(place, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"); }
        errors.Forbidden(path, Excess("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", total, MostOfAll));
    }

    // A null count: as many as a request can hold.
    private static void Visit(RuleNode node, FieldPath path, ulong? count, FieldPath? unrelated, List<(FieldPath, ulong)> all, FieldErrors errors)
    {
        var times = count ?? SchemaType.MaxCount(node.Schema);
        for (var index = 0; index < node.Rules.Count; index++)
        {
            var rule = node.Rules[index];
            var place = path.Child("x-kubernetes-validations").Index(index);
            Cost(rule.MaxCost, "estimated rule cost", place.Child("rule"));
            if (rule.Fault is { } fault) { errors.Invalid(place.Child("rule"), SchemaValues.Shown(node.Schema.Rules[index]), fault); }
            if (rule.MessageFault is { } messageFault) { errors.Invalid(place.Child("messageExpression"), SchemaValues.Shown(node.Schema.Rules[index]), messageFault); }
            else if (rule.MessageProgram is not null) { Cost(rule.MessageMaxCost, "estimated messageExpression cost", place.Child("messageExpression")); }
            if (rule.IsTransition && unrelated is not null) { errors.Invalid(place.Child("rule"), rule.Text, $"oldSelf cannot be used on the uncorrelatable portion of the schema within {unrelated}"); }
            if (!rule.IsTransition && rule.Fault is null && node.Schema.Rules[index].GetValueOrDefault("optionalOldSelf") is bool given)
            {
                errors.Invalid(place.Child("optionalOldSelf"), given, "may not be set if oldSelf is not used in rule");
            }
        }

        var inner = node.Schema.MapType == "atomic" ? unrelated ?? path : unrelated;
        foreach (var (name, below) in node.Properties) { Visit(below, path.Child("properties").Key(name), count, inner, all, errors); }
        if (node.Additional is { } additional) { Visit(additional, path.Child("additionalProperties"), Times(count, node.Schema.MaxProperties), inner, all, errors); }
        // Only the items of lists with keys have a twin in the object before.
        if (node.Items is { } items) { Visit(items, path.Child("items"), Times(count, node.Schema.MaxItems), node.Schema.ListType == "map" ? unrelated : unrelated ?? path, all, errors); }

        void Cost(ulong one, string what, FieldPath place)
        {
            var cost = Product(one, times);
            all.Add((place, cost));
            if (cost > MostOfOne) { errors.Forbidden(place, Excess(what, cost, MostOfOne)); }
        }
    }

    private static ulong? Times(ulong? count, long? most) => count is { } times && most is >= 0 and var bound ? Product(times, (ulong)bound) : null;

    private static ulong Sum(ulong a, ulong b) => a > ulong.MaxValue - b ? ulong.MaxValue : a + b;

    private static ulong Product(ulong a, ulong b) => a != 0 && b > ulong.MaxValue / a ? ulong.MaxValue : a * b;

    private static string Excess(string what, ulong cost, ulong limit)
    {
        var factor = (double)cost / limit;
        var text = factor > 100 ? "more than 100x" : factor < 1.5 ? factor.ToString("F6", CultureInfo.InvariantCulture) + "x" : factor.ToString("F1", CultureInfo.InvariantCulture) + "x";
        return $"{what} exceeds budget by factor of {text} {Advice}";
    }
}
