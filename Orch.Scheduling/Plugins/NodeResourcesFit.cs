using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Framework;

namespace Orch.Scheduling.Plugins;

/// <summary>A pod fits where what it asks for is left; prefers nodes with much left, or with little, as the options say.</summary>
internal sealed class NodeResourcesFit(IOptions<SchedulingOptions> options) : IFilterPlugin, IScorePlugin, IRequeueHints
{
    private static readonly SchedulingStatus TooManyPods = SchedulingStatus.Unschedulable("Too many pods");
    private static readonly SchedulingStatus NoCpu = SchedulingStatus.Unschedulable("Insufficient cpu");
    private static readonly SchedulingStatus NoMemory = SchedulingStatus.Unschedulable("Insufficient memory");
    private readonly bool _most = options.Value.ResourceScoring == ResourceScoring.MostAllocated;

    public string Name => "NodeResourcesFit";

    public IReadOnlyList<RequeueHint> Hints { get; } =
    [
        new RequeueHint(ClusterChange.AssignedPodGone | ClusterChange.PodItself),
        new RequeueHint(ClusterChange.NodeAdded | ClusterChange.NodeAllocatable, static (pod, _, node) => node is V1Node added && CouldEverFit(pod, added)),
    ];

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        var (wanted, taken, offered) = (pod.Requests, node.Requested, node.Allocatable);
        var pods = node.Pods.Count + 1 <= offered.Pods;
        var cpu = wanted.MilliCpu == 0 || wanted.MilliCpu <= offered.MilliCpu - taken.MilliCpu;
        var memory = wanted.MemoryBytes == 0 || wanted.MemoryBytes <= offered.MemoryBytes - taken.MemoryBytes;
        var others = wanted.EphemeralStorageBytes == 0 && wanted.Extended.Count == 0;
        return (pods, cpu, memory, others) switch
        {
            (true, true, true, true) => SchedulingStatus.Success,
            (false, true, true, true) => TooManyPods,
            (true, false, true, true) => NoCpu,
            (true, true, false, true) => NoMemory,
            _ => All(wanted, taken, offered, pods, cpu, memory),
        };
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        var cpu = Score(node.NonZeroRequestedMilliCpu + pod.NonZeroMilliCpu, node.Allocatable.MilliCpu);
        var memory = Score(node.NonZeroRequestedMemoryBytes + pod.NonZeroMemoryBytes, node.Allocatable.MemoryBytes);
        return (cpu + memory) / 2;
    }

    private long Score(long requested, long capacity)
    {
        if (capacity == 0) { return 0; }
        if (_most) { return Math.Min(requested, capacity) * Scores.Max / capacity; }
        return requested > capacity ? 0 : (capacity - requested) * Scores.Max / capacity;
    }

    private static SchedulingStatus All(ResourceAmounts wanted, ResourceAmounts taken, ResourceAmounts offered, bool pods, bool cpu, bool memory)
    {
        var reasons = new List<string>();
        if (!pods) { reasons.Add(TooManyPods.Reason!); }
        if (!cpu) { reasons.Add(NoCpu.Reason!); }
        if (!memory) { reasons.Add(NoMemory.Reason!); }
        if (wanted.EphemeralStorageBytes > offered.EphemeralStorageBytes - taken.EphemeralStorageBytes && wanted.EphemeralStorageBytes > 0)
        {
            reasons.Add("Insufficient ephemeral-storage");
        }

        foreach (var (name, amount) in wanted.Extended)
        {
            if (amount > 0 && amount > offered.Extended.GetValueOrDefault(name) - taken.Extended.GetValueOrDefault(name)) { reasons.Add($"Insufficient {name}"); }
        }

        return reasons.Count == 0 ? SchedulingStatus.Success : SchedulingStatus.Unschedulable(string.Join('\n', reasons));
    }

    private static bool CouldEverFit(PodInfo pod, V1Node node)
    {
        var offered = ResourceNames.From(node.Status?.Allocatable ?? node.Status?.Capacity);
        return All(pod.Requests, new ResourceAmounts(), offered, offered.Pods > 0,
            pod.Requests.MilliCpu <= offered.MilliCpu, pod.Requests.MemoryBytes <= offered.MemoryBytes).IsSuccess;
    }
}
