using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for addresses and networks.</summary>
internal static class IpRules
{
    private const string IpText = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private const string CidrText = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    /// <summary>Reads an address as upstream does: four decimal parts or IPv6 without a zone.</summary>
    /// <remarks>.NET's own reading also takes <c>1</c>, <c>0x7f.1</c> and octal parts.</remarks>
    public static bool TryParse(string? text, out IPAddress address)
    {
        address = IPAddress.None;
        if (string.IsNullOrEmpty(text)) { return false; }
        if (text.Contains(':', StringComparison.Ordinal))
        {
            if (text.AsSpan().ContainsAny("%[]/") || !IPAddress.TryParse(text, out var found)) { return false; }
            address = found;
            return true;
        }

        Span<byte> bytes = stackalloc byte[4];
        var rest = text.AsSpan();
        for (var part = 0; part < 4; part++)
        {
            var dot = part < 3 ? rest.IndexOf('.') : rest.Length;
            if (dot is < 1 or > 3 || !byte.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[part])) { return false; }
            rest = part < 3 ? rest[(dot + 1)..] : rest;
        }

        address = new IPAddress(bytes);
        return true;
    }

    /// <summary>Whether a text is an IPv6 address.</summary>
    public static bool IsV6(string? text) => TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>An address of either family, without what readers understand in different ways: leading zeros, and IPv4 written as IPv6.</summary>
    /// <param name="kept">Values that are stored already and so stay as they are.</param>
    public static void Address(string? value, FieldPath path, FieldErrors errors, IList<string>? kept = null)
    {
        if (kept?.Contains(value!) == true) { return; }
        if (!TryParse(value, out var address)) { errors.Invalid(path, value ?? string.Empty, IpText); }
        else if (HasLeadingZeros(value)) { errors.Invalid(path, value, "must not have leading 0s"); }
        else if (address.IsIPv4MappedToIPv6) { errors.Invalid(path, value, "must not be an IPv4-mapped IPv6 address"); }
    }

    /// <summary>A network such as <c>10.0.0.0/8</c>.</summary>
    /// <param name="kept">Values that are stored already and so stay as they are.</param>
    public static void Cidr(string? value, FieldPath path, FieldErrors errors, IList<string>? kept = null)
    {
        if (kept?.Contains(value!) == true) { return; }
        if (!IsCidr(value))
        {
            errors.Invalid(path, value ?? string.Empty, CidrText);
            return;
        }

        var slash = value!.IndexOf('/', StringComparison.Ordinal);
        if (HasLeadingZeros(value.AsSpan(0, slash)) || (value[slash + 1] == '0' && value.Length > slash + 2))
        {
            errors.Invalid(path, value, "must not have leading 0s in IP or prefix length");
            return;
        }

        var (address, network, _) = StrictIpRules.Parts(value);
        if (!address.Equals(network)) { errors.Invalid(path, value, "must not have bits set beyond the prefix length"); }
        if (address.IsIPv4MappedToIPv6) { errors.Invalid(path, value, "must not have an IPv4-mapped IPv6 address"); }
    }

    /// <summary>Whether a text is an address, a slash and a length.</summary>
    public static bool IsCidr(string? value)
    {
        var slash = value?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 && TryParse(value![..slash], out var address)
            && byte.TryParse(value.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    /// <summary>An address that packets can be sent to from elsewhere: not unspecified, loopback, link-local or multicast.</summary>
    public static void Routable(string? value, FieldPath path, FieldErrors errors)
    {
        if (!TryParse(value, out var address))
        {
            errors.Invalid(path, value ?? string.Empty, "must be a valid IP address");
            return;
        }

        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) { errors.Invalid(path, value, $"may not be unspecified ({value})"); }
        if (IPAddress.IsLoopback(address)) { errors.Invalid(path, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)"); }
        if (IsLinkLocal(address)) { errors.Invalid(path, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"); }
        if (IsLinkLocalMulticast(address)) { errors.Invalid(path, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"); }
    }

    // IPv6 may have them, but not in an IPv4 part at its end.
    private static bool HasLeadingZeros(ReadOnlySpan<char> value)
    {
        var rest = value[(value.LastIndexOf(':') + 1)..];
        if (!rest.Contains('.')) { return false; }
        foreach (var range in rest.Split('.'))
        {
            var part = rest[range];
            if (part.Length > 1 && part[0] == '0') { return true; }
        }

        return false;
    }

    private static bool IsLinkLocal(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? bytes[0] == 169 && bytes[1] == 254 : address.IsIPv6LinkLocal;
    }

    private static bool IsLinkLocalMulticast(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0 : bytes[0] == 0xff && (bytes[1] & 0x0f) == 0x02;
    }
}
