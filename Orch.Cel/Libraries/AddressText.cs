namespace Orch.Cel.Libraries;

/// <summary>Reads IP addresses as Go's <c>netip</c> does, and says what is wrong in its words.</summary>
internal static class AddressText
{
    /// <summary>The bytes of an address; null with the fault when it is none.</summary>
    /// <param name="hasZone">Something such as <c>%eth0</c> follows.</param>
    public static byte[]? Parse(string text, out bool hasZone, out string fault)
    {
        hasZone = false;
        var found = text.AsSpan().IndexOfAny('.', ':', '%') switch
        {
            < 0 => (null, Fault("unable to parse IP")),
            var at when text[at] == '.' => V4(text, 0, text.Length),
            var at when text[at] == ':' => V6(text, out hasZone),
            _ => ((byte[]?)null, Fault("missing IPv6 address")),
        };
        fault = found.Item2 is null ? string.Empty : $"ParseAddr({Syntax.ExprPrinter.Quote(text)}): {found.Item2}";
        return found.Item1;
    }

    private static string Fault(string message, string at = "") => at.Length == 0 ? message : $"{message} (at {Syntax.ExprPrinter.Quote(at)})";

    private static (byte[]? Bytes, string? Fault) V4(string text, int start, int end)
    {
        var bytes = new byte[4];
        int value = 0, field = 0, digits = 0;
        for (var index = start; index < end; index++)
        {
            if (char.IsAsciiDigit(text[index]))
            {
                if (digits == 1 && value == 0) { return (null, Fault("IPv4 field has octet with leading zero")); }
                value = value * 10 + (text[index] - '0');
                digits++;
                if (value > 255) { return (null, Fault("IPv4 field has value >255")); }
            }
            else if (text[index] == '.')
            {
                if (index == start || index == end - 1 || text[index - 1] == '.') { return (null, Fault("IPv4 field must have at least one digit", text[index..])); }
                if (field == 3) { return (null, Fault("IPv4 address too long")); }
                bytes[field++] = (byte)value;
                (value, digits) = (0, 0);
            }
            else { return (null, Fault("unexpected character", text[index..])); }
        }

        if (field < 3) { return (null, Fault("IPv4 address too short")); }
        bytes[3] = (byte)value;
        return (bytes, null);
    }

    private static (byte[]? Bytes, string? Fault) V6(string text, out bool hasZone)
    {
        var end = text.IndexOf('%', StringComparison.Ordinal);
        hasZone = end >= 0;
        if (end == text.Length - 1) { return (null, Fault("zone must be a non-empty string")); }
        if (end < 0) { end = text.Length; }
        var bytes = new byte[16];
        int at = 0, count = 0, gap = -1;
        if (text.AsSpan(0, end).StartsWith("::"))
        {
            (gap, at) = (0, 2);
            if (at == end) { return (bytes, null); }
        }

        while (count < 16)
        {
            var (value, length) = (0, 0);
            for (; at + length < end && char.IsAsciiHexDigit(text[at + length]); length++)
            {
                if (length > 3) { return (null, Fault("each group must have 4 or less digits", text[at..end])); }
                value = value * 16 + Convert.ToInt32(text[at + length].ToString(), 16);
            }

            if (length == 0) { return (null, Fault("each colon-separated field must have at least one digit", text[at..end])); }
            if (at + length < end && text[at + length] == '.')
            {
                if (gap < 0 && count != 12) { return (null, Fault("embedded IPv4 address must replace the final 2 fields of the address", text[at..end])); }
                if (count + 4 > 16) { return (null, Fault("too many hex fields to fit an embedded IPv4 at the end of the address", text[at..end])); }
                var (inner, fault) = V4(text, at, end);
                if (inner is null) { return (null, fault); }
                inner.CopyTo(bytes, count);
                (at, count) = (end, count + 4);
                break;
            }

            (bytes[count], bytes[count + 1]) = ((byte)(value >> 8), (byte)value);
            count += 2;
            at += length;
            if (at == end) { break; }
            if (text[at] != ':') { return (null, Fault("unexpected character, want colon", text[at..end])); }
            if (at + 1 == end) { return (null, Fault("colon must be followed by more characters", text[at..end])); }
            at++;
            if (text[at] != ':') { continue; }
            if (gap >= 0) { return (null, Fault("multiple :: in address", text[at..end])); }
            gap = count;
            if (++at == end) { break; }
        }

        if (at < end) { return (null, Fault("trailing garbage after address", text[at..end])); }
        if (count == 16) { return gap < 0 ? (bytes, null) : (null, Fault("the :: must expand to at least one field of zeros")); }
        if (gap < 0) { return (null, Fault("address string too short")); }
        bytes.AsSpan(gap, count - gap).CopyTo(bytes.AsSpan(gap + 16 - count));
        bytes.AsSpan(gap, 16 - count).Clear();
        return (bytes, null);
    }
}
