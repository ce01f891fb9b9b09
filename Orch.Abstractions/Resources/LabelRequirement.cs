namespace Orch.Resources;

/// <summary>One condition on a label.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">Sorted; empty for <c>Exists</c> and <c>DoesNotExist</c>.</param>
public sealed record LabelRequirement(string Key, SelectorOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether labels meet it; null is no labels.</summary>
    public bool Matches(IEnumerable<KeyValuePair<string, string>>? labels)
    {
        var value = Find(labels);
        return Operator switch
        {
            SelectorOperator.Equals or SelectorOperator.In => value is not null && Values.Contains(value, StringComparer.Ordinal),
            SelectorOperator.NotEquals or SelectorOperator.NotIn => value is null || !Values.Contains(value, StringComparer.Ordinal),
            SelectorOperator.Exists => value is not null,
            SelectorOperator.DoesNotExist => value is null,
            SelectorOperator.GreaterThan => Compare(value) > 0,
            SelectorOperator.LessThan => Compare(value) < 0,
            _ => false,
        };
    }

    /// <summary>In the API's syntax.</summary>
    public override string ToString() => Operator switch
    {
        SelectorOperator.Equals => $"{Key}={Values[0]}",
        SelectorOperator.NotEquals => $"{Key}!={Values[0]}",
        SelectorOperator.In => $"{Key} in ({string.Join(',', Values)})",
        SelectorOperator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        SelectorOperator.Exists => Key,
        SelectorOperator.DoesNotExist => $"!{Key}",
        SelectorOperator.GreaterThan => $"{Key}>{Values[0]}",
        _ => $"{Key}<{Values[0]}",
    };

    private string? Find(IEnumerable<KeyValuePair<string, string>>? labels)
    {
        switch (labels)
        {
            case null: return null;
            case Dictionary<string, string> map: return map.GetValueOrDefault(Key);
            case IDictionary<string, string> map: return map.TryGetValue(Key, out var found) ? found : null;
        }

        foreach (var (key, value) in labels)
        {
            if (key == Key) { return value; }
        }

        return null;
    }

    // Not comparable counts as equal, hence as neither greater nor less.
    private int Compare(string? value)
        => long.TryParse(value, out var left) && long.TryParse(Values[0], out var right) ? left.CompareTo(right) : 0;
}

/// <summary>How a selector compares.</summary>
public enum SelectorOperator
{
    /// <summary><c>key=value</c></summary>
    Equals,

    /// <summary><c>key!=value</c>; also met by absence.</summary>
    NotEquals,

    /// <summary><c>key in (a,b)</c></summary>
    In,

    /// <summary><c>key notin (a,b)</c>; also met by absence.</summary>
    NotIn,

    /// <summary><c>key</c></summary>
    Exists,

    /// <summary><c>!key</c></summary>
    DoesNotExist,

    /// <summary><c>key&gt;1</c>, as integers.</summary>
    GreaterThan,

    /// <summary><c>key&lt;1</c>, as integers.</summary>
    LessThan,
}
