using k8s.Models;

namespace Orch.Scheduling.Cache;

/// <summary>What the scheduler knows of nodes and of the pods on them: what the API says, and what it has decided itself and not yet seen there.</summary>
/// <remarks>
/// An assumed pod counts as if it were bound, until its binding is seen (<see cref="SetPod"/>) or has failed (<see cref="Forget"/>).
/// Thread-safe. Bringing a snapshot up to date costs as much as has changed since the last time.
/// </remarks>
internal sealed class SchedulerCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeRecord> _nodes = [];
    private readonly Dictionary<string, PodState> _pods = [];
    private readonly HashSet<NodeRecord> _dirty = [];
    private bool _nodesCameOrWent;
    private long _generation;

    public int PodCount
    {
        get { lock (_lock) { return _pods.Count; } }
    }

    /// <summary>Counts a decided pod onto its node.</summary>
    public void Assume(PodInfo pod, string nodeName)
    {
        lock (_lock) { Place(pod, nodeName, assumed: true); }
    }

    /// <summary>Takes an assumed pod back; one whose binding has been seen stays.</summary>
    public bool Forget(PodInfo pod)
    {
        lock (_lock)
        {
            return _pods.TryGetValue(pod.Uid, out var state) && state.Assumed && Take(pod.Uid);
        }
    }

    /// <summary>Whether a pod is assumed or bound.</summary>
    public bool Contains(string uid)
    {
        lock (_lock) { return _pods.ContainsKey(uid); }
    }

    /// <summary>A pod is bound, or a bound pod changed.</summary>
    public void SetPod(PodInfo pod)
    {
        lock (_lock) { Place(pod, pod.Pod.Spec.NodeName, assumed: false); }
    }

    /// <summary>A pod is gone or has finished.</summary>
    public void RemovePod(string uid)
    {
        lock (_lock) { Take(uid); }
    }

    public void SetNode(V1Node node)
    {
        lock (_lock)
        {
            var record = RecordOf(node.Metadata.Name);
            _nodesCameOrWent |= !record.HasNode;
            var zone = record.Zone;
            record.SetNode(node);
            _nodesCameOrWent |= zone != record.Zone;
            Touch(record);
        }
    }

    public void RemoveNode(string name)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(name, out var record)) { return; }
            record.SetNode(null);
            _nodesCameOrWent = true;
            Touch(record);
            if (record.Pods.Count == 0) { _nodes.Remove(name); }
        }
    }

    /// <summary>Brings a snapshot up to date; only the scheduling loop calls it, with its one snapshot.</summary>
    public void Refresh(SchedulerSnapshot snapshot)
    {
        lock (_lock)
        {
            if (_nodesCameOrWent)
            {
                snapshot.Rebuild(_nodes.Values.Where(record => record.HasNode));
                _nodesCameOrWent = false;
            }
            else
            {
                foreach (var record in _dirty)
                {
                    if (record.HasNode) { snapshot.Update(record); }
                }
            }

            _dirty.Clear();
        }
    }

    private void Place(PodInfo pod, string nodeName, bool assumed)
    {
        Take(pod.Uid);
        var record = RecordOf(nodeName);
        record.AddPod(pod);
        Touch(record);
        _pods[pod.Uid] = new PodState(record, assumed);
    }

    private bool Take(string uid)
    {
        if (!_pods.Remove(uid, out var state)) { return false; }
        state.Node.RemovePod(uid);
        Touch(state.Node);
        if (!state.Node.HasNode && state.Node.Pods.Count == 0) { _nodes.Remove(state.Node.Name); }
        return true;
    }

    private NodeRecord RecordOf(string name)
    {
        if (!_nodes.TryGetValue(name, out var record)) { _nodes[name] = record = new NodeRecord(name); }
        return record;
    }

    private void Touch(NodeRecord record)
    {
        record.Touch(++_generation);
        _dirty.Add(record);
    }

    private readonly record struct PodState(NodeRecord Node, bool Assumed);
}
