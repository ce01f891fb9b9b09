using System.Globalization;
using k8s.Models;
using SuffixFormat = k8s.Models.ResourceQuantity.SuffixFormat;

namespace Orch.Resources;

/// <summary>Quantities as integers, and their canonical text.</summary>
/// <remarks>
/// Rules of upstream's <c>resource.Quantity</c>: fractions below a nano-unit and fractions asked for as integers round away from
/// zero; integers saturate at 64 bits; numbers beyond 7.9e28 are capped. Prefer this to the model's own text, which is wrong for negative numbers.
/// </remarks>
public static class Quantities
{
    private const string FormatError = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private const string SuffixError = "unable to parse quantity's suffix";
    private const string DecimalSuffixes = "num kMGTPE"; // from 10^-9 in steps of 10^3
    private const string BinarySuffixes = "KMGTPE";
    private const int NanoDigits = 9;
    private static readonly decimal[] PowersOfTen = [.. Enumerable.Range(0, 29).Select(static power => decimal.Parse("1" + new string('0', power), CultureInfo.InvariantCulture))];

    /// <summary>Zero, printed as <c>0</c>.</summary>
    public static ResourceQuantity Zero { get; } = new(0, 0, SuffixFormat.DecimalSI);

    /// <summary>Reads a quantity such as <c>1500m</c>, <c>1.5Gi</c>, <c>12e6</c>.</summary>
    /// <exception cref="FormatException">With upstream's message.</exception>
    public static ResourceQuantity Parse(string text) => TryParse(text, out var quantity, out var error) ? quantity! : throw new FormatException(error);

    /// <summary>Reads a quantity, or says in upstream's words why not.</summary>
    public static bool TryParse(string text, out ResourceQuantity? quantity, out string? error)
    {
        quantity = null;
        error = Scan(text, out var value, out var format);
        if (error is null) { quantity = new ResourceQuantity(value, 0, format); }
        return error is null;
    }

    /// <summary>A whole number printed with decimal suffixes, such as <c>3</c> or <c>2k</c>.</summary>
    public static ResourceQuantity FromValue(long value) => new(value, 0, SuffixFormat.DecimalSI);

    /// <summary>Thousandths, such as 1500 for <c>1500m</c>.</summary>
    public static ResourceQuantity FromMilliValue(long milliValue) => new(milliValue / 1000m, 0, SuffixFormat.DecimalSI);

    /// <summary>Bytes, printed with binary suffixes such as <c>64Mi</c>.</summary>
    public static ResourceQuantity FromBytes(long bytes) => new(bytes, 0, SuffixFormat.BinarySI);

    /// <summary>The whole number, rounded away from zero; 0 for null.</summary>
    public static long Value(ResourceQuantity? quantity) => quantity is null ? 0 : Saturate(quantity.ToDecimal());

    /// <summary>Thousandths, rounded away from zero; 0 for null.</summary>
    public static long MilliValue(ResourceQuantity? quantity)
    {
        if (quantity is null) { return 0; }
        var value = quantity.ToDecimal();
        if (value >= long.MaxValue / 1000m) { return long.MaxValue; }
        return value <= long.MinValue / 1000m ? long.MinValue : Saturate(value * 1000m);
    }

    /// <summary>The sum, printed in the format of the first that is not zero.</summary>
    public static ResourceQuantity Add(ResourceQuantity left, ResourceQuantity right)
    {
        var (first, second) = (left.ToDecimal(), right.ToDecimal());
        return new ResourceQuantity(first + second, 0, first == 0 ? right.Format : left.Format);
    }

    /// <summary>Orders by value, whatever the format.</summary>
    public static int Compare(ResourceQuantity left, ResourceQuantity right) => left.ToDecimal().CompareTo(right.ToDecimal());

    /// <summary>The canonical text: no fraction, the largest suffix that loses nothing.</summary>
    public static string Format(ResourceQuantity quantity)
    {
        var value = quantity.ToDecimal();
        if (value == 0) { return "0"; }
        if (quantity.Format == SuffixFormat.BinarySI && decimal.Abs(value) >= 1024 && decimal.Truncate(value) == value) { return FormatBinary(value); }
        return FormatDecimal(value, quantity.Format == SuffixFormat.DecimalExponent);
    }

    private static string FormatBinary(decimal value)
    {
        var power = 0;
        while (power < BinarySuffixes.Length && value % 1024 == 0)
        {
            value /= 1024;
            power++;
        }

        var number = value.ToString("0", CultureInfo.InvariantCulture);
        return power == 0 ? number : $"{number}{BinarySuffixes[power - 1]}i";
    }

    private static string FormatDecimal(decimal value, bool exponent)
    {
        var step = 0;
        while (step > -3 && decimal.Truncate(value) != value)
        {
            value *= 1000;
            step--;
        }

        value = RoundAway(value);
        while (step < (exponent ? 9 : 6) && value % 1000 == 0)
        {
            value /= 1000;
            step++;
        }

        var number = value.ToString("0", CultureInfo.InvariantCulture);
        if (step == 0) { return number; }
        return exponent ? $"{number}e{(step * 3).ToString(CultureInfo.InvariantCulture)}" : number + DecimalSuffixes[step + 3];
    }

    private static string? Scan(string text, out decimal value, out SuffixFormat format)
    {
        value = 0;
        format = SuffixFormat.DecimalSI;
        var position = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position])) { position++; }
        var digits = position - start;
        if (position < text.Length && text[position] == '.')
        {
            var fraction = ++position;
            while (position < text.Length && char.IsAsciiDigit(text[position])) { position++; }
            digits += position - fraction;
        }

        var number = text.AsSpan(start, position - start);
        var suffixStart = position;
        while (position < text.Length && "eEinumkKMGTP".Contains(text[position], StringComparison.Ordinal)) { position++; }
        if (position < text.Length && text[position] is '+' or '-') { position++; }
        while (position < text.Length && char.IsAsciiDigit(text[position])) { position++; }
        if (digits == 0 || position < text.Length) { return FormatError; }
        if (!TryMultiplier(text.AsSpan(suffixStart), out var isBinary, out var power, out format)) { return SuffixError; }

        value = Scale(number, isBinary, power);
        if (isBinary && value > long.MaxValue) { value = long.MaxValue; }
        if (isBinary && value is > 0 and < 1) { format = SuffixFormat.DecimalSI; }
        if (text[0] == '-') { value = -value; }
        return null;
    }

    private static bool TryMultiplier(ReadOnlySpan<char> suffix, out bool isBinary, out int power, out SuffixFormat format)
    {
        (isBinary, power, format) = (false, 0, SuffixFormat.DecimalSI);
        if (suffix.Length == 0) { return true; }
        if (suffix.Length == 1 && suffix[0] != 'e')
        {
            var index = DecimalSuffixes.IndexOf(suffix[0], StringComparison.Ordinal);
            power = (index - 3) * 3;
            return index >= 0;
        }

        if (suffix.Length == 2 && suffix[1] == 'i')
        {
            var index = BinarySuffixes.IndexOf(suffix[0], StringComparison.Ordinal);
            (isBinary, power, format) = (true, (index + 1) * 10, SuffixFormat.BinarySI);
            return index >= 0;
        }

        format = SuffixFormat.DecimalExponent;
        return suffix[0] is 'e' or 'E' && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power);
    }

    private static decimal Scale(ReadOnlySpan<char> number, bool isBinary, int power)
    {
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) { return decimal.MaxValue; }
        if (value == 0) { return 0; }
        try
        {
            value = isBinary ? value * (1L << power)
                : power >= 0 ? value * (power < PowersOfTen.Length ? PowersOfTen[power] : throw new OverflowException())
                : -power < PowersOfTen.Length ? value / PowersOfTen[-power] : 0;
        }
        catch (OverflowException)
        {
            return decimal.MaxValue;
        }

        // Whoever asks for something must get something: round up to the smallest unit.
        var least = 1 / PowersOfTen[NanoDigits];
        if (value < least) { return least; }
        var rounded = decimal.Round(value, NanoDigits, MidpointRounding.ToPositiveInfinity);
        return rounded;
    }

    private static decimal RoundAway(decimal value) => value < 0 ? decimal.Floor(value) : decimal.Ceiling(value);

    private static long Saturate(decimal value)
    {
        var rounded = RoundAway(value);
        if (rounded >= long.MaxValue) { return long.MaxValue; }
        return rounded <= long.MinValue ? long.MinValue : (long)rounded;
    }
}
