using System.Net;

namespace Orch.Networking.Proxy;

/// <summary>Numbers endpoints so that a change moves as few as it can.</summary>
internal static class Slots
{
    /// <summary>The wanted endpoints, each in its old slot where that is possible; a hole is filled by a new one, else by the last.</summary>
    public static IReadOnlyList<IPEndPoint> Keep(IReadOnlyList<IPEndPoint> old, IReadOnlyList<IPEndPoint> wanted)
    {
        if (old.Count == 0)
        {
            return [.. wanted.OrderBy(endpoint => endpoint.ToString(), StringComparer.Ordinal)];
        }

        var remaining = new HashSet<IPEndPoint>(wanted);
        var slots = new IPEndPoint?[Math.Max(old.Count, wanted.Count)];
        for (var i = 0; i < old.Count; i++)
        {
            if (remaining.Remove(old[i])) { slots[i] = old[i]; }
        }

        var fresh = new Queue<IPEndPoint>(remaining.OrderBy(endpoint => endpoint.ToString(), StringComparer.Ordinal));
        for (var i = 0; i < slots.Length && fresh.Count > 0; i++) { slots[i] ??= fresh.Dequeue(); }
        for (int hole = 0, last = slots.Length - 1; hole < wanted.Count; hole++)
        {
            if (slots[hole] is not null) { continue; }
            while (slots[last] is null) { last--; }
            (slots[hole], slots[last]) = (slots[last], null);
        }

        return [.. slots.Take(wanted.Count).OfType<IPEndPoint>()];
    }
}
