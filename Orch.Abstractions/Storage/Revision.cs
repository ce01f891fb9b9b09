namespace Orch.Storage;

/// <summary>A point in a store's history. Every commit that changes something makes the next one.</summary>
/// <param name="Value">0 means "none": no such key, or for a read "the newest".</param>
/// <remarks>Same meaning as in etcd: https://etcd.io/docs/v3.5/learning/data_model/</remarks>
public readonly record struct Revision(long Value) : IComparable<Revision>
{
    /// <summary>No revision: an absent key, or "the newest" in a read.</summary>
    public static Revision None => default;

    /// <inheritdoc />
    public int CompareTo(Revision other) => Value.CompareTo(other.Value);

    /// <summary>The decimal number, as clients see it in <c>resourceVersion</c>.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

#pragma warning disable CS1591 // the operators say what they do
    public static bool operator <(Revision left, Revision right) => left.Value < right.Value;
    public static bool operator <=(Revision left, Revision right) => left.Value <= right.Value;
    public static bool operator >(Revision left, Revision right) => left.Value > right.Value;
    public static bool operator >=(Revision left, Revision right) => left.Value >= right.Value;
#pragma warning restore CS1591
}
