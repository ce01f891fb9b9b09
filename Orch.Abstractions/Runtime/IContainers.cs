namespace Orch.Runtime;

/// <summary>Containers inside sandboxes.</summary>
public interface IContainers
{
    /// <summary>Creates a container without starting it.</summary>
    /// <exception cref="RuntimeException">
    /// <see cref="RuntimeErrorCode.NotFound"/>: no such sandbox; <see cref="RuntimeErrorCode.ImageNotFound"/>;
    /// <see cref="RuntimeErrorCode.AlreadyExists"/>: the sandbox has a container of this name and attempt.
    /// </exception>
    Task<ContainerId> CreateContainerAsync(SandboxId sandbox, ContainerConfig config, CancellationToken cancellationToken);

    /// <summary>Starts a created container; one that runs already is no error.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.StartFailed"/>: it is exited from then on, with exit code 127 or 128 where the command could not be run.</exception>
    Task StartContainerAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Sends its stop signal, and kills it when it still runs after the time; idempotent.</summary>
    /// <param name="gracePeriod">Zero kills at once.</param>
    /// <returns>When the process is gone.</returns>
    Task StopContainerAsync(ContainerId id, TimeSpan gracePeriod, CancellationToken cancellationToken);

    /// <summary>Removes it with its writable layer and logs, killing it first if it runs; no error if it is gone.</summary>
    Task RemoveContainerAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>What it is and how it fares.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotFound"/>.</exception>
    Task<ContainerStatus> GetContainerStatusAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>All containers (not sandboxes) in any state whose labels include the given ones; none given means all that this runtime made.</summary>
    /// <remarks>
    /// Cheap enough to be called every second. May leave out of an entry what would cost a call per container (exit code, timestamps,
    /// mounts): only <see cref="ContainerStatus.Id"/>, the sandbox, name, attempt, labels, state and <see cref="ContainerStatus.CreatedAt"/> are promised.
    /// </remarks>
    Task<IReadOnlyList<ContainerStatus>> ListContainersAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>Changes limits of a container in place.</summary>
    Task UpdateContainerResourcesAsync(ContainerId id, ContainerResources resources, CancellationToken cancellationToken);
}
