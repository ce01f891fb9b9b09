using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>The formats of texts that are checked; others mean nothing.</summary>
/// <remarks>The set of apiextensions' <c>supported formats</c>; the readings are those of go-openapi's strfmt.</remarks>
internal static partial class TextFormats
{
    private static readonly string[] ShortUnits = ["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"];

    // Of these a unit may be the beginning only, as of minutes.
    private static readonly string[] LongUnits = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"];

    /// <summary>Whether the format is one that is checked.</summary>
    public static bool IsKnown(string format) => Normal(format) is "bsonobjectid" or "uri" or "email" or "hostname" or "ipv4" or "ipv6" or "cidr" or "mac" or "uuid" or "uuid3" or "uuid4" or "uuid5"
        or "isbn" or "isbn10" or "isbn13" or "creditcard" or "ssn" or "hexcolor" or "rgbcolor" or "byte" or "password" or "date" or "duration" or "datetime" or "k8sshortname" or "k8slongname";

    /// <summary>Whether a text is of a format.</summary>
    public static bool Matches(string format, string text) => Normal(format) switch
    {
        "bsonobjectid" => text.Length == 24 && text.All(char.IsAsciiHexDigit),
        "uri" => GoUrl.Parse(text, out _) is { } url && (url.Scheme.Length > 0 || text.StartsWith('/')),
        "email" => System.Net.Mail.MailAddress.TryCreate(text, out _),
        "hostname" => TextRules.ByteLength(text) <= 255 && Hostname().IsMatch(text) && Array.TrueForAll(text.Split('.'), static part => TextRules.ByteLength(part) <= 63),
        // One that is written in the form of the other is both.
        "ipv4" => text.Contains('.', StringComparison.Ordinal) && IpRules.TryParse(text, out _),
        "ipv6" => text.Contains(':', StringComparison.Ordinal) && IpRules.TryParse(text, out _),
        "cidr" => IpRules.IsCidr(text),
        "mac" => Mac().IsMatch(text),
        "uuid" => Uuid().IsMatch(text),
        "uuid3" => Uuid().IsMatch(text) && VersionOf(text) == '3',
        "uuid4" => Uuid().IsMatch(text) && VersionOf(text) == '4',
        "uuid5" => Uuid().IsMatch(text) && VersionOf(text) == '5',
        "isbn" => IsIsbn10(text) || IsIsbn13(text),
        "isbn10" => IsIsbn10(text),
        "isbn13" => IsIsbn13(text),
        "creditcard" => IsCard(text),
        "ssn" => Ssn().IsMatch(text),
        "hexcolor" => HexColor().IsMatch(text),
        "rgbcolor" => RgbColor().IsMatch(text),
        "byte" => Base64().IsMatch(text),
        "date" => IsDate(text),
        "datetime" => IsTime(text),
        "duration" => IsDuration(text),
        "k8sshortname" => text.Length <= 63 && NameRules.IsLabel(text),
        "k8slongname" => TextRules.IsSubdomain(text),
        _ => true,
    };

    private static string Normal(string format) => format.Replace("-", string.Empty, StringComparison.Ordinal);

    private static char VersionOf(string uuid) => uuid.Replace("-", string.Empty, StringComparison.Ordinal)[12];

    // Less strict than a time of the API: any letter before the fraction, any offset of two and two digits.
    private static bool IsTime(string text)
    {
        var parts = text.Split('T', 't');
        return parts.Length > 1 && IsDate(parts[0]) && Time().Match(parts[1]) is { Success: true } time
            && string.CompareOrdinal(time.Groups[1].Value, "23") <= 0 && string.CompareOrdinal(time.Groups[2].Value, "59") <= 0 && string.CompareOrdinal(time.Groups[3].Value, "59") <= 0;
    }

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // Go's durations, or a number with a unit of time anywhere.
    private static bool IsDuration(string text)
    {
        if (GoDuration().IsMatch(text)) { return true; }
        var isOne = false;
        foreach (var match in WordDuration().EnumerateMatches(text))
        {
            var part = text.AsSpan(match.Index, match.Length);
            var digits = part.IndexOfAnyExceptInRange('0', '9');
            if (!long.TryParse(part[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out _)) { return false; }
            isOne |= IsUnit(part[digits..].Trim().ToString());
        }

        return isOne;
    }

    private static bool IsUnit(string unit) => Array.Exists(ShortUnits, name => name.Equals(unit, StringComparison.OrdinalIgnoreCase)) || Array.Exists(LongUnits, name => unit.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsIsbn10(string text)
    {
        var digits = Bare(text);
        if (digits.Length != 10) { return false; }
        var sum = 0;
        for (var index = 0; index < 10; index++)
        {
            var digit = index == 9 && digits[9] is 'X' or 'x' ? 10 : char.IsAsciiDigit(digits[index]) ? digits[index] - '0' : -1;
            if (digit < 0) { return false; }
            sum += digit * (10 - index);
        }

        return sum % 11 == 0;
    }

    private static bool IsIsbn13(string text)
    {
        var digits = Bare(text);
        if (digits.Length != 13 || digits.Any(static letter => !char.IsAsciiDigit(letter))) { return false; }
        var sum = 0;
        for (var index = 0; index < 13; index++) { sum += (digits[index] - '0') * (index % 2 == 0 ? 1 : 3); }
        return sum % 10 == 0;
    }

    private static bool IsCard(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (!Card().IsMatch(digits)) { return false; }
        var sum = 0;
        for (var index = 0; index < digits.Length; index++)
        {
            var digit = digits[digits.Length - 1 - index] - '0';
            if (index % 2 == 1) { digit = digit * 2 > 9 ? (digit * 2) - 9 : digit * 2; }
            sum += digit;
        }

        return sum % 10 == 0;
    }

    private static string Bare(string text) => text.Replace("-", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal);

    // One label, with a hyphen after its first letter at most, or several of which the last is of letters alone.
    [GeneratedRegex(@"\A([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.))+([a-zA-Z\p{L}]){2,63})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"\A([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}(([:-][0-9a-fA-F]{2}){2}|([:-][0-9a-fA-F]{2}){14})?|[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2}(\.[0-9a-fA-F]{4}|(\.[0-9a-fA-F]{4}){7})?)\z", RegexOptions.NonBacktracking)]
    private static partial Regex Mac();

    [GeneratedRegex(@"\A[a-fA-F0-9]{8}-?[a-fA-F0-9]{4}-?[a-fA-F0-9]{4}-?[a-fA-F0-9]{4}-?[a-fA-F0-9]{12}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\A[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Ssn();

    [GeneratedRegex(@"\A#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\z", RegexOptions.NonBacktracking)]
    private static partial Regex HexColor();

    [GeneratedRegex(@"\Argb\(\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*\)\z", RegexOptions.NonBacktracking)]
    private static partial Regex RgbColor();

    [GeneratedRegex(@"\A([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Base64();

    [GeneratedRegex(@"\A[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)\z", RegexOptions.NonBacktracking)]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"[0-9]+\s*[A-Za-zµ]+", RegexOptions.NonBacktracking)]
    private static partial Regex WordDuration();

    [GeneratedRegex(@"\A([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?([zZ]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Time();

    [GeneratedRegex(@"\A(4[0-9]{12}([0-9]{3})?|5[1-5][0-9]{14}|(222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|6(011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(0[0-5]|[68][0-9])[0-9]{11}|(2131|1800|35[0-9]{3})[0-9]{11}|6[27][0-9]{14})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Card();
}
