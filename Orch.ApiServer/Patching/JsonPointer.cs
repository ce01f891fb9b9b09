using System.Globalization;

namespace Orch.ApiServer.Patching;

/// <summary>RFC 6901 pointers, with the negative indexes that upstream's library takes.</summary>
internal static class JsonPointer
{
    /// <summary>The parts, unescaped; empty for the whole document.</summary>
    public static string[] Parse(string pointer)
    {
        if (pointer.Length == 0) { return []; }
        if (pointer[0] != '/') { throw PatchFault.Inapplicable($"jsonpatch path \"{pointer}\" must begin with a slash"); }
        var parts = pointer[1..].Split('/');
        for (var index = 0; index < parts.Length; index++)
        {
            if (!parts[index].Contains('~', StringComparison.Ordinal)) { continue; }
            parts[index] = parts[index].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return parts;
    }

    /// <summary>Whether the text is an index; negative ones count from <paramref name="count"/>.</summary>
    public static bool TryIndex(string part, int count, out int index)
    {
        index = -1;
        var digits = part.StartsWith('-') ? part.AsSpan(1) : part;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0')) { return false; }
        if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)) { return false; }
        index = parsed < 0 ? parsed + count : parsed;
        return index >= 0;
    }
}
