using System.Globalization;
using Orch.ApiServer.Errors;

namespace Orch.ApiServer.Registry;

/// <summary>Reads resource versions that clients send.</summary>
internal static class ResourceVersions
{
    /// <summary>The number; 0 for the empty text.</summary>
    /// <exception cref="Client.ApiException">400: not a number.</exception>
    public static long Parse(string? text) => Parse(text, string.Empty);

    /// <summary>The same, refused in the words of a list.</summary>
    /// <exception cref="Client.ApiException">400: not a number.</exception>
    public static long ParseForList(string? text) => Parse(text, "invalid resource version: ");

    /// <summary>The number that an object to be written says; 0 for the empty text.</summary>
    /// <exception cref="Client.ApiException">500, as upstream: not a number.</exception>
    public static long ParseOfObject(string? text)
    {
        if (string.IsNullOrEmpty(text)) { return 0; }
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) { return (long)Math.Min(value, long.MaxValue); }
        throw ApiErrors.Unexplained($"strconv.ParseUint: parsing {Validation.GoText.Quote(text)}: {(text.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax")}");
    }

    private static long Parse(string? text, string prefix)
    {
        if (string.IsNullOrEmpty(text)) { return 0; }
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= long.MaxValue) { return (long)value; }
        var isDigits = text.All(char.IsAsciiDigit);
        throw ApiErrors.BadRequest(
            $"{prefix}resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": {(isDigits ? "value out of range" : "invalid syntax")}");
    }
}
