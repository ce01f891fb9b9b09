using Orch.Cel.Libraries;
using Orch.Cel.Syntax;

namespace Orch.Cel.Costs;

/// <summary>Reckons what a checked tree can cost from the bounds of the types in it.</summary>
internal sealed class CostEstimator
{
    private static readonly CelCostEstimate Unknown = new(0, ulong.MaxValue);
    private readonly Dictionary<Expr, CelCostEstimate> _sizes = [];
    private readonly List<(string Name, Expr? Value)> _locals = [];

    public CelCostEstimate Estimate(Expr expression)
    {
        switch (expression)
        {
            case ConstExpr: return default;
            case IdentExpr: return CelCostEstimate.One;
            case SelectExpr { Qualified: not null }: return CelCostEstimate.One;
            case SelectExpr select:
                var operand = Estimate(select.Operand);
                var isFree = select.IsTest || select.Operand.Type.Kind is not (CelKind.Map or CelKind.Object or CelKind.Parameter);
                return isFree ? operand : operand.Add(CelCostEstimate.One);
            case CallExpr call: return Call(call);
            case LogicalExpr logical:
                // The first term may decide; the others are looked at in the worst case.
                var terms = Array.ConvertAll(logical.Terms, Estimate);
                return terms.Skip(1).Aggregate(terms[0], (sum, term) => new CelCostEstimate(terms[0].Min, sum.Add(term).Max));
            case ConditionalExpr conditional:
                var branches = Estimate(conditional.WhenTrue).Union(Estimate(conditional.WhenFalse));
                _sizes[conditional] = SizeOf(conditional.WhenTrue).Union(SizeOf(conditional.WhenFalse));
                return Estimate(conditional.Condition).Add(branches);
            case ListExpr list: return Sum(list.Items).Add(CelCostEstimate.Exactly(CostRules.ListCreation));
            case MapExpr map: return Sum(map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value })).Add(CelCostEstimate.Exactly(CostRules.MapCreation));
            case ObjectExpr made: return Sum(made.Entries.Select(entry => entry.Value)).Add(CelCostEstimate.Exactly(CostRules.ObjectCreation));
            case ComprehensionExpr comprehension: return Comprehension(comprehension);
            case BindExpr bind: return Bind(bind);
            default: throw new InvalidOperationException(expression.GetType().Name);
        }
    }

    private CelCostEstimate Sum(IEnumerable<Expr> expressions)
        => expressions.Aggregate(default(CelCostEstimate), (sum, expression) => sum.Add(Estimate(expression)));

    private CelCostEstimate Comprehension(ComprehensionExpr comprehension)
    {
        var range = Estimate(comprehension.Range);
        var count = SizeOf(comprehension.Range);
        _locals.Add((comprehension.First, null));
        if (comprehension.Second is not null) { _locals.Add((comprehension.Second, null)); }
        var predicate = comprehension.Predicate is null ? default : Estimate(comprehension.Predicate);
        var transform = comprehension.Transform is null ? default : Estimate(comprehension.Transform);
        _locals.RemoveRange(_locals.Count - (comprehension.Second is null ? 1 : 2), comprehension.Second is null ? 1 : 2);

        // Per item and around the loop, as cel-go's expansions of the macros have it.
        var (step, around) = comprehension.Kind switch
        {
            // The accumulator is looked at and joined even when it already decides.
            ComprehensionKind.All => (new CelCostEstimate(3, predicate.Add(CelCostEstimate.Exactly(3)).Max), 1UL),
            ComprehensionKind.Exists => (new CelCostEstimate(4, predicate.Add(CelCostEstimate.Exactly(4)).Max), 1UL),
            ComprehensionKind.ExistsOne => (predicate.Add(new CelCostEstimate(1, 2)), 2UL),
            ComprehensionKind.Filter => (predicate.Add(new CelCostEstimate(1, 13)), 11UL),
            ComprehensionKind.Map or ComprehensionKind.TransformList when comprehension.Predicate is null => (transform.Add(CelCostEstimate.Exactly(12)), 11UL),
            ComprehensionKind.Map or ComprehensionKind.TransformList => (predicate.Add(CelCostEstimate.One.Union(transform.Add(CelCostEstimate.Exactly(12)))), 11UL),
            _ => (predicate.Add(CelCostEstimate.One.Union(transform.Add(CelCostEstimate.Exactly(3)))), 31UL),
        };
        if (comprehension.Kind is not (ComprehensionKind.All or ComprehensionKind.Exists or ComprehensionKind.ExistsOne))
        {
            _sizes[comprehension] = comprehension.Predicate is null && comprehension.Kind != ComprehensionKind.TransformMapEntry ? count : new CelCostEstimate(0, count.Max);
        }

        return range.Add(count.Multiply(step)).Add(CelCostEstimate.Exactly(around));
    }

    private CelCostEstimate Bind(BindExpr bind)
    {
        var value = Estimate(bind.Value);
        _locals.Add((bind.Name, bind.Kind == BindKind.Bind ? bind.Value : null));
        var body = Estimate(bind.Body);
        _sizes[bind] = bind.Kind == BindKind.SortBy ? SizeOf(bind.Value) : SizeOf(bind.Body);
        _locals.RemoveAt(_locals.Count - 1);
        return bind.Kind switch
        {
            BindKind.Bind => value.Add(body).Add(CelCostEstimate.Exactly(CostRules.ListCreation)),
            BindKind.SortBy => value.Add(SizeOf(bind.Value).Multiply(body.Add(CelCostEstimate.Exactly(13)))).Add(CelCostEstimate.One),
            _ => value.Add(new CelCostEstimate(1, body.Add(CelCostEstimate.Exactly(CostRules.ListCreation + 2)).Max)),
        };
    }

    private CelCostEstimate SizeOf(Expr expression)
    {
        if (_sizes.TryGetValue(expression, out var size)) { return size; }
        switch (expression)
        {
            case ConstExpr constant: return CelCostEstimate.Exactly((ulong)CostRules.Size(constant.Value));
            case ListExpr list: return CelCostEstimate.Exactly((ulong)list.Items.Length);
            case MapExpr map: return CelCostEstimate.Exactly((ulong)map.Entries.Length);
            case IdentExpr { Variable: < 0, TypeValue: null } ident:
                var local = _locals.FindLast(item => item.Name == ident.Name);
                return local.Value is not null ? SizeOf(local.Value) : OfType(ident.Type);
            case IdentExpr or SelectExpr: return OfType(expression.Type);
            case CallExpr { Function: Operators.Index }: return OfType(expression.Type);
            default: return IsScalar(expression.Type) ? CelCostEstimate.One : Unknown;
        }
    }

    private static CelCostEstimate OfType(CelType type)
    {
        if (IsScalar(type)) { return CelCostEstimate.One; }
        return type.Kind == CelKind.Object ? default : type.MaxSize == CelType.Unbounded ? Unknown : new CelCostEstimate(0, (ulong)type.MaxSize);
    }

    private static bool IsScalar(CelType type) => type.Kind is CelKind.Bool or CelKind.Int or CelKind.Uint or CelKind.Double
        or CelKind.Timestamp or CelKind.Duration or CelKind.Null or CelKind.Type;

    private CelCostEstimate Call(CallExpr call)
    {
        Expr[] arguments = call.Target is null ? call.Arguments : [call.Target, .. call.Arguments];
        var cost = Sum(arguments);
        if (call.Function is Operators.Index or Operators.OptionalIndex) { return cost.Add(CelCostEstimate.One); }
        CelCostEstimate? own = null;
        CelCostEstimate? result = null;
        foreach (var overload in call.Overloads)
        {
            var (one, size) = Overload(overload, arguments);
            own = own?.Union(one) ?? one;
            if (size is not null) { result = result?.Union(size.Value) ?? size; }
        }

        if (result is not null) { _sizes[call] = result.Value; }
        return cost.Add(own ?? CelCostEstimate.One);
    }

    private (CelCostEstimate Cost, CelCostEstimate? ResultSize) Overload(CelOverload overload, Expr[] arguments)
    {
        var first = arguments.Length > 0 ? SizeOf(arguments[0]) : default;
        var second = arguments.Length > 1 ? SizeOf(arguments[1]) : default;
        var read = first.Times(CostRules.PerCharacter);
        var address = new CelCostEstimate(4, 16);
        switch (overload.Cost)
        {
            case CostModel.Fixed: return (CelCostEstimate.Exactly((ulong)overload.FixedCost), null);
            case CostModel.Traverse: return (read, overload.Result.Kind is CelKind.String or CelKind.List || overload.Result.Name == UrlLibrary.TypeName ? first : null);
            case CostModel.TraverseTwice: return (first.Times(2 * CostRules.PerCharacter), overload.Result.Kind == CelKind.String ? first : null);
            case CostModel.StringToBytes: return (read, first.Multiply(new CelCostEstimate(1, 4)));
            case CostModel.BytesToString: return (read, new CelCostEstimate(first.Min / 4, first.Max));
            case CostModel.Quote: return (read, first.Multiply(new CelCostEstimate(1, 2)).Add(CelCostEstimate.Exactly(2)));
            case CostModel.TraverseSecond: return (second.Times(CostRules.PerCharacter), null);
            case CostModel.Equality: return (Equality(arguments[0].Type, arguments[1].Type, second) ?? Smaller(first, second), null);
            case CostModel.Inequality: return (Smaller(first, second), null);
            case CostModel.Compare:
                return (overload.Types[0].Kind is CelKind.String or CelKind.Bytes ? Smaller(first, second) : CelCostEstimate.One, null);
            case CostModel.Add:
                return overload.Types[0].Kind switch
                {
                    CelKind.String or CelKind.Bytes => (first.Add(second).Times(CostRules.PerCharacter), first.Add(second)),
                    CelKind.List => (CelCostEstimate.One, first.Add(second)),
                    _ => (CelCostEstimate.One, null),
                };
            case CostModel.In: return (overload.Types[1].Kind == CelKind.List ? second : CelCostEstimate.One, null);
            case CostModel.Match or CostModel.Find:
                var match = first.Add(CelCostEstimate.One).Times(CostRules.PerCharacter).Multiply(second.Times(CostRules.PerPatternCharacter));
                return (match, overload.Cost == CostModel.Find ? new CelCostEstimate(0, first.Max) : null);
            case CostModel.Contains: return (read.Multiply(second.Times(CostRules.PerCharacter)), null);
            case CostModel.Items: return (Items(arguments[0], first), null);
            case CostModel.IndexOf: return (overload.Types[0].Kind == CelKind.List ? Items(arguments[0], first) : read, null);
            case CostModel.Join: return Join(arguments, first, second);
            case CostModel.Replace: return (first.Times(2 * CostRules.PerCharacter), Replaced(first, second, SizeOf(arguments[2])));
            case CostModel.Split: return (first.Times(2 * CostRules.PerCharacter), new CelCostEstimate(0, Parts(arguments) ?? first.Max));
            case CostModel.SetProduct: return (first.Multiply(second).Add(CelCostEstimate.One), null);
            case CostModel.SetEquivalence: return (first.Multiply(second).Multiply(CelCostEstimate.Exactly(2)).Add(CelCostEstimate.One), null);
            case CostModel.NetworkContains: return (address.Add(address).Times(CostRules.PerCharacter), null);
            case CostModel.NetworkContainsText: return (address.Add(address).Times(CostRules.PerCharacter).Add(second.Times(CostRules.PerCharacter)), null);
            case CostModel.NetworkContainsNetwork:
                return (address.Add(address).Times(CostRules.PerCharacter).Add(address.Times(CostRules.PerCharacter)).Add(CelCostEstimate.One), null);
            case CostModel.NetworkContainsNetworkText:
                return (address.Add(address).Times(CostRules.PerCharacter).Add(address.Times(CostRules.PerCharacter)).Add(CelCostEstimate.One)
                    .Add(second.Times(CostRules.PerCharacter)), null);
            case CostModel.Validate: return (second.Times(CostRules.PerCharacter).Times(FormatLibrary.EstimatedPatternSize * CostRules.PerPatternCharacter), null);
            case CostModel.Selector: return (CostRules.Selector(second), null);
            case CostModel.CopyList: return (first.Add(CelCostEstimate.Exactly(CostRules.ListCreation + 1)), new CelCostEstimate(0, first.Max));
            case CostModel.Distinct: return (first.Multiply(first).Add(CelCostEstimate.Exactly(CostRules.ListCreation + 1)), new CelCostEstimate(0, first.Max));
            case CostModel.Range:
                var count = arguments[0] is ConstExpr { Value.Kind: CelKind.Int } constant ? CelCostEstimate.Exactly((ulong)Math.Max(0, constant.Value.AsInt())) : Unknown;
                return (count.Add(CelCostEstimate.Exactly(CostRules.ListCreation + 1)), count);
            default: throw new InvalidOperationException(overload.Cost.ToString());
        }
    }

    // Of types that are Kubernetes' own; null for all others.
    private static CelCostEstimate? Equality(CelType left, CelType right, CelCostEstimate second)
    {
        if (left.Kind != CelKind.Opaque || left.IsOptional || !left.IsSame(right)) { return null; }
        return left.Name switch
        {
            FormatLibrary.TypeName => new CelCostEstimate(1, FormatLibrary.MaxSize).Times(CostRules.PerCharacter),
            // Upstream looks at the second alone.
            UrlLibrary.TypeName => new CelCostEstimate(1, second.Max == ulong.MaxValue ? 1 : second.Max).Times(CostRules.PerCharacter),
            _ => CelCostEstimate.One,
        };
    }

    // The limit of a split, where it is written out; -1 is all that a number can be.
    private static ulong? Parts(Expr[] arguments)
        => arguments.Length > 2 && arguments[2] is ConstExpr { Value.Kind: CelKind.Int } limit ? unchecked((ulong)limit.Value.AsInt()) : null;

    private static CelCostEstimate Smaller(CelCostEstimate first, CelCostEstimate second)
    {
        var max = Math.Min(first.Max, second.Max);
        return new CelCostEstimate(max > 0 ? 1UL : 0, max).Times(CostRules.PerCharacter);
    }

    private static CelCostEstimate Items(Expr list, CelCostEstimate count)
    {
        var each = CelCostEstimate.One;
        if (list.Type.Kind == CelKind.List && list.Type.Items[0].Kind is CelKind.String or CelKind.Bytes)
        {
            each = each.Add(OfType(list.Type.Items[0]).Times(CostRules.PerCharacter));
        }

        return count.Multiply(each);
    }

    private static (CelCostEstimate Cost, CelCostEstimate? ResultSize) Join(Expr[] arguments, CelCostEstimate count, CelCostEstimate separator)
    {
        var size = arguments[0].Type.Kind == CelKind.List ? count.Multiply(OfType(arguments[0].Type.Items[0])) : Unknown;
        if (arguments.Length > 1)
        {
            size = size.Add(separator.Multiply(new CelCostEstimate(count.Min == 0 ? 0 : count.Min - 1, count.Max == 0 ? 0 : count.Max - 1)));
        }

        return (size.Times(CostRules.PerCharacter), size);
    }

    private static CelCostEstimate Replaced(CelCostEstimate text, CelCostEstimate old, CelCostEstimate with)
    {
        var most = old.Min == 0
            ? text.Add(CelCostEstimate.One).Multiply(with).Add(text).Max
            : with.Max <= old.Min ? text.Max : new CelCostEstimate(0, (ulong)Math.Ceiling((double)text.Max / old.Min)).Multiply(with).Max;
        var least = old.Max == 0
            ? text.Add(CelCostEstimate.One).Multiply(with).Add(text).Min
            : old.Max <= with.Min ? text.Min : new CelCostEstimate((ulong)Math.Ceiling((double)text.Min / old.Max), 0).Multiply(with).Min;
        return new CelCostEstimate(least, most);
    }
}
