using System.Globalization;
using System.Numerics;

namespace Orch.Cel.Libraries;

/// <summary>A quantity of a resource, exact to a billionth.</summary>
internal sealed class CelQuantity(BigInteger nanos) : CelOpaque
{
    private static readonly CelType QuantityType = CelType.Opaque("kubernetes.Quantity");
    private static readonly BigInteger One = new(1_000_000_000);

    // Quantities end where the integers of 64 bits do.
    private static readonly BigInteger Most = long.MaxValue * One;

    public override CelType Type => QuantityType;

    public BigInteger Nanos => nanos;

    public bool IsInteger => nanos % One == 0 && nanos / One >= long.MinValue && nanos / One <= long.MaxValue;

    public long Integer => (long)(nanos / One);

    public double Approximate => (double)nanos / 1e9;

    public static CelQuantity FromInt(long value) => new(value * One);

    public static CelQuantity? Parse(string text, out string fault)
    {
        fault = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
        if (text.Length is 0 or > 4096) { return null; }
        var at = text[0] is '+' or '-' ? 1 : 0;
        var start = at;
        var point = -1;
        for (; at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && point < 0)); at++)
        {
            if (text[at] == '.') { point = at; }
        }

        var digits = at - start - (point >= 0 ? 1 : 0);
        if (digits == 0) { return null; }
        if (!TrySuffix(text.AsSpan(at), out var binary, out var exponent))
        {
            fault = "unable to parse quantity's suffix";
            return null;
        }

        var mantissa = BigInteger.Parse(text.AsSpan(start, at - start).ToString().Replace(".", string.Empty, StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);
        var decimals = point < 0 ? 0 : at - point - 1;
        var power = exponent + 9 - decimals;
        // Beyond these bounds every digit is above the most or below a billionth.
        if (mantissa.IsZero) { return new CelQuantity(0); }
        BigInteger value;
        if (power > 60) { value = Most; }
        else if (power >= 0) { value = (mantissa << binary) * BigInteger.Pow(10, power); }
        else
        {
            // What is finer is rounded up, away from zero.
            var divisor = power < -6000 ? mantissa + 1 : BigInteger.Pow(10, -power);
            value = BigInteger.DivRem(mantissa << binary, divisor, out var rest);
            if (!rest.IsZero) { value += 1; }
        }

        value = BigInteger.Min(value, Most);
        return new CelQuantity(text[0] == '-' ? -value : value);
    }

    public override bool ValueEquals(CelOpaque other) => other is CelQuantity quantity && quantity.Nanos == nanos;

    public override int ValueHash() => nanos.GetHashCode();

    public override string ToString() => (nanos % One).IsZero ? (nanos / One).ToString(CultureInfo.InvariantCulture) : nanos.ToString(CultureInfo.InvariantCulture) + "n";

    private static bool TrySuffix(ReadOnlySpan<char> suffix, out int binary, out int exponent)
    {
        binary = 0;
        exponent = 0;
        switch (suffix)
        {
            case "": return true;
            case "n": exponent = -9; return true;
            case "u": exponent = -6; return true;
            case "m": exponent = -3; return true;
            case "k": exponent = 3; return true;
            case "M": exponent = 6; return true;
            case "G": exponent = 9; return true;
            case "T": exponent = 12; return true;
            case "P": exponent = 15; return true;
            case "E": exponent = 18; return true;
            case "Ki": binary = 10; return true;
            case "Mi": binary = 20; return true;
            case "Gi": binary = 30; return true;
            case "Ti": binary = 40; return true;
            case "Pi": binary = 50; return true;
            case "Ei": binary = 60; return true;
        }

        if (suffix.Length < 2 || suffix[0] is not ('e' or 'E')
            || !int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) { return false; }
        exponent = Math.Clamp(exponent, -10_000, 10_000);
        return true;
    }
}
