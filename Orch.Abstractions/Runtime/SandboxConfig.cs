namespace Orch.Runtime;

/// <summary>A sandbox to run.</summary>
/// <param name="Pod">For whom.</param>
/// <param name="Attempt">0 for the pod's first sandbox, counted up when it has to be made anew.</param>
public sealed record SandboxConfig(PodReference Pod, int Attempt)
{
    /// <summary>The UTS host name; empty to keep the node's (host network).</summary>
    public string Hostname { get; init; } = string.Empty;

    /// <summary>Come back in status and lists exactly as given.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Come back in status exactly as given; not searchable.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Which namespaces the pod's containers share with whom.</summary>
    public NamespaceSharing Namespaces { get; init; } = new();

    /// <summary>Kernel parameters of the sandbox's namespaces, such as <c>net.ipv4.ip_unprivileged_port_start</c>.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>A container of the pod will be privileged.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>The cgroup under which the pod's cgroups go, such as <c>/kubepods/burstable</c>; empty for the engine's own choice.</summary>
    public string CgroupParent { get; init; } = string.Empty;
}

/// <summary>Whose namespace a container joins.</summary>
public enum NamespaceMode
{
    /// <summary>The sandbox's, shared by the pod's containers.</summary>
    Pod,

    /// <summary>Its own.</summary>
    Container,

    /// <summary>The node's.</summary>
    Node,
}

/// <summary>Which namespaces a pod's containers share.</summary>
public sealed record NamespaceSharing
{
    /// <summary><see cref="NamespaceMode.Pod"/>, or <see cref="NamespaceMode.Node"/> for <c>hostNetwork</c>.</summary>
    public NamespaceMode Network { get; init; } = NamespaceMode.Pod;

    /// <summary><see cref="NamespaceMode.Container"/>, <see cref="NamespaceMode.Pod"/> for <c>shareProcessNamespace</c>, <see cref="NamespaceMode.Node"/> for <c>hostPID</c>.</summary>
    public NamespaceMode Pid { get; init; } = NamespaceMode.Container;

    /// <summary><see cref="NamespaceMode.Pod"/>, or <see cref="NamespaceMode.Node"/> for <c>hostIPC</c>.</summary>
    public NamespaceMode Ipc { get; init; } = NamespaceMode.Pod;
}
