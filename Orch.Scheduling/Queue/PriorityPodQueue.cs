using Orch.Resources;

namespace Orch.Scheduling.Queue;

/// <summary>Active, back-off and parked pods of all profiles.</summary>
/// <remarks>
/// The three pools and their rules are kube-scheduler's (https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/).
/// A change that happens while a pod is in flight is remembered, so that a refusal decided on older facts does not park it for ever;
/// the safety net for a change that no hint foresaw is the flush of pods parked longer than <see cref="MaxParked"/>.
/// </remarks>
internal sealed class PriorityPodQueue : IPodQueue, IDisposable
{
    /// <summary>Changes remembered for pods in flight; beyond it any change counts as one that concerns them.</summary>
    private const int MaxRememberedChanges = 1024;

    private static readonly TimeSpan MaxParked = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly QueueRules _rules;
    private readonly SemaphoreSlim _available = new(0);
    private readonly SortedSet<QueueEntry> _active;
    private readonly SortedSet<QueueEntry> _backoff = new(Comparer<QueueEntry>.Create(static (left, right) =>
    {
        var order = left.BackoffUntil.CompareTo(right.BackoffUntil);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }));

    private readonly Dictionary<ObjectKey, QueueEntry> _entries = [];
    private readonly Dictionary<string, HashSet<QueueEntry>> _parkedByPlugin = [];
    private readonly HashSet<QueueEntry> _parked = [];
    private readonly List<Change> _changes = [];
    private readonly ITimer _backoffTimer;
    private readonly ITimer _flushTimer;
    private long _changeCount;
    private long _sequence;
    private int _inFlight;

    public PriorityPodQueue(TimeProvider time, QueueRules rules)
    {
        _time = time;
        _rules = rules;
        _active = new SortedSet<QueueEntry>(Comparer<QueueEntry>.Create((left, right) =>
        {
            var order = rules.Compare(left.View, right.View);
            return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
        }));
        _backoffTimer = time.CreateTimer(_ => EndBackoffs(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _flushTimer = time.CreateTimer(_ => FlushParked(), null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
    }

    /// <summary>How many pods are where, for metrics.</summary>
    public (int Active, int Backoff, int Parked) Counts
    {
        get { lock (_lock) { return (_active.Count, _backoff.Count, _parked.Count); } }
    }

    public void AddOrUpdate(PodInfo pod)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(pod.Key, out var entry) || entry.Pod.Uid != pod.Uid)
            {
                if (entry is not null) { Detach(entry); }
                entry = new QueueEntry(pod, _time.GetUtcNow(), ++_sequence);
                _entries[pod.Key] = entry;
                Enter(entry);
                return;
            }

            var old = entry.Pod;
            var place = entry.Place;
            if (place == QueuePlace.InFlight)
            {
                // The cycle goes on with what it took; the change is among those it is judged by when it comes back.
                entry.Pod = pod;
                Remember(ClusterChange.PodItself, old.Pod, pod.Pod);
                return;
            }

            Detach(entry);
            entry.Pod = pod;
            entry.View = entry.View with { Pod = pod };
            if (place == QueuePlace.Parked && !_rules.IsWorthTrying(entry, ClusterChange.PodItself, old.Pod, pod.Pod)) { Park(entry); }
            else if (place == QueuePlace.Backoff) { EnterBackoff(entry); }
            else { Enter(entry); }
        }
    }

    public void Remove(ObjectKey pod)
    {
        lock (_lock)
        {
            if (_entries.Remove(pod, out var entry)) { Detach(entry); }
        }
    }

    public async ValueTask<QueueEntry> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (_active.Min is not { } entry) { continue; } // it was removed, or went on to back off
                _active.Remove(entry);
                entry.Place = QueuePlace.InFlight;
                entry.Attempts++;
                entry.ChangesSeen = _changeCount;
                _inFlight++;
                return entry;
            }
        }
    }

    public void Complete(QueueEntry entry)
    {
        lock (_lock)
        {
            Land(entry);
            if (_entries.GetValueOrDefault(entry.Pod.Key) == entry) { _entries.Remove(entry.Pod.Key); }
        }
    }

    public void GiveBack(QueueEntry entry, IReadOnlyCollection<string> rejectedBy)
    {
        lock (_lock)
        {
            entry.RejectedBy = rejectedBy;
            var happened = ChangedMeanwhile(entry);
            Land(entry);
            if (_entries.GetValueOrDefault(entry.Pod.Key) != entry) { return; } // deleted, or made anew, meanwhile
            Wait(entry, tryAgain: rejectedBy.Count == 0 || happened);
        }
    }

    public void Restore(QueueEntry entry)
    {
        lock (_lock)
        {
            if (!_entries.TryAdd(entry.Pod.Key, entry)) { return; }
            entry.RejectedBy = [];
            Wait(entry, tryAgain: true);
        }
    }

    public void Notify(ClusterChange change, object? oldObject, object? newObject)
    {
        lock (_lock)
        {
            Remember(change, oldObject, newObject);
            foreach (var plugin in _rules.PluginsConcernedBy(change))
            {
                if (!_parkedByPlugin.TryGetValue(plugin, out var waiting)) { continue; }
                foreach (var entry in waiting.ToArray())
                {
                    if (_rules.IsWorthTrying(entry, change, oldObject, newObject)) { Unpark(entry); }
                }
            }
        }
    }

    public void Dispose()
    {
        _backoffTimer.Dispose();
        _flushTimer.Dispose();
        _available.Dispose();
    }

    private void Enter(QueueEntry entry)
    {
        if (_rules.GateOf(entry.Pod) is { } plugin)
        {
            entry.RejectedBy = [plugin];
            Park(entry);
            entry.Place = QueuePlace.Gated;
            return;
        }

        entry.Place = QueuePlace.Active;
        _active.Add(entry);
        _available.Release();
    }

    private void EnterBackoff(QueueEntry entry)
    {
        if (entry.BackoffUntil <= _time.GetUtcNow()) { Enter(entry); return; }
        entry.Place = QueuePlace.Backoff;
        _backoff.Add(entry);
        if (_backoff.Min == entry) { ArmBackoffTimer(); }
    }

    private void Wait(QueueEntry entry, bool tryAgain)
    {
        var now = _time.GetUtcNow();
        entry.View = new QueuedPod(entry.Pod, entry.Enqueued, entry.Attempts);
        entry.ParkedAt = now;
        entry.BackoffUntil = now + _rules.BackoffAfter(entry.Attempts);
        if (tryAgain) { EnterBackoff(entry); }
        else { Park(entry); }
    }

    private void Park(QueueEntry entry)
    {
        entry.Place = QueuePlace.Parked;
        _parked.Add(entry);
        foreach (var plugin in entry.RejectedBy)
        {
            if (!_parkedByPlugin.TryGetValue(plugin, out var waiting)) { _parkedByPlugin[plugin] = waiting = []; }
            waiting.Add(entry);
        }
    }

    private void Unpark(QueueEntry entry)
    {
        var gated = entry.Place == QueuePlace.Gated;
        Detach(entry);
        if (gated) { Enter(entry); }
        else { EnterBackoff(entry); }
    }

    private void Detach(QueueEntry entry)
    {
        switch (entry.Place)
        {
            case QueuePlace.Active: _active.Remove(entry); break;
            case QueuePlace.Backoff: _backoff.Remove(entry); break;
            case QueuePlace.Parked or QueuePlace.Gated:
                _parked.Remove(entry);
                foreach (var plugin in entry.RejectedBy) { _parkedByPlugin[plugin].Remove(entry); }
                break;
        }

        if (entry.Place != QueuePlace.InFlight) { entry.Place = QueuePlace.None; }
    }

    private void Land(QueueEntry entry)
    {
        entry.Place = QueuePlace.None;
        if (--_inFlight == 0) { _changes.Clear(); }
    }

    private void Remember(ClusterChange change, object? oldObject, object? newObject)
    {
        _changeCount++;
        if (_inFlight > 0 && _changes.Count < MaxRememberedChanges) { _changes.Add(new Change(_changeCount, change, oldObject, newObject)); }
    }

    private bool ChangedMeanwhile(QueueEntry entry)
    {
        if (entry.ChangesSeen == _changeCount) { return false; }
        if (_changes.Count >= MaxRememberedChanges) { return true; }
        foreach (var change in _changes)
        {
            if (change.Number > entry.ChangesSeen && _rules.IsWorthTrying(entry, change.Kind, change.Old, change.New)) { return true; }
        }

        return false;
    }

    private void EndBackoffs()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            while (_backoff.Min is { } entry && entry.BackoffUntil <= now)
            {
                _backoff.Remove(entry);
                Enter(entry);
            }

            ArmBackoffTimer();
        }
    }

    private void FlushParked()
    {
        lock (_lock)
        {
            var before = _time.GetUtcNow() - MaxParked;
            foreach (var entry in _parked.Where(entry => entry.Place == QueuePlace.Parked && entry.ParkedAt <= before).ToArray()) { Unpark(entry); }
        }
    }

    private void ArmBackoffTimer()
    {
        if (_backoff.Min is not { } next) { return; }
        var due = next.BackoffUntil - _time.GetUtcNow();
        _backoffTimer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private readonly record struct Change(long Number, ClusterChange Kind, object? Old, object? New);
}
