using Orch.Cel.Syntax;

namespace Orch.Cel.Evaluation;

/// <summary>Makes the steps of a checked tree; variables become slots.</summary>
internal sealed class Planner
{
    private readonly List<string> _locals = [];

    /// <summary>The slots that an evaluation needs.</summary>
    public int LocalCount { get; private set; }

    public Step Plan(Expr expression) => expression switch
    {
        ConstExpr constant => new ConstantStep(constant.Value),
        IdentExpr ident => Ident(ident),
        SelectExpr select => Select(select),
        CallExpr call => Call(call),
        LogicalExpr logical => new LogicalStep(Array.ConvertAll(logical.Terms, Plan), logical.IsAnd),
        ConditionalExpr conditional => new ConditionalStep(Plan(conditional.Condition), Plan(conditional.WhenTrue), Plan(conditional.WhenFalse)),
        ListExpr list => List(list),
        MapExpr map => new MapStep(
            Array.ConvertAll(map.Entries, entry => Plan(entry.Key)), Array.ConvertAll(map.Entries, entry => Plan(entry.Value)), Array.ConvertAll(map.Entries, entry => entry.IsOptional)),
        ObjectExpr made => new ObjectStep(
            (CelObjectType)made.Type, Array.ConvertAll(made.Entries, entry => entry.Field), Array.ConvertAll(made.Entries, entry => Plan(entry.Value)),
            Array.ConvertAll(made.Entries, entry => entry.IsOptional)),
        ComprehensionExpr comprehension => Comprehension(comprehension),
        BindExpr bind => Bind(bind),
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    private Step Ident(IdentExpr ident)
    {
        if (ident.TypeValue is { } type) { return new ConstantStep(CelValue.FromType(type), cost: 1); }
        return ident.Variable >= 0 ? new VariableStep(ident.Variable) : new LocalStep(_locals.LastIndexOf(ident.Name));
    }

    private Step Select(SelectExpr select)
    {
        if (select.Qualified is { } qualified) { return Ident(qualified); }
        var operand = Plan(select.Operand);
        return select.IsTest ? new HasStep(operand, select.Field) : new SelectStep(operand, select.Field, select.IsOptional, AccessCost(select.Operand));
    }

    /// <summary>One, and one more where the operand is computed instead of named.</summary>
    private static int AccessCost(Expr operand)
        => operand is IdentExpr or SelectExpr or ConditionalExpr or CallExpr { Function: Operators.Index or Operators.OptionalIndex } ? 1 : 2;

    private Step List(ListExpr list)
    {
        var items = Array.ConvertAll(list.Items, Plan);
        if (Array.TrueForAll(items, item => item is ConstantStep) && !Array.Exists(list.Items, item => item is IdentExpr) && !Array.Exists(list.Optional, optional => optional))
        {
            return new ConstantStep(CelValue.FromList(CelList.Of(Array.ConvertAll(items, item => ((ConstantStep)item).Value))), Costs.CostRules.ListCreation);
        }

        return new ListStep(items, list.Optional);
    }

    private Step Call(CallExpr call)
    {
        Expr[] expressions = call.Target is null ? call.Arguments : [call.Target, .. call.Arguments];
        var arguments = Array.ConvertAll(expressions, Plan);
        switch (call.Function)
        {
            case Operators.Index or Operators.OptionalIndex:
                return new IndexStep(arguments[0], arguments[1], call.Function == Operators.OptionalIndex, AccessCost(expressions[0]));
            case "or" or "orValue" when call.Target is not null && call.Overloads is [{ IsDispatching: true }]:
                return new OrElseStep(arguments[0], arguments[1], call.Function == "orValue");
        }

        var overloads = call.Overloads;
        if (overloads.Length > 1 && !Array.TrueForAll(overloads, overload => overload.IsDispatching)) { return new CallStep(call.Function, overloads, arguments); }
        var only = overloads[0];
        if (arguments.Length == 2 && arguments[1] is ConstantStep constant && only.WithConstant is not null && only.WithConstant(constant.Value) is { } prepared)
        {
            return new PreparedStep(only, prepared, arguments[0], constant.Value);
        }

        if (only.Unary is { } unary) { return new UnaryStep(only, unary, arguments[0]); }
        return only.Binary is not null ? new BinaryStep(only, arguments[0], arguments[1]) : new CallStep(call.Function, overloads, arguments);
    }

    private Step Comprehension(ComprehensionExpr comprehension)
    {
        var range = Plan(comprehension.Range);
        var first = Push(comprehension.First);
        var second = comprehension.Second is null ? -1 : Push(comprehension.Second);
        var predicate = comprehension.Predicate is null ? null : Plan(comprehension.Predicate);
        var transform = comprehension.Transform is null ? null : Plan(comprehension.Transform);
        _locals.RemoveRange(first, second < 0 ? 1 : 2);
        return comprehension.Kind switch
        {
            ComprehensionKind.All or ComprehensionKind.Exists or ComprehensionKind.ExistsOne
                => new QuantifierStep(comprehension.Kind, range, first, second, predicate!),
            ComprehensionKind.TransformMap => new TransformMapStep(range, first, second, predicate, transform!, givesEntries: false),
            ComprehensionKind.TransformMapEntry => new TransformMapStep(range, first, second, predicate, transform!, givesEntries: true),
            _ => new CollectStep(range, first, second, predicate, transform),
        };
    }

    private Step Bind(BindExpr bind)
    {
        var value = Plan(bind.Value);
        var slot = Push(bind.Name);
        var body = Plan(bind.Body);
        _locals.RemoveAt(slot);
        return bind.Kind == BindKind.SortBy ? new SortByStep(slot, value, body) : new BindStep(bind.Kind, slot, value, body);
    }

    private int Push(string name)
    {
        _locals.Add(name);
        LocalCount = Math.Max(LocalCount, _locals.Count);
        return _locals.Count - 1;
    }
}
