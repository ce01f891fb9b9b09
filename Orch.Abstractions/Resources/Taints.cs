using k8s.Models;

namespace Orch.Resources;

/// <summary>Taints of nodes and the tolerations of pods.</summary>
public static class Taints
{
    /// <summary>New pods without a toleration are not placed there.</summary>
    public const string NoSchedule = nameof(NoSchedule);

    /// <summary>New pods without a toleration are rather not placed there.</summary>
    public const string PreferNoSchedule = nameof(PreferNoSchedule);

    /// <summary>Nor may pods without a toleration stay.</summary>
    public const string NoExecute = nameof(NoExecute);

    /// <summary>Whether a toleration covers a taint: an empty key with <c>Exists</c> covers every key, an empty effect every effect.</summary>
    public static bool Tolerates(this V1Toleration toleration, V1Taint taint)
    {
        if (toleration.Effect is { Length: > 0 } effect && effect != taint.Effect) { return false; }
        if (toleration.Key is { Length: > 0 } key && key != taint.Key) { return false; }
        return toleration.OperatorProperty switch
        {
            null or "" or "Equal" => (toleration.Value ?? string.Empty) == (taint.Value ?? string.Empty),
            "Exists" => true,
            "Lt" or "Gt" => Compares(toleration, taint),
            _ => false,
        };
    }

    /// <summary>Whether any toleration covers a taint; null is none.</summary>
    public static bool Tolerate(this IList<V1Toleration>? tolerations, V1Taint taint)
    {
        // By index: the scheduler asks this of every node, and an enumerator of an interface is an allocation.
        for (var index = 0; index < (tolerations?.Count ?? 0); index++)
        {
            if (tolerations![index].Tolerates(taint)) { return true; }
        }

        return false;
    }

    /// <summary>The first taint of one of the effects that no toleration covers, or null.</summary>
    public static V1Taint? FindUntolerated(IEnumerable<V1Taint>? taints, IList<V1Toleration>? tolerations, Func<string, bool> effect)
    {
        foreach (var taint in taints ?? [])
        {
            if (effect(taint.Effect) && !tolerations.Tolerate(taint)) { return taint; }
        }

        return null;
    }

    /// <summary>Whether two taints are the same mark: key and effect; values may differ.</summary>
    public static bool IsSameMark(this V1Taint left, V1Taint right) => left.Key == right.Key && left.Effect == right.Effect;

    // "The taint's value is less than the toleration's", as whole numbers written canonically.
    private static bool Compares(V1Toleration toleration, V1Taint taint)
        => long.TryParse(toleration.Value, out var bound) && long.TryParse(taint.Value, out var value)
            && (toleration.OperatorProperty == "Lt" ? value < bound : value > bound);
}
