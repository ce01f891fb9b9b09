using k8s.Models;
using Orch.Resources;

namespace Orch.Quotas;

/// <summary>Arithmetic on amounts by resource name.</summary>
public static class QuotaAmounts
{
    /// <summary>The sum; a name that only one side has keeps its amount.</summary>
    public static Dictionary<string, ResourceQuantity> Add(IEnumerable<KeyValuePair<string, ResourceQuantity>>? left, IEnumerable<KeyValuePair<string, ResourceQuantity>>? right)
    {
        var sum = left is null ? [] : new Dictionary<string, ResourceQuantity>(left);
        foreach (var (name, amount) in right ?? []) { sum[name] = sum.TryGetValue(name, out var present) ? Quantities.Add(present, amount) : amount; }
        return sum;
    }

    /// <summary>What the left has more than the right; never below zero, and nothing of what only the right has.</summary>
    public static Dictionary<string, ResourceQuantity> Excess(IReadOnlyDictionary<string, ResourceQuantity> left, IReadOnlyDictionary<string, ResourceQuantity> right)
    {
        var result = new Dictionary<string, ResourceQuantity>();
        foreach (var (name, amount) in left)
        {
            if (!right.TryGetValue(name, out var other)) { result[name] = amount; continue; }
            var difference = amount.ToDecimal() - other.ToDecimal();
            result[name] = difference <= 0 ? Quantities.Zero : new ResourceQuantity(difference, 0, amount.Format);
        }

        return result;
    }

    /// <summary>Only the amounts of these names.</summary>
    public static Dictionary<string, ResourceQuantity> Mask(IEnumerable<KeyValuePair<string, ResourceQuantity>>? amounts, IEnumerable<string> names)
    {
        var wanted = names as ICollection<string> ?? [.. names];
        var result = new Dictionary<string, ResourceQuantity>();
        foreach (var (name, amount) in amounts ?? [])
        {
            if (wanted.Contains(name)) { result[name] = amount; }
        }

        return result;
    }

    /// <summary>Whether both say the same, whatever the notation.</summary>
    public static bool Same(IDictionary<string, ResourceQuantity>? left, IDictionary<string, ResourceQuantity>? right)
    {
        if ((left?.Count ?? 0) != (right?.Count ?? 0)) { return false; }
        foreach (var (name, amount) in left ?? new Dictionary<string, ResourceQuantity>())
        {
            if (!right!.TryGetValue(name, out var other) || Quantities.Compare(amount, other) != 0) { return false; }
        }

        return true;
    }

    /// <summary><c>cpu=1,pods=3</c>, in the order of names.</summary>
    public static string Format(IEnumerable<KeyValuePair<string, ResourceQuantity>> amounts)
        => string.Join(',', amounts.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={Quantities.Format(pair.Value)}"));
}
