namespace Orch.Runtime;

/// <summary>The engine's content id of an image.</summary>
/// <param name="Value">Such as <c>sha256:...</c>; unlike a reference it never moves.</param>
public readonly record struct ImageId(string Value)
{
    /// <summary>The bare id.</summary>
    public override string ToString() => Value;
}
