using k8s.Models;

namespace Orch.Volumes;

/// <summary>Makes one kind of volume available to pods.</summary>
/// <remarks>
/// Crash-safe and idempotent: setting up what is set up refreshes it and is otherwise without effect; tearing down what is gone is no
/// error. Never called twice at once for one pod and volume.
/// </remarks>
public interface IVolumePlugin
{
    /// <summary>The kind's name in paths, as upstream writes it: <c>kubernetes.io/empty-dir</c>.</summary>
    string Name { get; }

    /// <summary>Whether a volume is of this kind.</summary>
    bool Supports(V1Volume volume);

    /// <summary>Makes the volume's content available, or brings it up to date.</summary>
    /// <exception cref="VolumeException">It cannot be yet; the agent tells the pod's owner and tries again.</exception>
    Task<MountedVolume> SetUpAsync(VolumeRequest request, CancellationToken cancellationToken);

    /// <summary>Unmounts and removes what <see cref="SetUpAsync"/> made.</summary>
    /// <param name="directory">The <see cref="VolumeRequest.Directory"/> of then; nothing else is known after a restart.</param>
    Task TearDownAsync(string directory, CancellationToken cancellationToken);
}

/// <summary>A volume of a pod.</summary>
/// <param name="Pod">Whose.</param>
/// <param name="Volume">Which.</param>
/// <param name="Directory">Where the plugin may keep it: its own alone, absolute, may not exist yet.</param>
public sealed record VolumeRequest(V1Pod Pod, V1Volume Volume, string Directory)
{
    /// <summary>The pod's <c>fsGroup</c>: files must belong to it and be accessible to it; null for none.</summary>
    public long? FilesystemGroup { get; init; }
}

/// <summary>A volume that is there.</summary>
/// <param name="HostPath">What to mount into containers.</param>
public sealed record MountedVolume(string HostPath)
{
    /// <summary>Containers may not write, whatever they ask for.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Set up again after this time, such as to renew a token; null for the agent's ordinary period.</summary>
    public TimeSpan? RefreshAfter { get; init; }
}

/// <summary>A volume cannot be made available, for now.</summary>
public sealed class VolumeException : Exception
{
    /// <summary>The message stands in the pod's <c>FailedMount</c> event.</summary>
    public VolumeException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
