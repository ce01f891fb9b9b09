namespace Orch.Scheduling.Plugins;

/// <summary>Keeps pods with scheduling gates out of the queue until the last gate is gone.</summary>
internal sealed class SchedulingGates : IPreEnqueuePlugin, IRequeueHints
{
    public string Name => "SchedulingGates";

    public IReadOnlyList<RequeueHint> Hints { get; } = [new RequeueHint(ClusterChange.PodItself)];

    public SchedulingStatus PreEnqueue(PodInfo pod)
        => pod.Pod.Spec.SchedulingGates is { Count: > 0 } gates
            ? new SchedulingStatus(SchedulingCode.Pending, $"waiting for scheduling gates: [{string.Join(' ', gates.Select(gate => gate.Name))}]")
            : SchedulingStatus.Success;
}
