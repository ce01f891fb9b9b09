using Orch.Cel.Syntax;

namespace Orch.Cel.Evaluation;

/// <summary>Walks a list or map. Costs are those of the loops that cel-go expands these macros to.</summary>
internal abstract class ComprehensionStep(Step range, int first, int second) : Step
{
    public override CelValue Evaluate(Frame frame)
    {
        var value = range.Evaluate(frame);
        switch (value.Kind)
        {
            case CelKind.Error: return value;
            case CelKind.List:
                var list = value.AsList();
                var state = Begin(frame, list.Count);
                for (var index = 0; index < list.Count; index++)
                {
                    if (second < 0) { frame.Locals[first] = list[index]; }
                    else
                    {
                        frame.Locals[first] = CelValue.FromInt(index);
                        frame.Locals[second] = list[index];
                    }

                    frame.Iterate();
                    if (!Next(frame, ref state)) { break; }
                }

                return End(frame, state);
            case CelKind.Map:
                var map = value.AsMap();
                var walk = Begin(frame, map.Count);
                foreach (var key in map.Keys)
                {
                    frame.Locals[first] = key;
                    if (second >= 0 && !map.TryGet(key, out frame.Locals[second])) { continue; }
                    frame.Iterate();
                    if (!Next(frame, ref walk)) { break; }
                }

                return End(frame, walk);
            default: return CelValue.Fault($"got '{value.RuntimeType()}', expected iterable type");
        }
    }

    protected abstract State Begin(Frame frame, int count);

    /// <summary>Takes one item; false ends the walk.</summary>
    protected abstract bool Next(Frame frame, ref State state);

    protected abstract CelValue End(Frame frame, in State state);

    protected struct State
    {
        public CelValue Value;
        public CelValue[]? Items;
        public DictionaryCelMap? Map;
        public int Count;
    }
}

/// <summary><c>all</c>, <c>exists</c>, <c>exists_one</c>.</summary>
internal sealed class QuantifierStep(ComprehensionKind kind, Step range, int first, int second, Step predicate) : ComprehensionStep(range, first, second)
{
    protected override State Begin(Frame frame, int count) => default;

    protected override bool Next(Frame frame, ref State state)
    {
        frame.Charge(kind switch { ComprehensionKind.All => 3, ComprehensionKind.Exists => 4, _ => 0 });
        var value = predicate.Evaluate(frame);
        if (kind == ComprehensionKind.ExistsOne)
        {
            frame.Charge(value.IsTrue ? 2 : 1);
            if (value.Kind != CelKind.Bool) { state.Value = value.IsError ? value : CelValue.Fault("no such overload"); return false; }
            if (value.IsTrue) { state.Count++; }
            return true;
        }

        if (value.Kind != CelKind.Bool)
        {
            if (!state.Value.IsError) { state.Value = value.IsError ? value : CelValue.Fault("no such overload"); }
            return true;
        }

        if (value.IsTrue == (kind == ComprehensionKind.All)) { return true; }
        state.Value = value;
        return false;
    }

    protected override CelValue End(Frame frame, in State state)
    {
        frame.Charge(kind == ComprehensionKind.ExistsOne ? 2 : 1);
        if (state.Value.Kind != CelKind.Null) { return state.Value; }
        return kind == ComprehensionKind.ExistsOne ? CelValue.FromBool(state.Count == 1) : CelValue.FromBool(kind == ComprehensionKind.All);
    }
}

/// <summary><c>map</c>, <c>filter</c>, <c>transformList</c>.</summary>
internal sealed class CollectStep(Step range, int first, int second, Step? predicate, Step? transform) : ComprehensionStep(range, first, second)
{
    private readonly int _first = first;

    protected override State Begin(Frame frame, int count)
    {
        frame.Charge(Costs.CostRules.ListCreation);
        return new State { Items = new CelValue[predicate is null ? count : Math.Min(count, 4)] };
    }

    protected override bool Next(Frame frame, ref State state)
    {
        if (predicate is not null)
        {
            var test = predicate.Evaluate(frame);
            if (test.Kind != CelKind.Bool) { state.Value = test.IsError ? test : CelValue.Fault("no such overload"); return false; }
            if (test.IsFalse) { frame.Charge(1); return true; }
        }

        CelValue value;
        if (transform is null)
        {
            value = frame.Locals[_first];
            frame.Charge(Costs.CostRules.ListCreation + 3);
        }
        else
        {
            value = transform.Evaluate(frame);
            frame.Charge(Costs.CostRules.ListCreation + 2);
        }

        if (value.IsError) { state.Value = value; return false; }
        if (state.Count == state.Items!.Length) { Array.Resize(ref state.Items, Math.Max(4, state.Count * 2)); }
        state.Items[state.Count++] = value;
        return true;
    }

    protected override CelValue End(Frame frame, in State state)
    {
        frame.Charge(1);
        return state.Value.IsError ? state.Value : CelValue.FromList(new ArrayCelList(state.Items!, state.Count));
    }
}

/// <summary><c>transformMap</c> and <c>transformMapEntry</c>.</summary>
internal sealed class TransformMapStep(Step range, int first, int second, Step? predicate, Step transform, bool givesEntries) : ComprehensionStep(range, first, second)
{
    private readonly int _first = first;

    protected override State Begin(Frame frame, int count)
    {
        frame.Charge(Costs.CostRules.MapCreation);
        return new State { Map = new DictionaryCelMap() };
    }

    protected override bool Next(Frame frame, ref State state)
    {
        if (predicate is not null)
        {
            var test = predicate.Evaluate(frame);
            if (test.Kind != CelKind.Bool) { state.Value = test.IsError ? test : CelValue.Fault("no such overload"); return false; }
            if (test.IsFalse) { frame.Charge(1); return true; }
        }

        var value = transform.Evaluate(frame);
        frame.Charge(3);
        if (value.IsError) { state.Value = value; return false; }
        if (!givesEntries)
        {
            state.Map!.Set(frame.Locals[_first], value);
            return true;
        }

        if (value.Kind != CelKind.Map) { state.Value = CelValue.Fault("no such overload"); return false; }
        foreach (var key in value.AsMap().Keys)
        {
            if (!value.AsMap().TryGet(key, out var item) || item.IsError) { state.Value = item; return !item.IsError; }
            if (!state.Map!.TryAdd(key, item)) { state.Value = CelValue.Fault($"insert failed: key {key} already exists"); return false; }
        }

        return true;
    }

    protected override CelValue End(Frame frame, in State state)
    {
        frame.Charge(1);
        return state.Value.IsError ? state.Value : CelValue.FromMap(state.Map!);
    }
}
