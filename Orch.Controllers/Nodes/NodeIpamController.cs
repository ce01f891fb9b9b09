using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Nodes;

/// <summary>Gives each node its own part of the cluster's pod addresses.</summary>
/// <remarks>What a node was given in memory it keeps until it is gone, so that a write of unknown outcome cannot give one part to two nodes.</remarks>
internal sealed class NodeIpamController : IReconciler
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<IPNetwork>> _given = new(StringComparer.Ordinal);
    private readonly IInformer<V1Node> _nodes;
    private readonly IResourceClient<V1Node> _client;
    private readonly IEventRecorder _events;
    private readonly List<CidrPool> _pools;
    private bool _isPrimed;

    public NodeIpamController(ControllerContext context)
    {
        _nodes = context.Informer<V1Node>();
        _client = context.Client.Resource<V1Node>();
        _events = context.Events;
        _pools = [.. context.Options.EffectiveClusterCidrs.Select(IPNetwork.Parse).Select(range => new CidrPool(
            range, range.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? context.Options.NodeCidrMaskSizeIPv6 : context.Options.NodeCidrMaskSizeIPv4))];
        context.Loop("node-ipam", this).Watch(_nodes);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_nodes.Find(key) is not { } node) { Release(key.Name); return ReconcileResult.Done; }
        if (Decide(node) is not { } ranges) { return ReconcileResult.Done; }
        if (ranges.Count == 0)
        {
            _events.Normal(node, "CIDRNotAvailable", $"Node {key.Name} status is now: CIDRNotAvailable");
            throw new ControllerFaultException($"no range of pod addresses is left for node {key.Name}");
        }

        List<string> texts = [.. ranges.Select(static range => range.ToString())];
        await _client.UpdateAsync(node with { Spec = (node.Spec ?? new V1NodeSpec()) with { PodCIDR = texts[0], PodCIDRs = texts } }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    // Null: the node has its ranges; empty: none is left.
    private List<IPNetwork>? Decide(V1Node node)
    {
        lock (_lock)
        {
            if (!_isPrimed)
            {
                foreach (var other in _nodes.List()) { Note(other); }
                _isPrimed = true;
            }

            if (Note(node)) { return null; }
            if (_given.TryGetValue(node.Metadata.Name, out var given)) { return given; }
            var taken = new List<IPNetwork>();
            foreach (var pool in _pools)
            {
                if (pool.Take() is { } range) { taken.Add(range); continue; }
                foreach (var back in taken) { ReleaseOne(back); }
                return [];
            }

            return _given[node.Metadata.Name] = taken;
        }
    }

    private bool Note(V1Node node)
    {
        IEnumerable<string> present = node.Spec?.PodCIDRs is { Count: > 0 } many ? many : string.IsNullOrEmpty(node.Spec?.PodCIDR) ? [] : [node.Spec.PodCIDR];
        var ranges = present.Where(static text => IPNetwork.TryParse(text, out _)).Select(IPNetwork.Parse).ToList();
        if (ranges.Count == 0) { return false; }
        foreach (var range in ranges) { _pools.ForEach(pool => pool.Occupy(range)); }
        _given[node.Metadata.Name] = ranges;
        return true;
    }

    private void Release(string node)
    {
        lock (_lock)
        {
            if (!_given.Remove(node, out var ranges)) { return; }
            foreach (var range in ranges) { ReleaseOne(range); }
        }
    }

    private void ReleaseOne(IPNetwork range) => _pools.ForEach(pool => pool.Release(range));
}
