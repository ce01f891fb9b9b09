using Orch.Cel.Syntax;

namespace Orch.Cel.Libraries;

/// <summary>Values that may be missing.</summary>
internal static class OptionalLibrary
{
    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("optional.of", "(A) optional_type<A>", (in CelValue value) => CelValue.FromOptional(value)),
        CelOverload.Create("optional.ofNonZeroValue", "(A) optional_type<A>", (in CelValue value) => IsZero(value) ? CelValue.NoValue : CelValue.FromOptional(value)),
        CelOverload.Create("optional.none", "() optional_type<A>", (ReadOnlySpan<CelValue> _) => CelValue.NoValue),
        CelOverload.Create("hasValue", ".(optional_type<A>) bool", (in CelValue value) => CelValue.FromBool(value.TryGetOptional(out _))),
        CelOverload.Create("value", ".(optional_type<A>) A", (in CelValue value) => value.TryGetOptional(out var inner) ? inner : CelValue.Fault("optional.none() dereference")),
        CelOverload.Create("or", ".(optional_type<A>, optional_type<A>) optional_type<A>", StandardLibrary.NotCalled) with { IsDispatching = true },
        CelOverload.Create("orValue", ".(optional_type<A>, A) A", StandardLibrary.NotCalled) with { IsDispatching = true },
        CelOverload.Create(Operators.Index, "(optional_type<list<A>>, int) optional_type<A>", StandardLibrary.NotCalled),
        CelOverload.Create(Operators.Index, "(optional_type<map<A, B>>, A) optional_type<B>", StandardLibrary.NotCalled),
        CelOverload.Create(Operators.OptionalIndex, "(list<A>, int) optional_type<A>", StandardLibrary.NotCalled),
        CelOverload.Create(Operators.OptionalIndex, "(map<A, B>, A) optional_type<B>", StandardLibrary.NotCalled),
        CelOverload.Create(Operators.OptionalIndex, "(optional_type<list<A>>, int) optional_type<A>", StandardLibrary.NotCalled),
        CelOverload.Create(Operators.OptionalIndex, "(optional_type<map<A, B>>, A) optional_type<B>", StandardLibrary.NotCalled),
        CelOverload.Create("optional.unwrap", "(list<optional_type<A>>) list<A>", Unwrap) with { Cost = Costs.CostModel.CopyList },
        CelOverload.Create("unwrapOpt", ".(list<optional_type<A>>) list<A>", Unwrap) with { Cost = Costs.CostModel.CopyList },
        CelOverload.Create("first", ".(list<A>) optional_type<A>", (in CelValue value) => At(value.AsList(), 0)),
        CelOverload.Create("last", ".(list<A>) optional_type<A>", (in CelValue value) => At(value.AsList(), value.AsList().Count - 1)),
    ];

    private static CelValue At(CelList list, int index) => list.Count == 0 ? CelValue.NoValue : CelValue.FromOptional(list[index]);

    private static CelValue Unwrap(in CelValue value)
    {
        var list = value.AsList();
        var items = new List<CelValue>(list.Count);
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index].Kind != CelKind.Optional) { return CelValue.Fault("value type " + list[index].RuntimeType() + " is not optional"); }
            if (list[index].TryGetOptional(out var inner)) { items.Add(inner); }
        }

        return CelValue.FromList(CelList.Of([.. items]));
    }

    private static bool IsZero(in CelValue value) => value.Kind switch
    {
        CelKind.Null => true,
        CelKind.Bool => value.IsFalse,
        CelKind.Int => value.AsInt() == 0,
        CelKind.Uint => value.AsUint() == 0,
        CelKind.Double => value.AsDouble() == 0,
        CelKind.String => value.AsString().Length == 0,
        CelKind.Bytes => value.AsBytes().Length == 0,
        CelKind.List => value.AsList().Count == 0,
        CelKind.Map => value.AsMap().Count == 0,
        CelKind.Duration => value.AsDuration() == 0,
        CelKind.Timestamp => value.AsTimestamp() == (CelTime.MinSeconds, 0),
        CelKind.Optional => !value.TryGetOptional(out _),
        _ => false,
    };
}
