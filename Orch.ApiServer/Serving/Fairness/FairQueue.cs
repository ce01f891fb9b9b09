namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Requests that wait, first come first served, and how much the queue has been served so far.</summary>
internal sealed class FairQueue
{
    private readonly LinkedList<Waiter> _waiters = [];

    /// <summary>How many wait.</summary>
    public int Count => _waiters.Count;

    /// <summary>Those who wait, in their order.</summary>
    public IEnumerable<Waiter> Waiters => _waiters;

    /// <summary>The one that is next.</summary>
    public Waiter First => _waiters.First!.Value;

    /// <summary>The virtual time at which its next request starts: all that the queue was given lies before.</summary>
    public double Next { get; set; }

    public void Add(Waiter waiter)
    {
        waiter.Queue = this;
        waiter.Place = _waiters.AddLast(waiter);
    }

    public void Remove(Waiter waiter)
    {
        _waiters.Remove(waiter.Place!);
        waiter.Place = null;
    }
}

/// <summary>A request that waits for seats, or got them after waiting.</summary>
internal sealed class Waiter(int width, ulong flow) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public int Width { get; } = width;

    public ulong Flow { get; } = flow;

    /// <summary>What it is of, for those who look at the queues.</summary>
    public FlowSchema? Schema { get; init; }

    /// <summary>What tells its flow from others of the schema.</summary>
    public string Distinguisher { get; init; } = string.Empty;

    /// <summary>Who asks.</summary>
    public string User { get; init; } = string.Empty;

    /// <summary>What is asked.</summary>
    public RequestInfo? Info { get; init; }

    /// <summary>When it came.</summary>
    public DateTimeOffset Arrived { get; set; }

    /// <summary>The queue it waits or waited in.</summary>
    public FairQueue? Queue { get; set; }

    /// <summary>Null once it no longer waits.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>Counts up in the order of arrival.</summary>
    public long Order { get; set; }

    /// <summary>When it got its seats.</summary>
    public long Dispatched { get; set; }

    /// <summary>What its queue was charged for a seat, in seconds.</summary>
    public double Charged { get; set; }
}
