namespace Orch.Cel.Evaluation;

/// <summary><c>&amp;&amp;</c> and <c>||</c>: one deciding term is enough, whatever fails beside it.</summary>
internal sealed class LogicalStep(Step[] terms, bool isAnd) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var fault = default(CelValue);
        foreach (var term in terms)
        {
            var value = term.Evaluate(frame);
            if (value.Kind == CelKind.Bool)
            {
                if (value.IsTrue != isAnd) { return value; }
            }
            else if (!fault.IsError)
            {
                fault = value.IsError ? value : CelValue.Fault("no such overload");
            }
        }

        return fault.IsError ? fault : CelValue.FromBool(isAnd);
    }
}

/// <summary><c>a ? b : c</c>.</summary>
internal sealed class ConditionalStep(Step condition, Step whenTrue, Step whenFalse) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = condition.Evaluate(frame);
        if (value.Kind == CelKind.Bool) { return value.IsTrue ? whenTrue.Evaluate(frame) : whenFalse.Evaluate(frame); }
        return value.IsError ? value : CelValue.Fault("no such overload");
    }
}

/// <summary><c>a.or(b)</c> and <c>a.orValue(b)</c>: the second is looked at only when the first has no value.</summary>
internal sealed class OrElseStep(Step first, Step second, bool unwraps) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = first.Evaluate(frame);
        if (value.IsError) { return value; }
        if (value.Kind != CelKind.Optional) { return CelValue.Fault("no such overload"); }
        frame.Charge(1);
        if (!value.TryGetOptional(out var inner)) { return second.Evaluate(frame); }
        return unwraps ? inner : value;
    }
}

/// <summary><c>cel.bind</c>, <c>optMap</c>, <c>optFlatMap</c>.</summary>
internal sealed class BindStep(Syntax.BindKind kind, int slot, Step init, Step body) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = init.Evaluate(frame);
        if (value.IsError) { return value; }
        if (kind != Syntax.BindKind.Bind)
        {
            frame.Charge(1);
            if (value.Kind != CelKind.Optional) { return CelValue.Fault("no such overload"); }
            if (!value.TryGetOptional(out value)) { return CelValue.NoValue; }
        }

        frame.Locals[slot] = value;
        var result = body.Evaluate(frame);
        return kind == Syntax.BindKind.OptionalMap ? CelValue.FromOptional(result) : result;
    }
}

/// <summary><c>list.sortBy(x, key)</c>.</summary>
internal sealed class SortByStep(int slot, Step range, Step key) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = range.Evaluate(frame);
        if (value.IsError) { return value; }
        if (value.Kind != CelKind.List) { return CelValue.Fault("no such overload"); }
        var list = value.AsList();
        var keys = new CelValue[list.Count];
        for (var index = 0; index < keys.Length; index++)
        {
            frame.Iterate();
            frame.Locals[slot] = list[index];
            keys[index] = key.Evaluate(frame);
            if (keys[index].IsError) { return keys[index]; }
            frame.Charge(Costs.CostRules.ListCreation + 2);
        }

        frame.Charge(1 + keys.Length);
        return Libraries.ListExtensions.SortBy(list, keys);
    }
}
