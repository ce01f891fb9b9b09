namespace Orch.Scheduling.Queue;

/// <summary>A pod on its way through the queue; owned by the queue, except while in flight.</summary>
internal sealed class QueueEntry(PodInfo pod, DateTimeOffset enqueued, long sequence)
{
    public PodInfo Pod { get; set; } = pod;

    /// <summary>When it first came.</summary>
    public DateTimeOffset Enqueued { get; } = enqueued;

    /// <summary>Breaks ties, so that the order is total.</summary>
    public long Sequence { get; } = sequence;

    public int Attempts { get; set; }

    /// <summary>When its back-off ends.</summary>
    public DateTimeOffset BackoffUntil { get; set; }

    /// <summary>When it was last found unschedulable.</summary>
    public DateTimeOffset ParkedAt { get; set; }

    /// <summary>The plugins that refused it last; empty after a failure that no plugin answers for.</summary>
    public IReadOnlyCollection<string> RejectedBy { get; set; } = [];

    /// <summary>While in flight: the number of changes that had happened when it was taken.</summary>
    public long ChangesSeen { get; set; }

    public QueuePlace Place { get; set; }

    /// <summary>What queue sort plugins see; made anew when the pod changes or is tried again.</summary>
    public QueuedPod View { get; set; } = new(pod, enqueued, 0);
}

/// <summary>Where an entry is.</summary>
internal enum QueuePlace
{
    None,
    Active,
    Backoff,
    Parked,
    Gated,
    InFlight,
}
