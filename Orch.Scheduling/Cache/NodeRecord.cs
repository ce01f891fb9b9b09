using k8s.Models;

namespace Orch.Scheduling.Cache;

/// <summary>A node with the sums over its pods, kept up as pods come and go. Not thread-safe: the cache's lock or the cycle owns it.</summary>
internal sealed class NodeRecord(string name) : NodeInfo
{
    private static readonly V1Node Absent = new() { Metadata = new V1ObjectMeta(), Spec = new V1NodeSpec(), Status = new V1NodeStatus() };
    private static readonly Dictionary<string, long> NoImages = [];

    private readonly List<PodInfo> _pods = [];
    private readonly List<HostPort> _ports = [];
    private readonly ResourceAmounts _requested = new();
    private Dictionary<string, long> _imageSizes = NoImages;
    private ResourceAmounts _allocatable = new();
    private V1Node? _node;
    private long _nonZeroMilliCpu;
    private long _nonZeroMemoryBytes;
    private long _generation;
    private int _position = -1;

    /// <summary>A snapshot tells by it whether it is behind.</summary>
    public override long Generation => _generation;

    public override int Position => _position;

    /// <summary>False while pods are known on a node that is not, or no longer.</summary>
    public bool HasNode => _node is not null;

    public override string Name => name;

    public override V1Node Node => _node ?? Absent;

    public override IReadOnlyList<PodInfo> Pods => _pods;

    public override ResourceAmounts Requested => _requested;

    public override long NonZeroRequestedMilliCpu => _nonZeroMilliCpu;

    public override long NonZeroRequestedMemoryBytes => _nonZeroMemoryBytes;

    public override ResourceAmounts Allocatable => _allocatable;

    public IReadOnlyDictionary<string, long> ImageSizes => _imageSizes;

    /// <summary>The failure domain: region and zone; empty when the node names none.</summary>
    public string Zone { get; private set; } = string.Empty;

    public override bool IsPortFree(HostPort port)
    {
        foreach (var taken in _ports)
        {
            if (taken.ConflictsWith(port)) { return false; }
        }

        return true;
    }

    public override long ImageSizeBytes(string image) => _imageSizes.GetValueOrDefault(image);

    public void Touch(long generation) => _generation = generation;

    public void PlaceAt(int position) => _position = position;

    public void SetNode(V1Node? node)
    {
        _node = node;
        _allocatable = ResourceNames.From(node?.Status?.Allocatable ?? node?.Status?.Capacity);
        _imageSizes = Images(node);
        var labels = node?.Metadata.Labels;
        Zone = labels is null
            ? string.Empty
            : string.Concat(labels.TryGetValue("topology.kubernetes.io/region", out var region) ? region : string.Empty, "\0",
                labels.TryGetValue("topology.kubernetes.io/zone", out var zone) ? zone : string.Empty);
    }

    public void AddPod(PodInfo pod)
    {
        _pods.Add(pod);
        _ports.AddRange(pod.HostPorts);
        Count(pod, 1);
    }

    public bool RemovePod(string uid)
    {
        var index = _pods.FindIndex(candidate => candidate.Uid == uid);
        if (index < 0) { return false; }
        var pod = _pods[index];
        _pods[index] = _pods[^1];
        _pods.RemoveAt(_pods.Count - 1);
        foreach (var port in pod.HostPorts) { _ports.Remove(port); }
        Count(pod, -1);
        return true;
    }

    /// <summary>Becomes like another record of the same node, reusing what is allocated.</summary>
    public void CopyFrom(NodeRecord other)
    {
        _node = other._node;
        _allocatable = other._allocatable;
        _imageSizes = other._imageSizes;
        Zone = other.Zone;
        _generation = other._generation;
        _pods.Clear();
        _pods.AddRange(other._pods);
        _ports.Clear();
        _ports.AddRange(other._ports);
        _requested.Clear();
        _requested.Add(other._requested);
        _nonZeroMilliCpu = other._nonZeroMilliCpu;
        _nonZeroMemoryBytes = other._nonZeroMemoryBytes;
    }

    private static Dictionary<string, long> Images(V1Node? node)
    {
        if (node?.Status?.Images is not { Count: > 0 } images) { return NoImages; }
        var sizes = new Dictionary<string, long>();
        foreach (var image in images)
        {
            foreach (var imageName in image.Names ?? []) { sizes[imageName] = image.SizeBytes ?? 0; }
        }

        return sizes;
    }

    private void Count(PodInfo pod, int sign)
    {
        _requested.Add(pod.Requests, sign);
        _nonZeroMilliCpu += sign * pod.NonZeroMilliCpu;
        _nonZeroMemoryBytes += sign * pod.NonZeroMemoryBytes;
    }
}
