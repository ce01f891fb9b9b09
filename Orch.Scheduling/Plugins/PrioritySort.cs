namespace Orch.Scheduling.Plugins;

/// <summary>Higher priority first; of equals, who waits longest.</summary>
internal sealed class PrioritySort : IQueueSortPlugin
{
    public string Name => "PrioritySort";

    public int Compare(QueuedPod left, QueuedPod right)
    {
        var order = right.Pod.Priority.CompareTo(left.Pod.Priority);
        return order != 0 ? order : left.Enqueued.CompareTo(right.Enqueued);
    }
}
