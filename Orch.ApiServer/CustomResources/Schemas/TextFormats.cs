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
    /// <summary>Whether the format is one that is checked.</summary>
    public static bool IsKnown(string format) => Normal(format) is "bsonobjectid" or "uri" or "email" or "hostname" or "ipv4" or "ipv6" or "cidr" or "mac" or "uuid" or "uuid3" or "uuid4" or "uuid5"
        or "isbn" or "isbn10" or "isbn13" or "creditcard" or "ssn" or "hexcolor" or "rgbcolor" or "byte" or "password" or "date" or "duration" or "datetime" or "k8sshortname" or "k8slongname";

    /// <summary>Whether a text is of a format.</summary>
    public static bool Matches(string format, string text) => Normal(format) switch
    {
        "bsonobjectid" => text.Length == 24 && text.All(char.IsAsciiHexDigit),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _) || text.StartsWith('/'),
        "email" => System.Net.Mail.MailAddress.TryCreate(text, out _),
        "hostname" => text.Length <= 255 && Hostname().IsMatch(text),
        "ipv4" => IpRules.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "ipv6" => IpRules.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
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
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "datetime" => IsTime(text),
        "duration" => IsDuration(text),
        "k8sshortname" => text.Length <= 63 && NameRules.IsLabel(text),
        "k8slongname" => TextRules.IsSubdomain(text),
        _ => true,
    };

    private static string Normal(string format) => format.Replace("-", string.Empty, StringComparison.Ordinal);

    private static char VersionOf(string uuid) => uuid.Replace("-", string.Empty, StringComparison.Ordinal)[12];

    private static bool IsTime(string text) => GoValues.FaultOfTime(text.Replace('t', 'T').Replace('z', 'Z').Replace(' ', 'T')) is null;

    private static bool IsDuration(string text)
    {
        if (GoDuration().IsMatch(text)) { return true; }
        return WordDuration().IsMatch(text);
    }

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
        var digits = Bare(text);
        if (digits.Length is < 13 or > 19 || digits.Any(static letter => !char.IsAsciiDigit(letter))) { return false; }
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

    [GeneratedRegex(@"\A([a-zA-Z0-9\p{L}]([a-zA-Z0-9\p{L}-]{0,61}[a-zA-Z0-9\p{L}])?)(\.[a-zA-Z0-9\p{L}]([a-zA-Z0-9\p{L}-]{0,61}[a-zA-Z0-9\p{L}])?)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
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

    [GeneratedRegex(@"\A([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Base64();

    [GeneratedRegex(@"\A[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)\z", RegexOptions.NonBacktracking)]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"\A\s*([0-9]+\s*(ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|week|wk)s?\s*)+\z", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WordDuration();
}
