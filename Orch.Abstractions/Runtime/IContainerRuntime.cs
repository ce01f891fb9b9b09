namespace Orch.Runtime;

/// <summary>Runs pods' containers on one node: everything that the node agent asks of an engine.</summary>
/// <remarks>
/// <para>Modelled on CRI (https://kubernetes.io/docs/concepts/architecture/cri/). Safe for concurrent use. What an implementation must
/// guarantee: names (<see cref="SandboxConfig.Pod"/> with <see cref="SandboxConfig.Attempt"/>, <see cref="ContainerConfig.Name"/> with
/// <see cref="ContainerConfig.Attempt"/>) are taken atomically, so that a repeated create fails with
/// <see cref="RuntimeErrorCode.AlreadyExists"/>; labels and annotations come back exactly as given, after a restart of the
/// engine or of the agent too; stop and remove are idempotent and do not fail on what is gone.</para>
/// <para>Every member throws <see cref="RuntimeException"/>; nothing else but <see cref="OperationCanceledException"/> and argument errors.</para>
/// </remarks>
public interface IContainerRuntime : ISandboxes, IContainers, IImages, IRuntimeStats, IRuntimeEvents, IContainerStreams, IContainerLogs
{
    /// <summary>Who it is, and that it answers.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.Unavailable"/>: the engine does not answer; the node is not ready.</exception>
    Task<RuntimeInfo> GetInfoAsync(CancellationToken cancellationToken);
}

/// <summary>What an engine says about itself.</summary>
/// <param name="Name">As in a container id's scheme: <c>docker</c> for <c>docker://ID</c>.</param>
/// <param name="Version">For example <c>27.3.1</c>.</param>
public sealed record RuntimeInfo(string Name, string Version)
{
    /// <summary>The kernel that containers run on, such as <c>6.1.0-25-amd64</c>; empty when unknown.</summary>
    public string KernelVersion { get; init; } = string.Empty;

    /// <summary>For example <c>Debian GNU/Linux 12 (bookworm)</c>; empty when unknown.</summary>
    public string OperatingSystemImage { get; init; } = string.Empty;
}
