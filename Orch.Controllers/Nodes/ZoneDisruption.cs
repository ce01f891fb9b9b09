namespace Orch.Controllers.Nodes;

/// <summary>How badly a zone is hit.</summary>
internal enum ZoneState
{
    /// <summary>Few nodes are down, if any.</summary>
    Normal,

    /// <summary>So many are down that the fault may lie elsewhere.</summary>
    Partial,

    /// <summary>All are down.</summary>
    Full,
}

/// <summary>Judges zones by their nodes and says how fast nodes may be given up.</summary>
/// <remarks>Where everything seems down it is more likely that the controller is cut off: then nothing is evicted. Thread-safe.</remarks>
internal sealed class ZoneDisruption(NodeLifecycleOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Zone, bool IsReady)> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Zone> _zones = new(StringComparer.Ordinal);

    /// <summary>Whether every zone is fully down.</summary>
    public bool IsTotal
    {
        get { lock (_lock) { return _zones.Count > 0 && _zones.Values.All(zone => StateOf(zone) == ZoneState.Full); } }
    }

    public ZoneState StateOf(string zone)
    {
        lock (_lock) { return _zones.TryGetValue(zone, out var found) ? StateOf(found) : ZoneState.Normal; }
    }

    public void Set(string node, string zone, bool isReady)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(node, out var before))
            {
                if (before == (zone, isReady)) { return; }
                Count(before.Zone, before.IsReady, -1);
            }

            _nodes[node] = (zone, isReady);
            Count(zone, isReady, 1);
        }
    }

    public void Remove(string node)
    {
        lock (_lock)
        {
            if (_nodes.Remove(node, out var before)) { Count(before.Zone, before.IsReady, -1); }
        }
    }

    /// <summary>Asks to give up one node of a zone.</summary>
    /// <returns>Null: do it now. Else ask again after this time.</returns>
    public TimeSpan? TryEvict(string zone)
    {
        lock (_lock)
        {
            if (!_zones.TryGetValue(zone, out var found)) { return null; }
            var rate = RateOf(found);
            var now = time.GetUtcNow();
            if (rate <= 0) { return TimeSpan.FromSeconds(10); }
            if (found.NextAt > now) { return Earlier(found.NextAt - now, TimeSpan.FromSeconds(1 / rate)); }
            found.NextAt = now + TimeSpan.FromSeconds(1 / rate);
            return null;
        }
    }

    // The rate may have risen since the last one was given up.
    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private double RateOf(Zone zone) => StateOf(zone) switch
    {
        ZoneState.Partial => zone.Ready + zone.NotReady > options.LargeClusterSizeThreshold ? options.SecondaryEvictionRate : 0,
        _ => options.EvictionRate,
    };

    private ZoneState StateOf(Zone zone)
    {
        if (zone is { Ready: 0, NotReady: > 0 }) { return ZoneState.Full; }
        return zone.NotReady > 2 && (double)zone.NotReady / (zone.NotReady + zone.Ready) >= options.UnhealthyZoneThreshold ? ZoneState.Partial : ZoneState.Normal;
    }

    private void Count(string name, bool isReady, int change)
    {
        if (!_zones.TryGetValue(name, out var zone)) { _zones[name] = zone = new Zone(); }
        if (isReady) { zone.Ready += change; }
        else { zone.NotReady += change; }
        if (zone.Ready + zone.NotReady == 0) { _zones.Remove(name); }
    }

    private sealed class Zone
    {
        public int Ready { get; set; }

        public int NotReady { get; set; }

        public DateTimeOffset NextAt { get; set; }
    }
}
