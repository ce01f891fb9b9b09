using k8s.Models;
using Orch.Serialization;

namespace Orch.Controllers.EndpointSlices;

/// <summary>The fewest writes that bring slices to what is desired, since each write goes to every node.</summary>
/// <remarks>
/// An endpoint stays in the slice that it is in. New ones fill slices that change anyhow, then the unchanged slice into which they
/// fit most tightly, and only then new slices; a slice that falls empty is reused before one is made. Slices are not balanced.
/// </remarks>
internal sealed record SlicePlan(IReadOnlyList<V1EndpointSlice> Create, IReadOnlyList<V1EndpointSlice> Update, IReadOnlyList<V1EndpointSlice> Delete)
{
    public static SlicePlan For(SliceTemplate template, IReadOnlyList<DesiredGroup> groups, IEnumerable<V1EndpointSlice> existing, int maxPerSlice)
    {
        var create = new List<V1EndpointSlice>();
        var update = new List<V1EndpointSlice>();
        var left = existing.OrderBy(static slice => slice.Metadata.Name, StringComparer.Ordinal).ToList();
        var waiting = new List<(DesiredGroup Group, List<V1Endpoint> Endpoints)>();
        foreach (var group in groups)
        {
            var key = DesiredGroup.PortsKey(group.Ports);
            var own = left.Where(slice => slice.AddressType == group.AddressType && DesiredGroup.PortsKey(slice.Ports) == key).ToList();
            var layout = Layout(template, group, own, maxPerSlice);
            left.RemoveAll(slice => layout.Kept.Any(kept => ReferenceEquals(kept.Slice, slice)));
            update.AddRange(layout.Kept.Where(static kept => kept.IsChanged).Select(kept => template.Change(kept.Slice, group, kept.Endpoints)));
            waiting.AddRange(layout.New.Select(endpoints => (group, endpoints)));
        }

        // The address type of a slice cannot change; all else can.
        foreach (var (group, endpoints) in waiting)
        {
            if (left.Find(slice => slice.AddressType == group.AddressType) is { } free)
            {
                left.Remove(free);
                update.Add(template.Change(free, group, endpoints));
            }
            else
            {
                create.Add(template.Make(group, endpoints));
            }
        }

        return new SlicePlan(create, update, left);
    }

    /// <summary>What makes an endpoint the same one: whom it reaches, not how that one fares.</summary>
    private static string Identity(V1Endpoint endpoint)
        => $"{string.Join(',', endpoint.Addresses)}|{endpoint.Hostname}|{endpoint.NodeName}|{endpoint.TargetRef?.Kind}/{endpoint.TargetRef?.NamespaceProperty}/{endpoint.TargetRef?.Name}/{endpoint.TargetRef?.Uid}";

    private static (List<Kept> Kept, List<List<V1Endpoint>> New) Layout(SliceTemplate template, DesiredGroup group, List<V1EndpointSlice> own, int maxPerSlice)
    {
        var rest = new OrderedDictionary<string, V1Endpoint>();
        foreach (var endpoint in group.Endpoints) { rest[Identity(endpoint)] = endpoint; }
        var kept = own.ConvertAll(slice => Keep(template, slice, rest));
        var waiting = new Queue<V1Endpoint>(rest.Values);

        foreach (var slice in kept.Where(static slice => slice is { IsChanged: true, Endpoints.Count: > 0 }).OrderByDescending(static slice => slice.Endpoints.Count)) { slice.Fill(waiting, maxPerSlice); }
        var full = new List<List<V1Endpoint>>();
        while (waiting.Count >= maxPerSlice) { full.Add(Take(waiting, maxPerSlice)); }
        if (waiting.Count > 0)
        {
            var tightest = kept.Where(slice => slice.Endpoints.Count > 0 && slice.Endpoints.Count + waiting.Count <= maxPerSlice).MaxBy(static slice => slice.Endpoints.Count);
            if (tightest is not null) { tightest.Fill(waiting, maxPerSlice); }
            else { full.Add(Take(waiting, maxPerSlice)); }
        }

        var used = kept.Where(static slice => slice.Endpoints.Count > 0).ToList();
        if (used.Count == 0 && full.Count == 0)
        {
            // One empty slice stands for the group.
            if (kept.Count > 0) { used.Add(kept[0]); }
            else { full.Add([]); }
        }

        return (used, full);
    }

    private static Kept Keep(SliceTemplate template, V1EndpointSlice slice, OrderedDictionary<string, V1Endpoint> rest)
    {
        var kept = new Kept(slice) { IsChanged = !template.Fits(slice) };
        foreach (var endpoint in slice.Endpoints ?? [])
        {
            if (!rest.Remove(Identity(endpoint), out var wanted)) { kept.IsChanged = true; continue; }
            kept.Endpoints.Add(wanted);
            if (!ApiJson.ContentEquals(endpoint, wanted)) { kept.IsChanged = true; }
        }

        return kept;
    }

    private static List<V1Endpoint> Take(Queue<V1Endpoint> from, int most)
    {
        var taken = new List<V1Endpoint>();
        while (taken.Count < most && from.TryDequeue(out var endpoint)) { taken.Add(endpoint); }
        return taken;
    }

    private sealed class Kept(V1EndpointSlice slice)
    {
        public V1EndpointSlice Slice => slice;

        public List<V1Endpoint> Endpoints { get; } = [];

        public bool IsChanged { get; set; }

        public void Fill(Queue<V1Endpoint> from, int most)
        {
            while (Endpoints.Count < most && from.TryDequeue(out var endpoint)) { Endpoints.Add(endpoint); IsChanged = true; }
        }
    }
}
