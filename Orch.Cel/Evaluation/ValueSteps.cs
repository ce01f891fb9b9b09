namespace Orch.Cel.Evaluation;

/// <summary>A constant.</summary>
internal sealed class ConstantStep(CelValue value, long cost = 0) : Step
{
    public CelValue Value { get; } = value;

    public override CelValue Evaluate(Frame frame)
    {
        if (cost != 0) { frame.Charge(cost); }
        return Value;
    }
}

/// <summary>A variable of the environment.</summary>
internal sealed class VariableStep(int index) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        frame.Charge(1);
        return frame.Variable(index);
    }
}

/// <summary>A variable of a macro.</summary>
internal sealed class LocalStep(int slot) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        frame.Charge(1);
        return frame.Locals[slot];
    }
}

/// <summary><c>a.b</c>, also on and to an optional.</summary>
internal sealed class SelectStep(Step operand, string field, bool isOptional, int cost) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = operand.Evaluate(frame);
        if (value.IsError) { return value; }
        frame.Charge(cost);
        var toOptional = isOptional;
        if (value.Kind == CelKind.Optional)
        {
            if (!value.TryGetOptional(out value)) { return CelValue.NoValue; }
            toOptional = true;
        }

        if (value.Kind == CelKind.Map && (!toOptional || value.AsMap().HasField(field)) && value.AsMap().TryGetField(field, out var found))
        {
            return !toOptional || found.Kind == CelKind.Optional ? found : CelValue.FromOptional(found);
        }

        return toOptional ? CelValue.NoValue : CelValue.Fault("no such key: " + field);
    }
}

/// <summary><c>has(a.b)</c>.</summary>
internal sealed class HasStep(Step operand, string field) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = operand.Evaluate(frame);
        if (value.IsError) { return value; }
        if (value.Kind == CelKind.Optional && !value.TryGetOptional(out value)) { return CelValue.False; }
        return CelValue.FromBool(value.Kind == CelKind.Map && value.AsMap().HasField(field));
    }
}

/// <summary><c>a[b]</c> and <c>a[?b]</c>.</summary>
internal sealed class IndexStep(Step operand, Step index, bool isOptional, int cost) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = operand.Evaluate(frame);
        if (value.IsError) { return value; }
        var key = index.Evaluate(frame);
        if (key.IsError) { return key; }
        frame.Charge(cost);
        var toOptional = isOptional;
        if (value.Kind == CelKind.Optional)
        {
            if (!value.TryGetOptional(out value)) { return CelValue.NoValue; }
            toOptional = true;
        }

        var found = At(value, key, out var exists);
        if (!toOptional || (found.IsError && exists)) { return found; }
        return !exists ? CelValue.NoValue : found.Kind == CelKind.Optional ? found : CelValue.FromOptional(found);
    }

    private static CelValue At(in CelValue value, in CelValue key, out bool exists)
    {
        exists = true;
        switch (value.Kind)
        {
            case CelKind.List:
                var list = value.AsList();
                if (!TryPosition(key, out var position)) { return CelValue.Fault($"unsupported index type '{key.RuntimeType().Name}' in list"); }
                if (position >= 0 && position < list.Count) { return list[(int)position]; }
                exists = false;
                return CelValue.Fault($"index out of bounds: {position}");
            case CelKind.Map:
                if (value.AsMap().TryGet(key, out var found)) { return found; }
                exists = false;
                return CelValue.Fault("no such key: " + key);
            default: return CelValue.Fault("no such overload");
        }
    }

    private static bool TryPosition(in CelValue key, out long position)
    {
        position = 0;
        switch (key.Kind)
        {
            case CelKind.Int: position = key.AsInt(); return true;
            case CelKind.Uint: position = key.AsUint() > int.MaxValue ? long.MaxValue : (long)key.AsUint(); return true;
            case CelKind.Double:
                position = (long)key.AsDouble();
                return position == key.AsDouble();
            default: return false;
        }
    }
}

/// <summary>A list written out.</summary>
internal sealed class ListStep(Step[] items, bool[] optional) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var values = new CelValue[items.Length];
        var count = 0;
        for (var index = 0; index < items.Length; index++)
        {
            var value = items[index].Evaluate(frame);
            if (value.IsError) { return value; }
            if (optional[index])
            {
                if (value.Kind != CelKind.Optional) { return CelValue.Fault("cannot initialize optional list element from non-optional value"); }
                if (!value.TryGetOptional(out value)) { continue; }
            }

            values[count++] = value;
        }

        frame.Charge(Costs.CostRules.ListCreation);
        return CelValue.FromList(new ArrayCelList(values, count));
    }
}

/// <summary>A map written out.</summary>
internal sealed class MapStep(Step[] keys, Step[] values, bool[] optional) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var map = new DictionaryCelMap();
        for (var index = 0; index < keys.Length; index++)
        {
            var key = keys[index].Evaluate(frame);
            if (key.IsError) { return key; }
            var value = values[index].Evaluate(frame);
            if (value.IsError) { return value; }
            if (optional[index])
            {
                if (value.Kind != CelKind.Optional) { return CelValue.Fault("cannot initialize optional entry from non-optional value"); }
                if (!value.TryGetOptional(out value)) { continue; }
            }

            if (key.Kind is not (CelKind.String or CelKind.Int or CelKind.Uint or CelKind.Bool or CelKind.Double)) { return CelValue.Fault("unsupported key type"); }
            map.Set(key, value);
        }

        frame.Charge(Costs.CostRules.MapCreation);
        return CelValue.FromMap(map);
    }
}

/// <summary>An object written out.</summary>
internal sealed class ObjectStep(CelObjectType type, string[] fields, Step[] values, bool[] optional) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var entries = new OrderedDictionary<string, CelValue>(fields.Length, StringComparer.Ordinal);
        for (var index = 0; index < fields.Length; index++)
        {
            var value = values[index].Evaluate(frame);
            if (value.IsError) { return value; }
            if (optional[index])
            {
                if (value.Kind != CelKind.Optional) { return CelValue.Fault("cannot initialize optional entry from non-optional value"); }
                if (!value.TryGetOptional(out value)) { continue; }
            }

            entries[fields[index]] = value;
        }

        frame.Charge(Costs.CostRules.ObjectCreation);
        return CelValue.FromMap(new CelObject(type, entries));
    }
}
