namespace Orch.Runtime;

/// <summary>As whom and with which rights a container runs.</summary>
public sealed record ContainerSecurity
{
    /// <summary>Null keeps the image's user.</summary>
    public long? User { get; init; }

    /// <summary>Only with <see cref="User"/>; null for the group that the image's user database names, else 0.</summary>
    public long? Group { get; init; }

    /// <summary>Added to the process's groups.</summary>
    public IReadOnlyList<long> SupplementalGroups { get; init; } = [];

    /// <summary>All capabilities, all devices, nothing masked.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>Names without <c>CAP_</c>, or <c>ALL</c>; added after the drops.</summary>
    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    /// <summary>Names without <c>CAP_</c>, or <c>ALL</c>.</summary>
    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    /// <summary>The image's file system cannot be written to.</summary>
    public bool IsRootFilesystemReadOnly { get; init; }

    /// <summary>Sets <c>no_new_privs</c>.</summary>
    public bool ForbidsNewPrivileges { get; init; }

    /// <summary><c>procMount: Unmasked</c>.</summary>
    public bool IsProcUnmasked { get; init; }

    /// <summary>Null for the engine's default, <c>unconfined</c>, or the path of a profile on the node.</summary>
    public string? SeccompProfile { get; init; }

    /// <summary>Null for the engine's default, <c>unconfined</c>, or the name of a profile loaded on the node.</summary>
    public string? AppArmorProfile { get; init; }
}
