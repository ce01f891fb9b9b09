namespace Orch.Runtime;

/// <summary>Labels that the node agent puts on sandboxes and containers, and from which it finds its own again.</summary>
/// <remarks>Those of the kubelet where it has one, so that tools which look for them work.</remarks>
public static class RuntimeLabels
{
    /// <summary>The pod's name.</summary>
    public const string PodName = "io.kubernetes.pod.name";

    /// <summary>The pod's namespace.</summary>
    public const string PodNamespace = "io.kubernetes.pod.namespace";

    /// <summary>The pod's uid.</summary>
    public const string PodUid = "io.kubernetes.pod.uid";

    /// <summary>The container's name in the pod.</summary>
    public const string ContainerName = "io.kubernetes.container.name";

    /// <summary>The node agent that made it: several may share an engine.</summary>
    public const string Node = "orch.node";
}
