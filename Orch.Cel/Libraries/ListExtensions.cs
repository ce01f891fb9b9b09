using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>cel-go's extension for lists, version 3.</summary>
internal static class ListExtensions
{
    private const int MaxRange = 1_000_000;
    private static readonly string[] Comparable = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];

    public static List<CelOverload> Overloads()
    {
        var all = new List<CelOverload>
        {
            CelOverload.Create("slice", ".(list<A>, int, int) list<A>", (ReadOnlySpan<CelValue> values) => Slice(values[0].AsList(), values[1].AsInt(), values[2].AsInt()))
                with { Cost = CostModel.CopyList },
            CelOverload.Create("flatten", ".(list<list<A>>) list<A>", (in CelValue list) => Flatten(list, 1)) with { Cost = CostModel.CopyList },
            CelOverload.Create("flatten", ".(list<dyn>, int) list<dyn>", (in CelValue list, in CelValue depth) => Flatten(list, depth.AsInt())) with { Cost = CostModel.CopyList },
            CelOverload.Create("lists.range", "(int) list<int>", Range) with { Cost = CostModel.Range },
            CelOverload.Create("distinct", ".(list<A>) list<A>", Distinct) with { Cost = CostModel.Distinct },
            CelOverload.Create("reverse", ".(list<A>) list<A>", Reverse) with { Cost = CostModel.CopyList },
        };
        StandardLibrary.Function(all, "sort", Sort, CostModel.Distinct, [.. Comparable.Select(type => $".(list<{type}>) list<{type}>")]);
        return all;
    }

    /// <summary>The items in the order of their keys; equal keys keep their order.</summary>
    public static CelValue SortBy(CelList list, CelValue[] keys)
    {
        for (var index = 0; index < keys.Length; index++)
        {
            if (keys[index].Kind != keys[0].Kind) { return CelValue.Fault("list elements must have the same type"); }
            if (!Arithmetic.TryCompare(keys[index], keys[0], out _)) { return CelValue.Fault("list elements must be comparable"); }
        }

        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(order, (left, right) =>
        {
            Arithmetic.TryCompare(keys[left], keys[right], out var result);
            return result is null or 0 ? left - right : result.Value;
        });
        return CelValue.FromList(CelList.Of(Array.ConvertAll(order, index => list[index])));
    }

    private static CelValue Sort(in CelValue value)
    {
        if (value.Kind != CelKind.List) { return Evaluation.Faults.NoOverload("sort", [value]); }
        return SortBy(value.AsList(), Items(value.AsList()));
    }

    private static CelValue[] Items(CelList list)
    {
        var items = new CelValue[list.Count];
        for (var index = 0; index < items.Length; index++) { items[index] = list[index]; }
        return items;
    }

    private static CelValue Slice(CelList list, long start, long end)
    {
        if (start < 0 || end < 0) { return CelValue.Fault($"cannot slice({start}, {end}), negative indexes not supported"); }
        if (start > end) { return CelValue.Fault($"cannot slice({start}, {end}), start index must be less than or equal to end index"); }
        if (list.Count < end) { return CelValue.Fault($"cannot slice({start}, {end}), list is length {list.Count}"); }
        var items = new CelValue[end - start];
        for (var index = 0; index < items.Length; index++) { items[index] = list[(int)start + index]; }
        return CelValue.FromList(CelList.Of(items));
    }

    private static CelValue Flatten(in CelValue value, long depth)
    {
        if (depth < 0) { return CelValue.Fault("level must be non-negative"); }
        var items = new List<CelValue>();
        Collect(value.AsList(), Math.Min(depth, 64));
        return CelValue.FromList(CelList.Of([.. items]));

        void Collect(CelList list, long levels)
        {
            for (var index = 0; index < list.Count; index++)
            {
                if (levels > 0 && list[index].Kind == CelKind.List) { Collect(list[index].AsList(), levels - 1); }
                else { items.Add(list[index]); }
            }
        }
    }

    private static CelValue Range(in CelValue value)
    {
        if (value.AsInt() > MaxRange) { return CelValue.Fault($"lists.range: {value.AsInt()} is more than {MaxRange}"); }
        var items = new CelValue[Math.Max(0, value.AsInt())];
        for (var index = 0; index < items.Length; index++) { items[index] = CelValue.FromInt(index); }
        return CelValue.FromList(CelList.Of(items));
    }

    private static CelValue Distinct(in CelValue value)
    {
        var seen = new HashSet<CelValue>();
        return CelValue.FromList(CelList.Of([.. Items(value.AsList()).Where(seen.Add)]));
    }

    private static CelValue Reverse(in CelValue value)
    {
        var items = Items(value.AsList());
        Array.Reverse(items);
        return CelValue.FromList(CelList.Of(items));
    }
}
