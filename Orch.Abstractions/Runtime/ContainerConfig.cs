namespace Orch.Runtime;

/// <summary>A container to create.</summary>
/// <param name="Name">Unique in the pod among init, sidecar, app and ephemeral containers.</param>
/// <param name="Attempt">0 for the first, counted up with each restart.</param>
/// <param name="Image">What the pod says; kept in the status.</param>
/// <param name="ImageId">What to run: <see cref="IImages.PullImageAsync"/>'s or <see cref="IImages.FindImageAsync"/>'s answer.</param>
public sealed record ContainerConfig(string Name, int Attempt, string Image, ImageId ImageId)
{
    /// <summary>Replaces the image's entry point; empty keeps it.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Replaces the image's arguments; empty keeps them, unless <see cref="Command"/> is set.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Empty keeps the image's.</summary>
    public string WorkingDirectory { get; init; } = string.Empty;

    /// <summary>Added to the image's; a later entry of a name wins.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>In the order in which they are mounted.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Host devices to give to it.</summary>
    public IReadOnlyList<ContainerDevice> Devices { get; init; } = [];

    /// <summary>Come back in status and lists exactly as given.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Come back in status exactly as given; not searchable.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Cgroup limits.</summary>
    public ContainerResources Resources { get; init; } = new();

    /// <summary>As whom and with which rights it runs.</summary>
    public ContainerSecurity Security { get; init; } = new();

    /// <summary>Whose process namespace it joins; <see cref="NamespaceMode.Container"/> for its own.</summary>
    public NamespaceMode Pid { get; init; } = NamespaceMode.Container;

    /// <summary>Keep standard input open for attach.</summary>
    public bool HasStdin { get; init; }

    /// <summary>Close standard input after the first attached client leaves.</summary>
    public bool IsStdinOnce { get; init; }

    /// <summary>Give it a terminal; its output is then one stream.</summary>
    public bool HasTty { get; init; }

    /// <summary>Such as <c>SIGUSR1</c>; empty for the image's or <c>SIGTERM</c>.</summary>
    public string StopSignal { get; init; } = string.Empty;
}

/// <summary>One environment variable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">May be empty.</param>
public readonly record struct EnvironmentVariable(string Name, string Value);

/// <summary>How later mounts on one side show on the other.</summary>
public enum MountPropagation
{
    /// <summary>Not at all.</summary>
    Private,

    /// <summary>The host's in the container.</summary>
    HostToContainer,

    /// <summary>Both ways; privileged containers only.</summary>
    Bidirectional,
}

/// <summary>A bind mount.</summary>
/// <param name="ContainerPath">Absolute.</param>
/// <param name="HostPath">Absolute; exists, a file or a directory.</param>
public sealed record ContainerMount(string ContainerPath, string HostPath)
{
    /// <summary>The container cannot write to it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>How later mounts show.</summary>
    public MountPropagation Propagation { get; init; } = MountPropagation.Private;
}

/// <summary>A host device.</summary>
/// <param name="ContainerPath">Where it shows.</param>
/// <param name="HostPath">Which it is.</param>
/// <param name="Permissions">Of <c>rwm</c>.</param>
public sealed record ContainerDevice(string ContainerPath, string HostPath, string Permissions);
