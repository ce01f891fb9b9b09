namespace Orch.Runtime;

/// <summary>The engine's id of a sandbox.</summary>
/// <param name="Value">Opaque, without a scheme.</param>
public readonly record struct SandboxId(string Value)
{
    /// <summary>The bare id.</summary>
    public override string ToString() => Value;
}
