using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' functions for lists.</summary>
internal static class ListsLibrary
{
    private static readonly string[] Comparable = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];

    public static List<CelOverload> Overloads()
    {
        var all = new List<CelOverload>();
        StandardLibrary.Function(all, "isSorted", IsSorted, CostModel.Items, [.. Comparable.Select(type => $".(list<{type}>) bool")]);
        StandardLibrary.Function(all, "min", (in CelValue list) => Extreme(list, "min", -1), CostModel.Items, [.. Comparable.Select(type => $".(list<{type}>) {type}")]);
        StandardLibrary.Function(all, "max", (in CelValue list) => Extreme(list, "max", 1), CostModel.Items, [.. Comparable.Select(type => $".(list<{type}>) {type}")]);
        foreach (var (type, zero) in new[] { ("int", CelValue.FromInt(0)), ("uint", CelValue.FromUint(0)), ("double", CelValue.FromDouble(0)), ("duration", CelValue.FromDuration(0)) })
        {
            StandardLibrary.Function(all, "sum", (in CelValue list) => Sum(list, zero), CostModel.Items, $".(list<{type}>) {type}");
        }

        all.Add(CelOverload.Create("indexOf", ".(list<A>, A) int", (in CelValue list, in CelValue item) => IndexOf(list.AsList(), item)) with { Cost = CostModel.IndexOf });
        all.Add(CelOverload.Create("lastIndexOf", ".(list<A>, A) int", (in CelValue list, in CelValue item) => LastIndexOf(list.AsList(), item)) with { Cost = CostModel.IndexOf });
        return all;
    }

    private static CelValue IsSorted(in CelValue value)
    {
        if (value.Kind != CelKind.List) { return Evaluation.Faults.NoOverload("isSorted", [value]); }
        var list = value.AsList();
        for (var index = 1; index < list.Count; index++)
        {
            if (!Arithmetic.TryCompare(list[index - 1], list[index], out var order)) { return CelValue.Fault("no such overload"); }
            if (order > 0) { return CelValue.False; }
        }

        return CelValue.True;
    }

    private static CelValue Extreme(in CelValue value, string function, int sign)
    {
        if (value.Kind != CelKind.List) { return Evaluation.Faults.NoOverload(function, [value]); }
        var list = value.AsList();
        if (list.Count == 0) { return CelValue.Fault($"{function} called on empty list"); }
        var best = list[0];
        for (var index = 1; index < list.Count; index++)
        {
            if (!Arithmetic.TryCompare(list[index], best, out var order)) { return CelValue.Fault("no such overload"); }
            if (order * sign > 0) { best = list[index]; }
        }

        return best;
    }

    private static CelValue Sum(in CelValue value, CelValue zero)
    {
        if (value.Kind != CelKind.List) { return Evaluation.Faults.NoOverload("sum", [value]); }
        var list = value.AsList();
        if (list.Count == 0) { return zero; }
        var sum = list[0];
        for (var index = 1; index < list.Count && !sum.IsError; index++) { sum = Arithmetic.Add(sum, list[index]); }
        return sum;
    }

    private static CelValue IndexOf(CelList list, in CelValue item)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (CelEquality.AreEqual(list[index], item)) { return CelValue.FromInt(index); }
        }

        return CelValue.FromInt(-1);
    }

    private static CelValue LastIndexOf(CelList list, in CelValue item)
    {
        for (var index = list.Count - 1; index >= 0; index--)
        {
            if (CelEquality.AreEqual(list[index], item)) { return CelValue.FromInt(index); }
        }

        return CelValue.FromInt(-1);
    }
}
