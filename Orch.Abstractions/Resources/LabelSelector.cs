using k8s.Models;

namespace Orch.Resources;

/// <summary>Picks objects by their labels; all requirements must be met, and none at all picks everything.</summary>
/// <remarks>Immutable.</remarks>
public sealed class LabelSelector
{
    private readonly LabelRequirement[] _requirements;
    private readonly bool _matchesNothing;

    private LabelSelector(LabelRequirement[] requirements, bool matchesNothing = false)
    {
        _requirements = requirements;
        _matchesNothing = matchesNothing;
    }

    /// <summary>Picks every object.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Picks no object.</summary>
    public static LabelSelector Nothing { get; } = new([], matchesNothing: true);

    /// <summary>In key order.</summary>
    public IReadOnlyList<LabelRequirement> Requirements => _requirements;

    /// <summary>Whether it picks every object.</summary>
    public bool IsEverything => _requirements.Length == 0 && !_matchesNothing;

    /// <summary>Parses the API's syntax, such as <c>app=web,tier in (a,b),!legacy</c>; empty picks everything.</summary>
    /// <exception cref="SelectorException">With upstream's message.</exception>
    public static LabelSelector Parse(string? text)
        => string.IsNullOrEmpty(text) ? Everything : Of(new LabelSelectorParser(text).Parse());

    /// <summary>The requirements, ordered by key.</summary>
    public static LabelSelector Of(IEnumerable<LabelRequirement> requirements)
        => new([.. requirements.OrderBy(static requirement => requirement.Key, StringComparer.Ordinal)]);

    /// <summary>Exactly these labels among others; as a service's or replication controller's selector means it.</summary>
    public static LabelSelector FromMap(IEnumerable<KeyValuePair<string, string>>? labels)
        => labels is null ? Everything : Of(labels.Select(static label => new LabelRequirement(label.Key, SelectorOperator.Equals, [label.Value])));

    /// <summary>A selector in an object's spec: null picks nothing, an empty one everything.</summary>
    /// <exception cref="SelectorException">An operator is unknown or has the wrong number of values.</exception>
    public static LabelSelector From(V1LabelSelector? selector)
    {
        if (selector is null) { return Nothing; }
        if (selector.MatchLabels is not { Count: > 0 } && selector.MatchExpressions is not { Count: > 0 }) { return Everything; }
        var labels = (selector.MatchLabels ?? new Dictionary<string, string>()).Select(static label => new LabelRequirement(label.Key, SelectorOperator.Equals, [label.Value]));
        var expressions = (selector.MatchExpressions ?? []).Select(static expression =>
            LabelRequirements.Create(expression.Key, OperatorOf(expression.OperatorProperty), expression.Values ?? []));
        return Of(labels.Concat(expressions));
    }

    /// <summary>Whether labels meet every requirement; null is no labels.</summary>
    public bool Matches(IEnumerable<KeyValuePair<string, string>>? labels)
    {
        if (_matchesNothing) { return false; }
        foreach (var requirement in _requirements)
        {
            if (!requirement.Matches(labels)) { return false; }
        }

        return true;
    }

    /// <summary>In the API's syntax.</summary>
    public override string ToString() => string.Join(',', _requirements.AsEnumerable());

    private static SelectorOperator OperatorOf(string? name) => name switch
    {
        "In" => SelectorOperator.In,
        "NotIn" => SelectorOperator.NotIn,
        "Exists" => SelectorOperator.Exists,
        "DoesNotExist" => SelectorOperator.DoesNotExist,
        _ => throw new SelectorException($"\"{name}\" is not a valid label selector operator"),
    };
}
