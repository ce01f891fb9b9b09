namespace Orch.Scheduling.Queue;

/// <summary>What the queue needs to know of the profiles: order, gates, hints and back-off.</summary>
internal sealed class QueueRules
{
    private readonly IQueueSortPlugin _sort;
    private readonly Func<PodInfo, IReadOnlyList<IPreEnqueuePlugin>> _gates;
    private readonly Dictionary<string, IReadOnlyList<RequeueHint>?> _hints = [];
    private readonly Dictionary<ClusterChange, string[]> _concerned = [];
    private readonly TimeSpan _initialBackoff;
    private readonly TimeSpan _maxBackoff;

    /// <param name="sort">Orders the active pods.</param>
    /// <param name="gates">The PreEnqueue plugins of a pod's profile.</param>
    /// <param name="plugins">Every plugin that may refuse a pod.</param>
    /// <param name="initialBackoff">After the first failure; doubles with each.</param>
    /// <param name="maxBackoff">The longest.</param>
    public QueueRules(
        IQueueSortPlugin sort, Func<PodInfo, IReadOnlyList<IPreEnqueuePlugin>> gates, IEnumerable<ISchedulerPlugin> plugins,
        TimeSpan initialBackoff, TimeSpan maxBackoff)
    {
        _sort = sort;
        _gates = gates;
        _initialBackoff = initialBackoff;
        _maxBackoff = maxBackoff;
        foreach (var plugin in plugins) { _hints[plugin.Name] = (plugin as IRequeueHints)?.Hints; }
        for (var change = 1; change < (int)ClusterChange.All; change <<= 1)
        {
            var kind = (ClusterChange)change;
            _concerned[kind] = [.. _hints.Where(entry => Concerns(entry.Value, kind)).Select(entry => entry.Key)];
        }
    }

    public int Compare(QueuedPod left, QueuedPod right) => _sort.Compare(left, right);

    /// <summary>The plugin that keeps a pod out of the active queue; null lets it in.</summary>
    public string? GateOf(PodInfo pod)
    {
        foreach (var plugin in _gates(pod))
        {
            if (!plugin.PreEnqueue(pod).IsSuccess) { return plugin.Name; }
        }

        return null;
    }

    /// <summary>Plugins that a change may make think again; the change may combine several kinds.</summary>
    public IEnumerable<string> PluginsConcernedBy(ClusterChange change)
    {
        if (_concerned.TryGetValue(change, out var names)) { return names; }
        return _concerned.Where(entry => (change & entry.Key) != 0).SelectMany(entry => entry.Value).Distinct();
    }

    /// <summary>Whether a change may lift the refusal of one of the plugins that refused a pod.</summary>
    public bool IsWorthTrying(QueueEntry entry, ClusterChange change, object? oldObject, object? newObject)
    {
        foreach (var plugin in entry.RejectedBy)
        {
            if (!_hints.TryGetValue(plugin, out var hints) || hints is null) { return true; }
            foreach (var hint in hints)
            {
                if ((hint.Change & change) != 0 && hint.IsWorthTrying?.Invoke(entry.Pod, oldObject, newObject) != false) { return true; }
            }
        }

        return false;
    }

    public TimeSpan BackoffAfter(int attempts)
    {
        var backoff = _initialBackoff;
        for (var i = 1; i < attempts && backoff < _maxBackoff; i++) { backoff *= 2; }
        return backoff < _maxBackoff ? backoff : _maxBackoff;
    }

    private static bool Concerns(IReadOnlyList<RequeueHint>? hints, ClusterChange change)
        => hints is null || hints.Any(hint => (hint.Change & change) != 0);
}
