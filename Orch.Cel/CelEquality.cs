namespace Orch.Cel;

/// <summary>What equal and less mean.</summary>
internal static class CelEquality
{
    public static bool AreEqual(in CelValue left, in CelValue right)
    {
        switch (left.Kind)
        {
            case CelKind.Int or CelKind.Uint or CelKind.Double:
                return right.Kind is CelKind.Int or CelKind.Uint or CelKind.Double && CompareNumbers(left, right) == 0;
            case var kind when kind != right.Kind: return false;
            case CelKind.Null: return true;
            case CelKind.Bool: return left.IsTrue == right.IsTrue;
            case CelKind.String: return string.Equals(left.AsString(), right.AsString(), StringComparison.Ordinal);
            case CelKind.Bytes: return left.AsBytes().AsSpan().SequenceEqual(right.AsBytes());
            case CelKind.Timestamp: return left.AsTimestamp() == right.AsTimestamp();
            case CelKind.Duration: return left.AsDuration() == right.AsDuration();
            case CelKind.List: return left.AsList().ValueEquals(right.AsList());
            case CelKind.Map: return left.AsMap().ValueEquals(right.AsMap());
            case CelKind.Type: return left.AsType().Name == right.AsType().Name;
            case CelKind.Opaque: return left.AsOpaque().ValueEquals(right.AsOpaque());
            case CelKind.Optional:
                var hasLeft = left.TryGetOptional(out var a);
                var hasRight = right.TryGetOptional(out var b);
                return hasLeft == hasRight && (!hasLeft || AreEqual(a, b));
            default: return left.AsError() == right.AsError();
        }
    }

    public static int Hash(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Int: return value.AsInt().GetHashCode();
            case CelKind.Uint: return value.AsUint() <= long.MaxValue ? ((long)value.AsUint()).GetHashCode() : ((double)value.AsUint()).GetHashCode();
            case CelKind.Double:
                var number = value.AsDouble();
                return number is >= -9.2e18 and <= 9.2e18 && Math.Floor(number) == number ? ((long)number).GetHashCode() : number.GetHashCode();
            case CelKind.Bool: return value.IsTrue ? 1 : 2;
            case CelKind.String: return string.GetHashCode(value.AsString(), StringComparison.Ordinal);
            case CelKind.Bytes:
                var hash = default(HashCode);
                hash.AddBytes(value.AsBytes());
                return hash.ToHashCode();
            case CelKind.Timestamp: return value.AsTimestamp().GetHashCode();
            case CelKind.Duration: return value.AsDuration().GetHashCode();
            case CelKind.List: return value.AsList().ValueHash();
            case CelKind.Map: return value.AsMap().Count + 31;
            case CelKind.Type: return string.GetHashCode(value.AsType().Name, StringComparison.Ordinal);
            case CelKind.Opaque: return value.AsOpaque().ValueHash();
            case CelKind.Optional: return value.TryGetOptional(out var inner) ? Hash(inner) + 1 : 3;
            default: return 0;
        }
    }

    /// <summary>The order of two numbers of any type; null when one is not a number.</summary>
    public static int? CompareNumbers(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Int, CelKind.Int): return left.AsInt().CompareTo(right.AsInt());
            case (CelKind.Uint, CelKind.Uint): return left.AsUint().CompareTo(right.AsUint());
            case (CelKind.Double, CelKind.Double): return Compare(left.AsDouble(), right.AsDouble());
            case (CelKind.Int, CelKind.Uint): return left.AsInt() < 0 ? -1 : ((ulong)left.AsInt()).CompareTo(right.AsUint());
            case (CelKind.Uint, CelKind.Int): return right.AsInt() < 0 ? 1 : left.AsUint().CompareTo((ulong)right.AsInt());
            case (CelKind.Int, CelKind.Double): return Compare(left.AsInt(), right.AsDouble());
            case (CelKind.Double, CelKind.Int): return -Compare(right.AsInt(), left.AsDouble());
            case (CelKind.Uint, CelKind.Double): return Compare(left.AsUint(), right.AsDouble());
            default: return -Compare(right.AsUint(), left.AsDouble());
        }
    }

    private static int? Compare(double left, double right)
        => double.IsNaN(left) || double.IsNaN(right) ? null : left < right ? -1 : left > right ? 1 : 0;

    private static int? Compare(long left, double right)
    {
        if (double.IsNaN(right)) { return null; }
        if (right >= 9223372036854775808.0) { return -1; }
        if (right < -9223372036854775808.0) { return 1; }
        var order = left.CompareTo((long)right);
        return order != 0 ? order : Math.Sign(Math.Truncate(right) - right);
    }

    private static int? Compare(ulong left, double right)
    {
        if (double.IsNaN(right)) { return null; }
        if (right >= 18446744073709551616.0) { return -1; }
        if (right < 0) { return 1; }
        var order = left.CompareTo((ulong)right);
        return order != 0 ? order : Math.Sign(Math.Truncate(right) - right);
    }

    /// <summary>Strings in the order of their code points, as Go compares UTF-8.</summary>
    public static int CompareStrings(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var index = 0; index < length; index++)
        {
            var a = left[index];
            var b = right[index];
            if (a == b) { continue; }
            // Surrogates stand for code points above all others, though their own values are not the highest.
            if (char.IsSurrogate(a) != char.IsSurrogate(b)) { return char.IsSurrogate(a) ? 1 : -1; }
            return a - b;
        }

        return left.Length - right.Length;
    }
}
