using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Orch.ApiServer.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orch.ApiServer.Decoding;

/// <summary>What a YAML 1.1 scalar means, as go-yaml v2 reads it.</summary>
internal static partial class YamlScalars
{
    public static object? Resolve(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? string.Empty : scalar.Tag.Value;
        if (tag == "tag:yaml.org,2002:binary") { return FromBase64(scalar.Value); }
        if (tag == "tag:yaml.org,2002:str" || (tag.Length == 0 && scalar.Style != ScalarStyle.Plain)) { return scalar.Value; }
        if (tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal) || tag.Length == 0)
        {
            var value = ResolvePlain(scalar.Value);
            return tag == "tag:yaml.org,2002:float" && value is string ? throw new FormatException($"yaml: cannot decode !!str `{scalar.Value}` as a !!float") : value;
        }

        return scalar.Value;
    }

    /// <summary>The meaning of an unquoted, untagged text.</summary>
    public static object? ResolvePlain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON": return true;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF": return false;
            case ".nan" or ".NaN" or ".NAN": throw new FormatException("json: unsupported value: NaN");
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF": throw new FormatException("json: unsupported value: +Inf");
            case "-.inf" or "-.Inf" or "-.INF": throw new FormatException("json: unsupported value: -Inf");
        }

        return char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.' ? Number(text) ?? (object)text : text;
    }

    private static JsonNumber? Number(string text)
    {
        var plain = text.Replace("_", string.Empty, StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
        {
            if (integer >= long.MinValue && integer <= ulong.MaxValue) { return new JsonNumber(integer.ToString(CultureInfo.InvariantCulture)); }
            return new JsonNumber(((double)integer).ToString("R", CultureInfo.InvariantCulture));
        }

        if (!FloatPattern().IsMatch(plain) || !double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) { return null; }
        if (!double.IsFinite(value)) { return null; }
        return new JsonNumber(value.ToString("R", CultureInfo.InvariantCulture));
    }

    // Go's ParseInt with base 0: a leading 0 is octal.
    private static BigInteger? Integer(string text)
    {
        var digits = text.AsSpan();
        var negative = digits.Length > 0 && digits[0] == '-';
        if (digits.Length > 0 && digits[0] is '-' or '+') { digits = digits[1..]; }
        if (digits.IsEmpty || digits.Length > 400) { return null; }
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var skip) = digits[1] switch { 'x' or 'X' => (16, 2), 'b' or 'B' => (2, 2), 'o' or 'O' => (8, 2), _ => (8, 1) };
            digits = digits[skip..];
        }

        if (digits.IsEmpty) { return null; }
        var value = BigInteger.Zero;
        foreach (var letter in digits)
        {
            var digit = char.IsAsciiHexDigit(letter) ? Convert.ToInt32(letter.ToString(), 16) : radix;
            if (digit >= radix) { return null; }
            value = (value * radix) + digit;
        }

        return negative ? -value : value;
    }

    private static string FromBase64(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException exception)
        {
            throw new FormatException("yaml: !!binary value contains invalid base64 data", exception);
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex FloatPattern();
}
