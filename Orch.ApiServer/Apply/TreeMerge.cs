using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>Merges what is applied into what is there.</summary>
/// <remarks>As structured-merge-diff's <c>Merge</c>. The outcome shares parts with both sides; neither is changed.</remarks>
internal static class TreeMerge
{
    // Where one side says nothing; null is a value.
    private static readonly object Absent = new();

    /// <summary>The merged object.</summary>
    public static object? Merge(object? live, object? applied, MergeType type)
    {
        var merged = MergeAt(live, applied, type);
        return ReferenceEquals(merged, Absent) ? null : merged;
    }

    private static object? MergeAt(object? live, object? applied, MergeType type)
    {
        var form = ReferenceEquals(applied, Absent) ? TreeItems.FormOf(type, live) : TreeItems.FormOf(type, applied);
        switch (form)
        {
            case TreeForm.Map when !type.Map!.IsAtomic && (live is JsonMap { Count: > 0 } || applied is JsonMap { Count: > 0 }):
                return MergeMaps(live as JsonMap, applied as JsonMap, type.Map);
            case TreeForm.List when !type.List!.IsAtomic && (live is JsonList { Count: > 0 } || applied is JsonList { Count: > 0 }):
                return MergeLists(live as JsonList, applied as JsonList, type.List);
            default:
                return ReferenceEquals(applied, Absent) ? live : applied;
        }
    }

    private static object? MergeMaps(JsonMap? live, JsonMap? applied, MergeMap type)
    {
        var merged = new JsonMap();
        foreach (var (name, item) in live ?? [])
        {
            var other = applied is not null && applied.TryGetValue(name, out var given) ? given : Absent;
            Keep(merged, name, MergeAt(item, other, TypeOf(type, name)));
        }

        foreach (var (name, item) in applied ?? [])
        {
            if (live?.ContainsKey(name) != true) { Keep(merged, name, MergeAt(Absent, item, TypeOf(type, name))); }
        }

        return merged.Count == 0 ? Absent : merged;
    }

    private static MergeType TypeOf(MergeMap type, string name) => TreeItems.FieldOf(type, name) ?? MergeType.Free;

    private static void Keep(JsonMap map, string name, object? value)
    {
        if (!ReferenceEquals(value, Absent)) { map.Add(name, value); }
    }

    // The applied order holds among what is applied; other items stay as near to their neighbours as that allows.
    private static object? MergeLists(JsonList? live, JsonList? applied, MergeList type)
    {
        var left = Index(live, type);
        var right = Index(applied, type);
        var shared = new Queue<byte[]>(right.Elements.Where(left.Values.ContainsKey));
        shared.TryDequeue(out var nextShared);
        var done = new HashSet<byte[]>(ElementComparer.Instance);
        var merged = new JsonList();
        var (l, r) = (0, 0);
        while (l < left.Elements.Count || r < right.Elements.Count)
        {
            if (l < left.Elements.Count && r < right.Elements.Count)
            {
                var element = left.Elements[l];
                if (IsSame(element, right.Elements[r]))
                {
                    Take(element);
                    l++;
                    r++;
                    shared.TryDequeue(out nextShared);
                    continue;
                }

                if (right.Values.ContainsKey(element) && nextShared is not null && !IsSame(nextShared, element))
                {
                    l++;
                    continue;
                }
            }

            if (l < left.Elements.Count)
            {
                var element = left.Elements[l];
                if (!right.Values.ContainsKey(element))
                {
                    Keep(merged, MergeAt(left.Items[l], Absent, type.Element));
                    l++;
                    continue;
                }

                if (done.Contains(element)) { l++; }
            }

            if (r < right.Elements.Count)
            {
                var element = right.Elements[r++];
                Take(element);
                if (nextShared is not null && IsSame(nextShared, element)) { shared.TryDequeue(out nextShared); }
            }
        }

        return merged.Count == 0 ? Absent : merged;

        void Take(byte[] element)
        {
            done.Add(element);
            Keep(merged, MergeAt(left.Values.GetValueOrDefault(element, Absent), right.Values[element], type.Element));
        }
    }

    private static void Keep(JsonList list, object? value)
    {
        if (!ReferenceEquals(value, Absent)) { list.Add(value); }
    }

    private static bool IsSame(byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right);

    // An item that is there twice is merged with nothing: the applied one takes its place.
    private static (List<byte[]> Elements, List<object?> Items, Dictionary<byte[], object?> Values) Index(JsonList? list, MergeList type)
    {
        var (elements, items) = (new List<byte[]>(list?.Count ?? 0), new List<object?>(list?.Count ?? 0));
        var values = new Dictionary<byte[], object?>(ElementComparer.Instance);
        foreach (var item in list ?? [])
        {
            if (TreeItems.ElementOf(type, item).Element is not { } element) { continue; }
            if (!values.TryAdd(element, item)) { values[element] = null; }
            elements.Add(element);
            items.Add(item);
        }

        return (elements, items, values);
    }
}
