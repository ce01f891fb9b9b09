using System.Globalization;
using Orch.ApiServer.CustomResources.Expressions;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Compiles the expressions of a schema: what is wrong with them, and what they can cost, is told when the definition is written.</summary>
internal static class ExpressionCosts
{
    // Upstream's bounds of one expression and of a whole schema.
    private const ulong MostOfOne = 10_000_000;
    private const ulong MostOfAll = 100_000_000;
    private const string Advice = "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";

    /// <summary>Adds what is wrong. Called only for structural schemas.</summary>
    /// <param name="faulty">The parts, by reference, in which something else is wrong: what expressions there mean cannot be said.</param>
    /// <param name="knowsCosts">No single expression is too costly.</param>
    public static void Validate(SchemaNode schema, IReadOnlySet<JsonMap> faulty, bool knowsCosts, FieldPath path, FieldErrors errors)
    {
        if (RuleNode.Compile(schema, isResource: true) is not { } rules) { return; }
        var all = new List<(FieldPath Path, ulong Cost)>();
        new Run(faulty, knowsCosts, all, errors).Visit(rules, path, 1, null);
        var total = all.Aggregate(0UL, static (sum, item) => Sum(sum, item.Cost));
        if (total <= MostOfAll) { return; }
        foreach (var (place, _) in all.OrderByDescending(static item => item.Cost).Take(4)) { errors.Forbidden(place, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"); }
        errors.Forbidden(path, Excess("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", total, MostOfAll));
    }

    private static bool HasOptionalOldSelf(JsonMap rule, out bool given)
    {
        given = rule.GetValueOrDefault("optionalOldSelf") is true;
        return rule.GetValueOrDefault("optionalOldSelf") is bool;
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

    private readonly struct Run(IReadOnlySet<JsonMap> faulty, bool knowsCosts, List<(FieldPath, ulong)> all, FieldErrors errors)
    {
        // A null count: as many as a request can hold. What lies below is told first.
        public void Visit(RuleNode node, FieldPath path, ulong? count, FieldPath? unrelated)
        {
            if (node.Additional is { } additional) { Visit(additional, path.Child("additionalProperties"), Times(count, node.Schema.MaxProperties), unrelated); }
            foreach (var (name, below) in node.Properties) { Visit(below, path.Child("properties").Key(name), count, unrelated); }
            // Only the items of lists with keys have a twin in the object before.
            if (node.Items is { } items) { Visit(items, path.Child("items"), Times(count, node.Schema.MaxItems), node.Schema.ListType == "map" ? unrelated : unrelated ?? path); }
            if (faulty.Contains(node.Schema.Source)) { return; }
            for (var index = 0; index < node.Rules.Count; index++)
            {
                Check(node.Rules[index], node.Schema.Rules[index], count ?? SchemaType.MaxCount(node.Schema), path.Child("x-kubernetes-validations").Index(index), unrelated);
            }
        }

        private void Check(CompiledRule rule, JsonMap source, ulong times, FieldPath place, FieldPath? unrelated)
        {
            Cost(Product(rule.MaxCost, times), "estimated rule cost", place.Child("rule"));
            if (rule.Fault is { } fault) { errors.Invalid(place.Child("rule"), SchemaValues.Shown(source), fault); }
            if (rule.MessageFault is { } messageFault) { errors.Invalid(place.Child("messageExpression"), SchemaValues.Shown(source), messageFault); }
            // A message is asked for once, however many places there are.
            else if (rule.MessageProgram is not null) { Cost(rule.MessageMaxCost, "estimated messageExpression cost", place.Child("messageExpression")); }
            if (rule.IsTransition)
            {
                if (unrelated is not null) { errors.Invalid(place.Child("rule"), SchemaCompiler.Text(source, "rule"), $"oldSelf cannot be used on the uncorrelatable portion of the schema within {unrelated}"); }
            }
            else if (HasOptionalOldSelf(source, out var given)) { errors.Invalid(place.Child("optionalOldSelf"), given, "may not be set if oldSelf is not used in rule"); }
        }

        private void Cost(ulong cost, string what, FieldPath place)
        {
            all.Add((place, cost));
            if (cost > MostOfOne && !knowsCosts) { errors.Forbidden(place, Excess(what, cost, MostOfOne)); }
        }
    }
}
