namespace Orch.Cel.Libraries;

/// <summary>Operators on numbers, texts, times and lists.</summary>
internal static class Arithmetic
{
    private const string IntOverflow = "integer overflow";
    private const string UintOverflow = "unsigned integer overflow";
    private const string DurationOverflow = "duration overflow";

    // Adding lists costs little, so that doubling one would fill the memory long before it costs too much.
    private const int MaxListLength = 1_000_000;

    public static CelValue Add(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                var (a, b) = (left.AsInt(), right.AsInt());
                var sum = unchecked(a + b);
                return ((a ^ sum) & (b ^ sum)) < 0 ? CelValue.Fault(IntOverflow) : CelValue.FromInt(sum);
            case (CelKind.Uint, CelKind.Uint):
                var total = unchecked(left.AsUint() + right.AsUint());
                return total < left.AsUint() ? CelValue.Fault(UintOverflow) : CelValue.FromUint(total);
            case (CelKind.Double, CelKind.Double): return CelValue.FromDouble(left.AsDouble() + right.AsDouble());
            case (CelKind.String, CelKind.String): return CelValue.FromString(left.AsString() + right.AsString());
            case (CelKind.Bytes, CelKind.Bytes): return CelValue.FromBytes([.. left.AsBytes(), .. right.AsBytes()]);
            case (CelKind.List, CelKind.List):
                return (long)left.AsList().Count + right.AsList().Count > MaxListLength
                    ? CelValue.Fault("list too long")
                    : CelValue.FromList(left.AsList().Concat(right.AsList()));
            case (CelKind.Duration, CelKind.Duration):
                var (c, d) = (left.AsDuration(), right.AsDuration());
                var span = unchecked(c + d);
                return ((c ^ span) & (d ^ span)) < 0 ? CelValue.Fault(DurationOverflow) : CelValue.FromDuration(span);
            case (CelKind.Timestamp, CelKind.Duration): return CelTime.Add(left, right.AsDuration());
            case (CelKind.Duration, CelKind.Timestamp): return CelTime.Add(right, left.AsDuration());
            default: return Evaluation.Faults.NoOverload("_+_", [left, right]);
        }
    }

    public static CelValue Subtract(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                var (a, b) = (left.AsInt(), right.AsInt());
                var difference = unchecked(a - b);
                return ((a ^ b) & (a ^ difference)) < 0 ? CelValue.Fault(IntOverflow) : CelValue.FromInt(difference);
            case (CelKind.Uint, CelKind.Uint):
                return right.AsUint() > left.AsUint() ? CelValue.Fault(UintOverflow) : CelValue.FromUint(left.AsUint() - right.AsUint());
            case (CelKind.Double, CelKind.Double): return CelValue.FromDouble(left.AsDouble() - right.AsDouble());
            case (CelKind.Duration, CelKind.Duration): return FromNanos((Int128)left.AsDuration() - right.AsDuration());
            case (CelKind.Timestamp, CelKind.Duration):
                return right.AsDuration() == long.MinValue
                    ? CelValue.Fault(DurationOverflow)
                    : CelTime.Add(left, -right.AsDuration());
            case (CelKind.Timestamp, CelKind.Timestamp):
                var (from, to) = (right.AsTimestamp(), left.AsTimestamp());
                return FromNanos((Int128)(to.UnixSeconds - from.UnixSeconds) * 1_000_000_000 + (to.Nanos - from.Nanos));
            default: return Evaluation.Faults.NoOverload("_-_", [left, right]);
        }
    }

    public static CelValue Multiply(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                var high = Math.BigMul(left.AsInt(), right.AsInt(), out var low);
                return high == low >> 63 ? CelValue.FromInt(low) : CelValue.Fault(IntOverflow);
            case (CelKind.Uint, CelKind.Uint):
                return Math.BigMul(left.AsUint(), right.AsUint(), out var product) == 0 ? CelValue.FromUint(product) : CelValue.Fault(UintOverflow);
            case (CelKind.Double, CelKind.Double): return CelValue.FromDouble(left.AsDouble() * right.AsDouble());
            default: return Evaluation.Faults.NoOverload("_*_", [left, right]);
        }
    }

    public static CelValue Divide(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                if (right.AsInt() == 0) { return CelValue.Fault("division by zero"); }
                return left.AsInt() == long.MinValue && right.AsInt() == -1 ? CelValue.Fault(IntOverflow) : CelValue.FromInt(left.AsInt() / right.AsInt());
            case (CelKind.Uint, CelKind.Uint):
                return right.AsUint() == 0 ? CelValue.Fault("division by zero") : CelValue.FromUint(left.AsUint() / right.AsUint());
            case (CelKind.Double, CelKind.Double): return CelValue.FromDouble(left.AsDouble() / right.AsDouble());
            default: return Evaluation.Faults.NoOverload("_/_", [left, right]);
        }
    }

    public static CelValue Modulo(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Int, CelKind.Int):
                if (right.AsInt() == 0) { return CelValue.Fault("modulus by zero"); }
                return left.AsInt() == long.MinValue && right.AsInt() == -1 ? CelValue.Fault(IntOverflow) : CelValue.FromInt(left.AsInt() % right.AsInt());
            case (CelKind.Uint, CelKind.Uint):
                return right.AsUint() == 0 ? CelValue.Fault("modulus by zero") : CelValue.FromUint(left.AsUint() % right.AsUint());
            default: return Evaluation.Faults.NoOverload("_%_", [left, right]);
        }
    }

    public static CelValue Negate(in CelValue value) => value.Kind switch
    {
        CelKind.Int => value.AsInt() == long.MinValue ? CelValue.Fault(IntOverflow) : CelValue.FromInt(-value.AsInt()),
        CelKind.Double => CelValue.FromDouble(-value.AsDouble()),
        CelKind.Duration => value.AsDuration() == long.MinValue ? CelValue.Fault(DurationOverflow) : CelValue.FromDuration(-value.AsDuration()),
        _ => Evaluation.Faults.NoOverload("-_", [value]),
    };

    public static CelValue Not(in CelValue value)
        => value.Kind == CelKind.Bool ? CelValue.FromBool(!value.IsTrue) : Evaluation.Faults.NoOverload("!_", [value]);

    public static CelValue Equal(in CelValue left, in CelValue right) => CelValue.FromBool(CelEquality.AreEqual(left, right));

    public static CelValue NotEqual(in CelValue left, in CelValue right) => CelValue.FromBool(!CelEquality.AreEqual(left, right));

    public static CelValue Less(in CelValue left, in CelValue right) => Ordered("_<_", left, right, order => order < 0);

    public static CelValue LessEqual(in CelValue left, in CelValue right) => Ordered("_<=_", left, right, order => order <= 0);

    public static CelValue Greater(in CelValue left, in CelValue right) => Ordered("_>_", left, right, order => order > 0);

    public static CelValue GreaterEqual(in CelValue left, in CelValue right) => Ordered("_>=_", left, right, order => order >= 0);

    public static CelValue In(in CelValue left, in CelValue right)
    {
        switch (right.Kind)
        {
            case CelKind.List:
                var list = right.AsList();
                for (var index = 0; index < list.Count; index++)
                {
                    if (CelEquality.AreEqual(left, list[index])) { return CelValue.True; }
                }

                return CelValue.False;
            case CelKind.Map: return CelValue.FromBool(right.AsMap().TryGet(left, out _));
            default: return Evaluation.Faults.NoOverload("@in", [left, right]);
        }
    }

    /// <summary>The order of two values of kinds that have one; false when they have none. NaN is out of any order: null.</summary>
    public static bool TryCompare(in CelValue left, in CelValue right, out int? order)
    {
        order = null;
        switch (left.Kind)
        {
            case CelKind.Int or CelKind.Uint or CelKind.Double when right.Kind is CelKind.Int or CelKind.Uint or CelKind.Double:
                order = CelEquality.CompareNumbers(left, right);
                return true;
            case var kind when kind != right.Kind: return false;
            case CelKind.Bool: order = left.IsTrue.CompareTo(right.IsTrue); return true;
            case CelKind.String: order = CelEquality.CompareStrings(left.AsString(), right.AsString()); return true;
            case CelKind.Bytes: order = left.AsBytes().AsSpan().SequenceCompareTo(right.AsBytes()); return true;
            case CelKind.Timestamp: order = left.AsTimestamp().CompareTo(right.AsTimestamp()); return true;
            case CelKind.Duration: order = left.AsDuration().CompareTo(right.AsDuration()); return true;
            default: return false;
        }
    }

    private static CelValue Ordered(string function, in CelValue left, in CelValue right, Func<int?, bool> test)
        => TryCompare(left, right, out var order) ? CelValue.FromBool(test(order)) : Evaluation.Faults.NoOverload(function, [left, right]);

    private static CelValue FromNanos(Int128 nanos)
        => nanos > long.MaxValue || nanos < long.MinValue ? CelValue.Fault(DurationOverflow) : CelValue.FromDuration((long)nanos);
}
