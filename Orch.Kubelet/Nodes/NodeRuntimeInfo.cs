using Orch.Runtime;

namespace Orch.Kubelet.Nodes;

/// <summary>What the runtime last said about itself.</summary>
internal sealed class NodeRuntimeInfo
{
    /// <summary>Null until it has answered once.</summary>
    public RuntimeInfo? Last { get; set; }

    public string RuntimeName => Last?.Name ?? "unknown";
}
