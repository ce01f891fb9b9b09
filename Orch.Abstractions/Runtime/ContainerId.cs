namespace Orch.Runtime;

/// <summary>The engine's id of a container.</summary>
/// <param name="Value">Opaque, without the <c>docker://</c> that pod statuses put before it.</param>
public readonly record struct ContainerId(string Value)
{
    /// <summary>The bare id.</summary>
    public override string ToString() => Value;
}
