using k8s.Models;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Requests of one priority: so many seats at once, and fair queues for those that find none.</summary>
/// <remarks>
/// Queues are served by start-time fair queueing: a queue's next request starts in virtual time when its last one ends, or now if the
/// queue was idle, and the earliest start goes first. A queue that asks much is therefore served as often as one that asks little, and no more.
/// What a request takes is seats times seconds; since the seconds are known only afterwards, the queue is charged the level's usual
/// ones and the difference later. While nothing waits a request costs one lock and two additions.
/// </remarks>
internal sealed class PriorityLevel(string name, string uid, TimeProvider time)
{
    private const double FirstGuess = 0.01;
    private readonly Lock _gate = new();
    private FairQueue[] _queues = [];
    private int _handSize;
    private int _queueLimit;
    private int _seats;
    private int _inUse;
    private int _executing;
    private int _waiting;
    private int _waitingSeats;
    private int _peak;
    private long _dispatched;
    private long _rejected;
    private long _arrivals;
    private double _virtual;
    private double _usual = FirstGuess;

    public string Name { get; } = name;

    public string Uid { get; } = uid;

    /// <summary>What those are told who are turned away.</summary>
    public RetryAfter RetryAfter { get; } = new(time);

    /// <summary>Whether nothing of it ever waits.</summary>
    public bool IsExempt { get; private set; }

    /// <summary>Seats now.</summary>
    public int Seats => Volatile.Read(ref _seats);

    /// <summary>Bounds of the seats.</summary>
    public SeatLimits Limits { get; private set; }

    /// <summary>The demand for seats, evened out; the allocator's.</summary>
    public double Smoothed { get; set; }

    /// <summary>Seats taken.</summary>
    public int InUse => Volatile.Read(ref _inUse);

    /// <summary>Requests that have seats.</summary>
    public int Executing => Volatile.Read(ref _executing);

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Requests that got seats.</summary>
    public long Dispatched => Interlocked.Read(ref _dispatched);

    /// <summary>Requests that were refused.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Takes over a configuration; requests that wait keep their place as far as there are queues.</summary>
    public void Configure(V1PriorityLevelConfigurationSpec spec, SeatLimits limits)
    {
        lock (_gate)
        {
            IsExempt = spec.Type == "Exempt";
            var isNew = Limits != limits;
            Limits = limits;
            if (isNew) { _seats = limits.Nominal; }
            var queuing = spec.Limited?.LimitResponse is { Type: "Queue" } response ? response.Queuing ?? new V1QueuingConfiguration() : null;
            _queueLimit = queuing is null ? 0 : queuing.QueueLengthLimit ?? 50;
            var count = queuing is null ? 0 : Math.Max(1, queuing.Queues ?? 64);
            _handSize = Math.Clamp(queuing?.HandSize ?? 8, 1, Math.Min(Math.Max(1, count), ShuffleShard.MaxHand));
            if (count != _queues.Length) { Requeue(count); }
            Dispatch();
        }
    }

    /// <summary>Takes seats if there are enough and nobody waits.</summary>
    public bool TryEnter(int width)
    {
        lock (_gate)
        {
            if (!IsExempt && (_waiting > 0 || !Fits(width))) { return false; }
            Take(width);
            return true;
        }
    }

    /// <summary>Takes seats, or a place in a queue.</summary>
    /// <param name="waiter">Completes with true when it has its seats.</param>
    /// <returns>Why not, or null.</returns>
    public string? Enter(Waiter waiter)
    {
        lock (_gate)
        {
            if (IsExempt || (_waiting == 0 && Fits(waiter.Width)))
            {
                Take(waiter.Width);
                waiter.SetResult(true);
                return null;
            }

            if (_queues.Length == 0) { _rejected++; return "concurrency-limit"; }
            var queue = QueueOf(waiter.Flow);
            if (queue.Count >= _queueLimit) { _rejected++; return "queue-full"; }
            Enqueue(queue, waiter);
            Dispatch();
            return null;
        }
    }

    /// <summary>Gives up waiting.</summary>
    /// <returns>False when it has its seats already.</returns>
    public bool Abandon(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Place is null) { return false; }
            waiter.Queue!.Remove(waiter);
            _waiting--;
            _waitingSeats -= waiter.Width;
            _rejected++;
            waiter.TrySetResult(false);
            Dispatch();
            return true;
        }
    }

    /// <summary>Gives seats back.</summary>
    /// <param name="waiter">The request's, if it had to wait.</param>
    public void Leave(int width, Waiter? waiter) => Leave(width, 0, 0, waiter);

    /// <summary>Gives seats back; those for what comes after the request when that is over.</summary>
    /// <param name="waiter">The request's, if it had to wait.</param>
    public void Leave(in Work work, Waiter? waiter)
    {
        if (work.Later <= TimeSpan.Zero || IsExempt) { Leave(work.Width, 0, 0, waiter); return; }
        Leave(work.Width, work.LaterSeats, work.Later.TotalSeconds, waiter);
        _ = ReleaseAsync(work.LaterSeats, work.Later);
    }

    /// <summary>All that can be told of its queues at one moment.</summary>
    /// <param name="read">Called for each queue with its number, under the lock.</param>
    public void Inspect(Action<int, FairQueue> read)
    {
        lock (_gate)
        {
            for (var index = 0; index < _queues.Length; index++) { read(index, _queues[index]); }
        }
    }

    private void Leave(int width, int kept, double later, Waiter? waiter)
    {
        lock (_gate)
        {
            _inUse -= width - kept;
            _executing--;
            if (waiter?.Queue is { } queue)
            {
                var seconds = time.GetElapsedTime(waiter.Dispatched).TotalSeconds;
                queue.Next += ((seconds - waiter.Charged) * width) + (later * kept);
                _usual += (seconds - _usual) * 0.05;
            }

            if (_waiting > 0) { Dispatch(); }
        }
    }

    private async Task ReleaseAsync(int seats, TimeSpan after)
    {
        await Task.Delay(after, time).ConfigureAwait(false);
        lock (_gate)
        {
            _inUse -= seats;
            if (_waiting > 0) { Dispatch(); }
        }
    }

    /// <summary>Sets the seats, and serves who fits now.</summary>
    public void Resize(int seats)
    {
        lock (_gate)
        {
            _seats = seats;
            Dispatch();
        }
    }

    /// <summary>The most seats that were in use or waited for since the last call.</summary>
    public int TakePeak()
    {
        lock (_gate)
        {
            var peak = _peak;
            _peak = _inUse + _waitingSeats;
            return peak;
        }
    }

    // One that is wider than all seats together goes alone.
    private bool Fits(int width) => _inUse == 0 || _inUse + width <= _seats;

    private void Take(int width)
    {
        _inUse += width;
        _executing++;
        _dispatched++;
        if (_inUse + _waitingSeats > _peak) { _peak = _inUse + _waitingSeats; }
    }

    private void Enqueue(FairQueue queue, Waiter waiter)
    {
        // A queue that was idle has saved nothing up.
        if (queue.Count == 0) { queue.Next = Math.Max(_virtual, queue.Next); }
        waiter.Order = _arrivals++;
        if (waiter.Arrived == default) { waiter.Arrived = time.GetUtcNow(); }
        queue.Add(waiter);
        _waiting++;
        _waitingSeats += waiter.Width;
        if (_inUse + _waitingSeats > _peak) { _peak = _inUse + _waitingSeats; }
    }

    // Of the flow's hand the queue with the fewest waiting.
    private FairQueue QueueOf(ulong flow)
    {
        Span<int> hand = stackalloc int[ShuffleShard.MaxHand];
        hand = hand[.._handSize];
        ShuffleShard.Deal(flow, _queues.Length, hand);
        var best = _queues[hand[0]];
        foreach (var card in hand[1..])
        {
            if (_queues[card].Count < best.Count) { best = _queues[card]; }
        }

        return best;
    }

    private void Dispatch()
    {
        while (_waiting > 0)
        {
            FairQueue? next = null;
            foreach (var queue in _queues)
            {
                if (queue.Count > 0 && (next is null || queue.Next < next.Next)) { next = queue; }
            }

            // Whoever is next is waited for, however wide: else the narrow ones would keep it out for ever.
            if (next is null || !(IsExempt || Fits(next.First.Width))) { return; }
            var waiter = next.First;
            next.Remove(waiter);
            _waiting--;
            _waitingSeats -= waiter.Width;
            _virtual = Math.Max(_virtual, next.Next);
            waiter.Charged = _usual;
            next.Next += _usual * waiter.Width;
            waiter.Dispatched = time.GetTimestamp();
            Take(waiter.Width);
            waiter.TrySetResult(true);
        }
    }

    private void Requeue(int count)
    {
        var waiters = new List<Waiter>(_waiting);
        foreach (var queue in _queues)
        {
            while (queue.Count > 0) { waiters.Add(queue.First); queue.Remove(queue.First); }
        }

        _waiting = 0;
        _waitingSeats = 0;
        _queues = new FairQueue[count];
        for (var index = 0; index < count; index++) { _queues[index] = new FairQueue { Next = _virtual }; }
        waiters.Sort(static (left, right) => left.Order.CompareTo(right.Order));
        foreach (var waiter in waiters)
        {
            if (count > 0) { Enqueue(QueueOf(waiter.Flow), waiter); continue; }
            _rejected++;
            waiter.TrySetResult(false);
        }
    }
}
