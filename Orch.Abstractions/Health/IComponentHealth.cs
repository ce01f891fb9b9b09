namespace Orch.Health;

/// <summary>Tells whether a part of the control plane that runs in this process works. Registered as a set, by name.</summary>
/// <remarks>The API server shows it as a <c>ComponentStatus</c>. Safe for concurrent use, answered from memory; it never throws.</remarks>
public interface IComponentHealth
{
    /// <summary>As upstream names the part: <c>scheduler</c>, <c>controller-manager</c>.</summary>
    string Name { get; }

    /// <summary>Null when the part works, else what is wrong, in words for people.</summary>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);
}
