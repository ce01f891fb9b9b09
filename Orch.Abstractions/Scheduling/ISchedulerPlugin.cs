namespace Orch.Scheduling;

/// <summary>A rule of the scheduler; does its work through one or more of the extension points below.</summary>
/// <remarks>
/// <para>One instance serves all cycles of a profile. Members named without <c>Async</c> run on the scheduling thread for every candidate:
/// they must be quick, must not block and allocate as little as they can; <c>Filter</c> and <c>Score</c> may be called for several nodes at once.</para>
/// <para>"Does not fit" is a <see cref="SchedulingStatus"/>, not an exception; an exception fails the pod's cycle, names the plugin, and the pod is tried again.</para>
/// <para>The extension points are kube-scheduler's: https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/</para>
/// </remarks>
public interface ISchedulerPlugin
{
    /// <summary>By which profiles enable, order and weigh it, and metrics and traces show it; upstream's name for a default plugin.</summary>
    string Name { get; }
}

/// <summary>Decides whether a pod may enter the active queue at all; such a pod is not even tried before an event says so.</summary>
public interface IPreEnqueuePlugin : ISchedulerPlugin
{
    /// <summary>Success lets the pod in.</summary>
    SchedulingStatus PreEnqueue(PodInfo pod);
}

/// <summary>Orders the active queue; a profile has exactly one, and all profiles of a scheduler the same.</summary>
public interface IQueueSortPlugin : ISchedulerPlugin
{
    /// <summary>Negative: <paramref name="left"/> goes first. A strict weak order.</summary>
    int Compare(QueuedPod left, QueuedPod right);
}

/// <summary>Says which changes of the cluster may make a pod schedulable that this plugin refused; without it, every change does.</summary>
public interface IRequeueHints : ISchedulerPlugin
{
    /// <summary>Asked once, at start.</summary>
    IReadOnlyList<RequeueHint> Hints { get; }
}

/// <summary>Looks at a pod once before any node: computes what <see cref="IFilterPlugin"/> needs, or narrows the nodes.</summary>
public interface IPreFilterPlugin : ISchedulerPlugin
{
    /// <summary>
    /// <see cref="SchedulingCode.Skip"/> spares the pod this plugin's Filter; a refusal ends the cycle for all nodes.
    /// </summary>
    PreFilterResult PreFilter(CycleState state, PodInfo pod, NodeSnapshot nodes);
}

/// <summary>Keeps <see cref="IPreFilterPlugin"/>'s findings right while preemption tries what a node would be like without some pods.</summary>
public interface IPreFilterExtensions : IPreFilterPlugin
{
    /// <summary>A pod is counted onto a node.</summary>
    SchedulingStatus AddPod(CycleState state, PodInfo pod, PodInfo added, NodeInfo node);

    /// <summary>A pod is taken off a node.</summary>
    SchedulingStatus RemovePod(CycleState state, PodInfo pod, PodInfo removed, NodeInfo node);
}

/// <summary>Decides whether a pod fits on a node.</summary>
public interface IFilterPlugin : ISchedulerPlugin
{
    /// <summary>Success: it fits, as far as this rule goes.</summary>
    SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node);
}

/// <summary>Runs when no node fits, to make room (preemption).</summary>
public interface IPostFilterPlugin : ISchedulerPlugin
{
    /// <summary>Success with a node nominates it; the first plugin that succeeds ends the point.</summary>
    ValueTask<PostFilterResult> PostFilterAsync(
        CycleState state, PodInfo pod, IReadOnlyDictionary<string, SchedulingStatus> failures, CancellationToken cancellationToken);
}

/// <summary>Looks at the nodes that fit, once, before they are scored.</summary>
public interface IPreScorePlugin : ISchedulerPlugin
{
    /// <summary><see cref="SchedulingCode.Skip"/> spares the pod this plugin's Score.</summary>
    SchedulingStatus PreScore(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes);
}

/// <summary>Says how good a node is for a pod.</summary>
public interface IScorePlugin : ISchedulerPlugin
{
    /// <summary>Higher is better. 0 to 100, unless <see cref="IScoreNormalizer"/> brings it there.</summary>
    long Score(CycleState state, PodInfo pod, NodeInfo node);
}

/// <summary>Brings all nodes' scores into 0 to 100.</summary>
public interface IScoreNormalizer : IScorePlugin
{
    /// <summary>Changes <paramref name="scores"/> in place; same order as <paramref name="nodes"/>.</summary>
    void Normalize(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes, Span<long> scores);
}

/// <summary>Keeps count of what a pod takes on its node from the decision until the binding is seen.</summary>
public interface IReservePlugin : ISchedulerPlugin
{
    /// <summary>A refusal undoes the reservations made before it.</summary>
    SchedulingStatus Reserve(CycleState state, PodInfo pod, string nodeName);

    /// <summary>Undoes; must be idempotent, and is called even if this plugin's own Reserve was not.</summary>
    void Unreserve(CycleState state, PodInfo pod, string nodeName);
}

/// <summary>Lets a decided pod go on, wait, or not.</summary>
public interface IPermitPlugin : ISchedulerPlugin
{
    /// <summary><see cref="SchedulingCode.Wait"/> holds the pod until someone allows or rejects it, at most <see cref="PermitResult.Timeout"/>.</summary>
    PermitResult Permit(CycleState state, PodInfo pod, string nodeName);
}

/// <summary>Does what must be done before a pod is bound, such as attaching a volume.</summary>
public interface IPreBindPlugin : ISchedulerPlugin
{
    /// <summary>A refusal undoes the reservation and sends the pod back to the queue.</summary>
    ValueTask<SchedulingStatus> PreBindAsync(CycleState state, PodInfo pod, string nodeName, CancellationToken cancellationToken);
}

/// <summary>Binds a pod to its node.</summary>
public interface IBindPlugin : ISchedulerPlugin
{
    /// <summary><see cref="SchedulingCode.Skip"/> leaves it to the next bind plugin.</summary>
    ValueTask<SchedulingStatus> BindAsync(CycleState state, PodInfo pod, string nodeName, CancellationToken cancellationToken);
}

/// <summary>Is told that a pod has been bound.</summary>
public interface IPostBindPlugin : ISchedulerPlugin
{
    /// <summary>Tidies up; has no say any more.</summary>
    void PostBind(CycleState state, PodInfo pod, string nodeName);
}
