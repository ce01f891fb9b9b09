using k8s.Models;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;

namespace Orch.ApiServer.Security.Authorization.Nodes;

/// <summary>Answers what a node needs, always by the newest that the cache has.</summary>
/// <remarks>Made when the first node asks. From then on a loop takes in changes now and then, so that they do not pile up while no node asks.</remarks>
internal sealed class NodeIndex(IObjectLookup objects, TimeProvider time) : IBackgroundLoop, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private NodeGraph? _graph;

    /// <summary>Whether a pod on the node needs the object.</summary>
    public bool Needs(string node, NodeDependency dependency)
    {
        lock (_lock) { return Current().Needs(node, dependency); }
    }

    /// <summary>Whether a pod on the node uses the volume.</summary>
    public bool NeedsVolume(string node, string volume)
    {
        lock (_lock) { return Current().NeedsVolume(node, volume); }
    }

    /// <summary>Whether the pod is bound to the node.</summary>
    public bool HasPod(string node, ObjectKey pod) => objects.Find<V1Pod>(pod)?.Spec.NodeName == node;

    /// <summary>Whether the volume is to be attached to the node.</summary>
    public bool HasAttachment(string node, string attachment) => objects.Find<V1VolumeAttachment>(ObjectKey.Cluster(attachment))?.Spec.NodeName == node;

    /// <summary>Whether the slice of devices is the node's.</summary>
    public bool HasSlice(string node, string slice) => objects.Find<V1ResourceSlice>(ObjectKey.Cluster(slice))?.Spec.NodeName == node;

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (_graph is { HasPending: true }) { Current(); }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _graph?.Dispose();

    private NodeGraph Current()
    {
        if (_graph is { HasPending: false } current) { return current; }
        if (_graph is { } known && known.Update()) { return known; }
        do
        {
            _graph?.Dispose();
            _graph = new NodeGraph(objects);
        }
        while (!_graph.Update());
        return _graph;
    }
}
