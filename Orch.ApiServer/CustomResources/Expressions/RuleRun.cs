using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Expressions;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;
using Orch.Cel;

namespace Orch.ApiServer.CustomResources.Expressions;

/// <summary>Asks the rules of a schema about one object; all of them share one budget.</summary>
/// <remarks>Order, bounds and wording as in apiextensions' CEL validator.</remarks>
internal sealed class RuleRun(FieldErrors errors)
{
    private const int MaxMessageBytes = 5 * 1024;
    private const string OutOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";

    // Upstream's budget of one object.
    private long _budget = 10_000_000;

    private readonly Correlation _correlation = new();

    /// <summary>Asks every rule; an old value without a twin is not known.</summary>
    /// <param name="old">The object before the change; null where there was none.</param>
    /// <param name="path">Of the value in what it is a part of, where nothing is let be; null for a whole object.</param>
    public void Validate(RuleNode node, object? value, object? old, FieldPath? path = null)
        => Visit(node, value, old, path is null && old is not null ? new Kinship(value, old, node.Schema, IsHere: true, IsWhole: true) : default, path);

    // False: no further rule may be asked.
    private bool Visit(RuleNode node, object? value, object? old, Kinship kin, FieldPath? path)
    {
        if (value is null) { return true; }
        if (node.Rules.Count > 0 && !AskAll(node, value, old, kin, path)) { return false; }
        return value switch
        {
            JsonMap map => VisitMap(node, map, old as JsonMap, kin, path),
            JsonList list when node.Items is { } items => VisitList(node, items, list, old as JsonList, kin, path),
            _ => true,
        };
    }

    private bool VisitMap(RuleNode node, JsonMap map, JsonMap? old, Kinship kin, FieldPath? path)
    {
        if (node.Properties.Count == 0 && node.Additional is null) { return true; }
        foreach (var (name, item) in map)
        {
            var isProperty = node.Properties.TryGetValue(name, out var below);
            below ??= node.Schema.Properties.ContainsKey(name) ? null : node.Additional;
            if (below is null) { continue; }
            var before = old?.GetValueOrDefault(name);
            var place = path is null ? FieldPath.Of(name) : isProperty ? path.Child(name) : path.Key(name);
            var inner = kin.IsWhole && name is "apiVersion" or "kind" ? default : kin.Key(name, item, below.Schema);
            if (!Visit(below, item, before, inner, place)) { return false; }
        }

        return true;
    }

    private bool VisitList(RuleNode node, RuleNode items, JsonList list, JsonList? old, Kinship kin, FieldPath? path)
    {
        for (var index = 0; index < list.Count; index++)
        {
            // Only where a key says which item it was there is an old one.
            var twin = old is null ? null : _correlation.TwinOf(list, index, old, node.Schema);
            if (!Visit(items, list[index], twin, kin.Index(list, index, items.Schema, _correlation), (path ?? FieldPath.Of(string.Empty)).Index(index))) { return false; }
        }

        return true;
    }

    private bool AskAll(RuleNode node, object value, object? old, Kinship kin, FieldPath? path)
    {
        var place = path ?? FieldPath.Of("<nil>");
        var type = node.Schema.Type;
        foreach (var rule in node.Rules)
        {
            if (_budget <= 0) { errors.Invalid(place, type, OutOfBudget); return false; }
            if (rule.Program is not { } program) { errors.Invalid(place, type, $"rule compile error: {rule.Fault}"); continue; }
            if (rule.IsTransition && old is null && !rule.IsOptionalOldSelf) { continue; }
            var bindings = new CelBindings(rule.Environment).Set("self", JsonTreeReader.Instance.ToValue(value, node.Type));
            if (rule.IsTransition) { bindings.Set("oldSelf", OldSelf(rule, node, old)); }
            var result = program.Evaluate(bindings, CelProgram.KubernetesCallLimit);
            if (result.Cost > _budget) { _budget = 0; errors.Invalid(place, type, OutOfBudget); return false; }
            _budget -= result.Cost;
            if (result.Error is { } fault)
            {
                if (fault.IsCostLimitExceeded)
                {
                    errors.Invalid(place, type, $"'{fault.Message}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.Shown}");
                    return false;
                }

                // Unlike a rule that does not hold this is told even of what stayed as it was.
                errors.Invalid(place, type, fault.Message.StartsWith("no such overload", StringComparison.Ordinal)
                    ? $"'{fault.Message}': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}"
                    : $"{fault.Message} evaluating rule: {rule.Shown}");
                continue;
            }

            if (result.Value.IsTrue) { continue; }
            var found = new FieldErrors();
            var goesOn = TellFailure(rule, node, value, old, bindings, Below(path, rule.FieldPath), found);
            if (!rule.IsTransition && kin.IsSame(_correlation)) { foreach (var let in found) { errors.Warn(let.ToString()); } }
            else { errors.AddRange(found); }
            if (!goesOn) { return false; }
        }

        return true;
    }

    // False: the message was too costly, and no further rule may be asked.
    private bool TellFailure(CompiledRule rule, RuleNode node, object value, object? old, CelBindings bindings, FieldPath path, FieldErrors found)
    {
        var (message, fault) = MessageOf(rule, node, old, bindings);
        if (fault is not null) { found.Invalid(path, node.Schema.Type, fault); return false; }
        Tell(rule, path, node.Schema.Type is "object" or "array" ? null : value, message!, found);
        return true;
    }

    private static CelValue OldSelf(CompiledRule rule, RuleNode node, object? old)
    {
        if (!rule.IsOptionalOldSelf) { return JsonTreeReader.Instance.ToValue(old, node.Type); }
        return old is null ? CelValue.NoValue : CelValue.FromOptional(JsonTreeReader.Instance.ToValue(old, node.Type));
    }

    private static FieldPath Below(FieldPath? path, string field)
    {
        if (field.Length == 0) { return path ?? FieldPath.Of("<nil>"); }
        return path is null ? FieldPath.Of(field) : path.Child(field);
    }

    private (string? Message, string? Fault) MessageOf(CompiledRule rule, RuleNode node, object? old, CelBindings bindings)
    {
        if (rule.MessageProgram is not { } program) { return (rule.MessageOrDefault, null); }
        // Expressions of messages see the old value itself, whatever the rule sees of it.
        if (rule.IsOptionalOldSelf && old is not null) { bindings.Set("oldSelf", JsonTreeReader.Instance.ToValue(old, node.Type)); }
        var result = program.Evaluate(bindings, CelProgram.KubernetesCallLimit);
        if (result.Cost > _budget) { return (null, "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run"); }
        if (result.Error is { IsCostLimitExceeded: true }) { return (null, $"no further validation rules will be run due to call cost exceeds limit for messageExpression: {GoText.Quote(rule.MessageExpression)}"); }
        _budget -= result.Cost;
        if (result.Error is not null || result.Value.Kind != CelKind.String) { return (rule.MessageOrDefault, null); }
        var text = result.Value.AsString().Trim();
        return (text.Length == 0 || text.Contains('\n', StringComparison.Ordinal) || TextRules.ByteLength(text) > MaxMessageBytes ? rule.MessageOrDefault : text, null);
    }

    // Without a value: objects and lists are not shown.
    private static void Tell(CompiledRule rule, FieldPath path, object? value, string message, FieldErrors found)
    {
        switch (rule.Reason)
        {
            case "FieldValueForbidden": found.Forbidden(path, message); break;
            case "FieldValueRequired": found.Required(path, message); break;
            case "FieldValueDuplicate" when value is null: found.DuplicatePart(path); break;
            case "FieldValueDuplicate": found.Duplicate(path, SchemaValues.Shown(value)); break;
            default:
                if (value is null) { found.InvalidPart(path, message); } else { found.Invalid(path, SchemaValues.Shown(value), message); }
                break;
        }
    }

    // A value and its twin before the change, or else the nearest around it that has one. With neither nothing is let be.
    private readonly record struct Kinship(object? Value, object? Old, SchemaNode? Schema, bool IsHere, bool IsWhole = false)
    {
        public Kinship Key(string name, object? item, SchemaNode schema)
        {
            if (!IsHere) { return this; }
            return Old is JsonMap old && old.TryGetValue(name, out var before) ? new Kinship(item, before, schema, IsHere: true) : this with { IsHere = false };
        }

        public Kinship Index(JsonList list, int index, SchemaNode schema, Correlation correlation)
        {
            if (!IsHere) { return this; }
            return Old is JsonList old && correlation.TwinOf(list, index, old, Schema!) is { } twin ? new Kinship(list[index], twin, schema, IsHere: true) : this with { IsHere = false };
        }

        // Both objects were brought to one version, so that of a whole one nobody can say that it stayed.
        public bool IsSame(Correlation correlation) => Schema is not null && !IsWhole && correlation.IsSame(Value, Old, Schema);
    }
}
