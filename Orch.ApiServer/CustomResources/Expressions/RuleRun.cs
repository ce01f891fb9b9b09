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

    /// <summary>Asks every rule; an old value without a twin is not known.</summary>
    /// <param name="old">The object before the change; null where there was none.</param>
    public void Validate(RuleNode node, JsonMap value, JsonMap? old) => Visit(node, value, old is not null, old, null, null);

    // False: no further rule may be asked.
    private bool Visit(RuleNode node, object? value, bool hasOld, object? old, Kin? kin, FieldPath? path)
    {
        if (value is null) { return true; }
        if (old is null) { hasOld = false; }
        if (hasOld) { kin = new Kin(value, old!); }
        if (node.Rules.Count > 0 && !AskAll(node, value, hasOld, old, kin, path)) { return false; }
        switch (value)
        {
            case JsonMap map: return VisitMap(node, map, hasOld && node.Schema.MapType != "atomic" ? old as JsonMap : null, kin, path);
            case JsonList list when node.Items is { } items: return VisitList(node, items, list, hasOld ? old as JsonList : null, kin, path);
            default: return true;
        }
    }

    private bool VisitMap(RuleNode node, JsonMap map, JsonMap? old, Kin? kin, FieldPath? path)
    {
        if (node.Properties.Count == 0 && node.Additional is null) { return true; }
        foreach (var (name, item) in map)
        {
            var isProperty = node.Properties.TryGetValue(name, out var below);
            below ??= node.Schema.Properties.ContainsKey(name) ? null : node.Additional;
            if (below is null) { continue; }
            object? before = null;
            var hasOld = old is not null && old.TryGetValue(name, out before);
            var place = path is null ? FieldPath.Of(name) : isProperty ? path.Child(name) : path.Key(name);
            if (!Visit(below, item, hasOld, before, kin, place)) { return false; }
        }

        return true;
    }

    private bool VisitList(RuleNode node, RuleNode items, JsonList list, JsonList? old, Kin? kin, FieldPath? path)
    {
        var twins = old is not null && node.Schema.ListType == "map" ? new KeyedList(old, node.Schema) : null;
        for (var index = 0; index < list.Count; index++)
        {
            var twin = twins?.Find(list[index]);
            if (!Visit(items, list[index], twin is not null, twin, kin, (path ?? FieldPath.Of(string.Empty)).Index(index))) { return false; }
        }

        return true;
    }

    private bool AskAll(RuleNode node, object value, bool hasOld, object? old, Kin? kin, FieldPath? path)
    {
        var place = path ?? FieldPath.Of("<nil>");
        var type = node.Schema.Type;
        foreach (var rule in node.Rules)
        {
            if (_budget <= 0) { errors.Invalid(place, type, OutOfBudget); return false; }
            if (rule.Program is not { } program) { errors.Invalid(place, type, $"rule compile error: {rule.Fault}"); continue; }
            if (rule.IsTransition && !hasOld && !rule.IsOptionalOldSelf) { continue; }
            var bindings = new CelBindings(rule.Environment).Set("self", JsonTreeReader.Instance.ToValue(value, node.Type));
            if (rule.IsTransition) { bindings.Set("oldSelf", OldSelf(rule, node, hasOld, old)); }
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

                if (IsLetBe(rule, kin)) { continue; }
                errors.Invalid(place, type, fault.Message.StartsWith("no such overload", StringComparison.Ordinal)
                    ? $"'{fault.Message}': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}"
                    : $"{fault.Message} evaluating rule: {rule.Shown}");
                continue;
            }

            if (result.Value.IsTrue || IsLetBe(rule, kin)) { continue; }
            Tell(rule, Below(path, rule.FieldPath), type, MessageOf(rule, bindings));
        }

        return true;
    }

    // What was wrong before and stayed as it was, itself or with the nearest around it that has a twin; a rule about the change itself is never let be.
    private static bool IsLetBe(CompiledRule rule, Kin? kin) => !rule.IsTransition && kin is { IsSame: true };

    private static CelValue OldSelf(CompiledRule rule, RuleNode node, bool hasOld, object? old)
    {
        if (!rule.IsOptionalOldSelf) { return JsonTreeReader.Instance.ToValue(old, node.Type); }
        return hasOld ? CelValue.FromOptional(JsonTreeReader.Instance.ToValue(old, node.Type)) : CelValue.NoValue;
    }

    private static FieldPath Below(FieldPath? path, string field)
    {
        if (field.Length == 0) { return path ?? FieldPath.Of("<nil>"); }
        var names = Paths.FieldRoute.Parse(field).Names;
        foreach (var name in names) { path = path is null ? FieldPath.Of(name) : path.Child(name); }
        return path!;
    }

    private string MessageOf(CompiledRule rule, CelBindings bindings)
    {
        if (rule.MessageProgram is not { } program) { return rule.MessageOrDefault; }
        var result = program.Evaluate(bindings, Math.Min(CelProgram.KubernetesCallLimit, Math.Max(1, _budget)));
        _budget -= result.Cost;
        if (result.Error is not null) { return rule.MessageOrDefault; }
        var text = result.Value.AsString().Trim();
        return text.Length == 0 || text.AsSpan().ContainsAny('\n', '\r') || TextRules.ByteLength(text) > MaxMessageBytes ? rule.MessageOrDefault : text;
    }

    private void Tell(CompiledRule rule, FieldPath path, string type, string message)
    {
        switch (rule.Reason)
        {
            case "FieldValueForbidden": errors.Forbidden(path, message); break;
            case "FieldValueRequired": errors.Required(path, message); break;
            case "FieldValueDuplicate": errors.Duplicate(path, type); break;
            default: errors.Invalid(path, type, message); break;
        }
    }

    // A value and its twin before the change; compared once, and only where a rule failed.
    private sealed class Kin(object value, object old)
    {
        private bool? _isSame;

        public bool IsSame => _isSame ??= JsonTree.Equals(value, old);
    }
}
