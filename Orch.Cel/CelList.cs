namespace Orch.Cel;

/// <summary>A list that expressions read; implement it to plug in a tree of one's own without copying.</summary>
public abstract class CelList
{
    /// <summary>The number of items.</summary>
    public abstract int Count { get; }

    /// <summary>The item at a position from 0 to <see cref="Count"/> - 1.</summary>
    public abstract CelValue this[int index] { get; }

    /// <summary>Whether the items are the same in the sense of <c>==</c>.</summary>
    /// <remarks>The order counts, unless an implementation stands for a set or for a list of keyed entries.</remarks>
    public virtual bool ValueEquals(CelList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Count != other.Count) { return false; }
        for (var index = 0; index < Count; index++)
        {
            if (!this[index].Equals(other[index])) { return false; }
        }

        return true;
    }

    /// <summary>A hash that agrees with <see cref="ValueEquals"/>.</summary>
    public virtual int ValueHash() => Count + 17;

    /// <summary>The items of this list and then the other's.</summary>
    public virtual CelList Concat(CelList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Count == 0 ? other : other.Count == 0 ? this : new ConcatenatedCelList(this, other);
    }

    /// <summary>A list of the items given; the array is kept, not copied.</summary>
    public static CelList Of(params CelValue[] items) => new ArrayCelList(items, items?.Length ?? 0);
}
