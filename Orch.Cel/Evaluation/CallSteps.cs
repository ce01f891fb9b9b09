using Orch.Cel.Costs;

namespace Orch.Cel.Evaluation;

/// <summary>A function of one value, when only one overload can be meant or one implementation serves all.</summary>
internal sealed class UnaryStep(CelOverload overload, CelUnary implementation, Step argument) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = argument.Evaluate(frame);
        if (value.IsError) { return value; }
        if (!overload.IsDispatching && !overload.Accepts(value)) { return Faults.NoOverload(overload.Function, [value]); }
        if (overload.Cost == CostModel.Fixed)
        {
            frame.Charge(overload.FixedCost);
            return implementation(value);
        }

        var result = implementation(value);
        frame.Charge(CostRules.Actual(overload, [value], result));
        return result;
    }
}

/// <summary>A function of two values; see <see cref="UnaryStep"/>.</summary>
internal sealed class BinaryStep(CelOverload overload, Step left, Step right) : Step
{
    private readonly CelBinary _implementation = overload.Binary!;

    public override CelValue Evaluate(Frame frame)
    {
        var a = left.Evaluate(frame);
        if (a.IsError) { return a; }
        var b = right.Evaluate(frame);
        if (b.IsError) { return b; }
        if (!overload.IsDispatching && !overload.Accepts(a, b)) { return Faults.NoOverload(overload.Function, [a, b]); }
        if (overload.Cost == CostModel.Fixed)
        {
            frame.Charge(overload.FixedCost);
            return _implementation(a, b);
        }

        // What the arguments alone decide is charged before the work is done.
        if (overload.Cost != CostModel.Join) { frame.Charge(CostRules.Actual(overload, [a, b], default)); }
        var result = _implementation(a, b);
        if (overload.Cost == CostModel.Join) { frame.Charge(CostRules.Actual(overload, [a, b], result)); }
        return result;
    }
}

/// <summary>A function of one value and a constant that a faster function was made of.</summary>
internal sealed class PreparedStep(CelOverload overload, CelUnary implementation, Step argument, CelValue constant) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = argument.Evaluate(frame);
        if (value.IsError) { return value; }
        if (!overload.Accepts(value, constant)) { return Faults.NoOverload(overload.Function, [value, constant]); }
        frame.Charge(CostRules.Actual(overload, [value, constant], default));
        return implementation(value);
    }
}

/// <summary>A call whose overload the values decide.</summary>
internal sealed class CallStep(string function, CelOverload[] overloads, Step[] arguments) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var values = new CelValue[arguments.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = arguments[index].Evaluate(frame);
            if (values[index].IsError) { return values[index]; }
        }

        foreach (var overload in overloads)
        {
            if (!overload.IsDispatching && !overload.Accepts(values)) { continue; }
            if (overload.Cost != CostModel.Join) { frame.Charge(CostRules.Actual(overload, values, default)); }
            var result = overload.Unary is { } unary ? unary(values[0]) : overload.Binary is { } binary ? binary(values[0], values[1]) : overload.Variadic!(values);
            if (overload.Cost == CostModel.Join) { frame.Charge(CostRules.Actual(overload, values, result)); }
            return result;
        }

        return Faults.NoOverload(function, values);
    }
}
