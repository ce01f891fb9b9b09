namespace Orch.Runtime;

/// <summary>Pod sandboxes: each holds a pod's network namespace for as long as the pod lives.</summary>
public interface ISandboxes
{
    /// <summary>Creates and starts a sandbox.</summary>
    /// <returns>Its id; its network namespace exists, with the loopback interface up and no other unless it shares the node's.</returns>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.AlreadyExists"/>: this pod uid and attempt has one.</exception>
    Task<SandboxId> RunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken);

    /// <summary>Kills every process in it, its containers' too, and frees its network namespace; idempotent.</summary>
    Task StopSandboxAsync(SandboxId id, CancellationToken cancellationToken);

    /// <summary>Removes it with its containers, stopping what still runs; idempotent, and no error if it is gone.</summary>
    Task RemoveSandboxAsync(SandboxId id, CancellationToken cancellationToken);

    /// <summary>What it is and whether it runs.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotFound"/>.</exception>
    Task<SandboxStatus> GetSandboxStatusAsync(SandboxId id, CancellationToken cancellationToken);

    /// <summary>All sandboxes, running or not, whose labels include the given ones; none given means all that this runtime made.</summary>
    Task<IReadOnlyList<SandboxStatus>> ListSandboxesAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);
}
