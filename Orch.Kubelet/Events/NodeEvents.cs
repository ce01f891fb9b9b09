using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client.Events;
using Orch.Kubelet.Nodes;

namespace Orch.Kubelet.Events;

/// <summary>Posts events as the node's <c>kubelet</c>.</summary>
internal sealed class NodeEvents(NodeAgentClient agent, IOptions<KubeletOptions> options, TimeProvider time, ILogger<NodeEvents> logger) : IEvents, IAsyncDisposable
{
    private readonly EventRecorder _recorder = new(agent.Client, new EventSource("kubelet", options.Value.NodeName), time, logger);

    public void Record(V1ObjectReference about, string type, string reason, string message) => _recorder.Record(about, type, reason, message);

    public ValueTask DisposeAsync() => _recorder.DisposeAsync();
}
