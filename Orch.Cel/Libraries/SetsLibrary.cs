using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Lists taken as sets.</summary>
internal static class SetsLibrary
{
    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("sets.contains", "(list<A>, list<A>) bool", (in CelValue list, in CelValue part) => CelValue.FromBool(ContainsAll(list.AsList(), part.AsList())))
            with { Cost = CostModel.SetProduct },
        CelOverload.Create("sets.intersects", "(list<A>, list<A>) bool", (in CelValue list, in CelValue other) => CelValue.FromBool(Intersects(list.AsList(), other.AsList())))
            with { Cost = CostModel.SetProduct },
        CelOverload.Create("sets.equivalent", "(list<A>, list<A>) bool",
            (in CelValue list, in CelValue other) => CelValue.FromBool(ContainsAll(list.AsList(), other.AsList()) && ContainsAll(other.AsList(), list.AsList())))
            with { Cost = CostModel.SetEquivalence },
    ];

    private static bool ContainsAll(CelList list, CelList part)
    {
        for (var index = 0; index < part.Count; index++)
        {
            if (!Contains(list, part[index])) { return false; }
        }

        return true;
    }

    private static bool Intersects(CelList list, CelList other)
    {
        for (var index = 0; index < other.Count; index++)
        {
            if (Contains(list, other[index])) { return true; }
        }

        return false;
    }

    private static bool Contains(CelList list, in CelValue item)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (CelEquality.AreEqual(list[index], item)) { return true; }
        }

        return false;
    }
}
