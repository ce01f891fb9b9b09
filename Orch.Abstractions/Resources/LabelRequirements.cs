using System.Globalization;

namespace Orch.Resources;

/// <summary>Makes requirements and checks them as upstream's NewRequirement does.</summary>
internal static class LabelRequirements
{
    public static LabelRequirement Create(string key, SelectorOperator comparison, IEnumerable<string> values)
    {
        CheckKey(key);
        string[] sorted = [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var fault = comparison switch
        {
            SelectorOperator.In or SelectorOperator.NotIn when sorted.Length == 0 => "for 'in', 'notin' operators, values set can't be empty",
            SelectorOperator.Equals or SelectorOperator.NotEquals when sorted.Length != 1 => "exact-match compatibility requires one single value",
            SelectorOperator.Exists or SelectorOperator.DoesNotExist when sorted.Length != 0 => "values set must be empty for exists and does not exist",
            SelectorOperator.GreaterThan or SelectorOperator.LessThan when sorted.Length != 1 => "for 'Gt', 'Lt' operators, exactly one value is required",
            _ => null,
        };
        if (fault is not null) { throw new SelectorException($"values: Invalid value: [{string.Join(",", sorted.Select(static value => $"\"{value}\""))}]: {fault}"); }
        CheckValues(key, comparison, sorted);
        return new LabelRequirement(key, comparison, sorted);
    }

    public static void CheckKey(string key)
    {
        if (LabelSyntax.KeyFaults(key) is { Count: > 0 } faults) { throw new SelectorException($"<nil>: Invalid value: \"{key}\": {string.Join("; ", faults)}"); }
    }

    private static void CheckValues(string key, SelectorOperator comparison, string[] values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            if (comparison is SelectorOperator.GreaterThan or SelectorOperator.LessThan
                && !long.TryParse(values[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                throw new SelectorException($"values[{index}]: Invalid value: \"{values[index]}\": for 'Gt', 'Lt' operators, the value must be an integer");
            }

            if (LabelSyntax.ValueFaults(values[index]) is { Count: > 0 } faults)
            {
                throw new SelectorException($"values[{index}][{key}]: Invalid value: \"{values[index]}\": {string.Join("; ", faults)}");
            }
        }
    }
}
