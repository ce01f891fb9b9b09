namespace Orch.Scheduling.Cache;

/// <summary>The nodes as one scheduling cycle sees them; the scheduling loop owns its one instance.</summary>
internal sealed class SchedulerSnapshot : NodeSnapshot
{
    private readonly Dictionary<string, NodeRecord> _byName = [];
    private readonly Dictionary<string, int> _nodesWithImage = [];
    private NodeRecord[] _nodes = [];

    public override IReadOnlyList<NodeInfo> Nodes => _nodes;

    public override NodeInfo? Find(string nodeName) => _byName.GetValueOrDefault(nodeName);

    public override int NodesWithImage(string image) => _nodesWithImage.GetValueOrDefault(image);

    /// <summary>Takes in another set of nodes, zone by zone in turn, so that a search that stops early has seen all zones.</summary>
    public void Rebuild(IEnumerable<NodeRecord> nodes)
    {
        var old = new Dictionary<string, NodeRecord>(_byName);
        _byName.Clear();
        _nodesWithImage.Clear();
        var zones = nodes.GroupBy(node => node.Zone).OrderBy(zone => zone.Key, StringComparer.Ordinal)
            .Select(zone => new Queue<NodeRecord>(zone.OrderBy(node => node.Name, StringComparer.Ordinal))).ToList();
        var ordered = new List<NodeRecord>();
        while (zones.Count > 0)
        {
            foreach (var zone in zones) { ordered.Add(Copy(zone.Dequeue(), old)); }
            zones.RemoveAll(zone => zone.Count == 0);
        }

        _nodes = [.. ordered];
        for (var i = 0; i < _nodes.Length; i++) { _nodes[i].PlaceAt(i); }
    }

    /// <summary>Brings one node up to date.</summary>
    public void Update(NodeRecord current)
    {
        var own = _byName[current.Name];
        if (!ReferenceEquals(own.ImageSizes, current.ImageSizes))
        {
            CountImages(own, -1);
            own.CopyFrom(current);
            CountImages(own, 1);
            return;
        }

        own.CopyFrom(current);
    }

    private NodeRecord Copy(NodeRecord current, Dictionary<string, NodeRecord> old)
    {
        var own = old.GetValueOrDefault(current.Name) ?? new NodeRecord(current.Name);
        if (own.Generation != current.Generation) { own.CopyFrom(current); }
        _byName[current.Name] = own;
        CountImages(own, 1);
        return own;
    }

    private void CountImages(NodeRecord node, int sign)
    {
        foreach (var image in node.ImageSizes.Keys)
        {
            var count = _nodesWithImage.GetValueOrDefault(image) + sign;
            if (count == 0) { _nodesWithImage.Remove(image); }
            else { _nodesWithImage[image] = count; }
        }
    }
}
