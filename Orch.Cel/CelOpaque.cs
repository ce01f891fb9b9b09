namespace Orch.Cel;

/// <summary>A value of a library's own type, such as a URL; immutable.</summary>
public abstract class CelOpaque
{
    /// <summary>The type that overloads are chosen by.</summary>
    public abstract CelType Type { get; }

    /// <summary>The size that costs are reckoned with.</summary>
    public virtual long CostSize => 1;

    /// <summary>Whether the two are equal in the sense of <c>==</c>.</summary>
    public abstract bool ValueEquals(CelOpaque other);

    /// <summary>A hash that agrees with <see cref="ValueEquals"/>.</summary>
    public abstract int ValueHash();
}
