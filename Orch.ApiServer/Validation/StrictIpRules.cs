using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orch.ApiServer.Validation;

/// <summary>The rules of newer fields for addresses and networks: one text for each value.</summary>
internal static class StrictIpRules
{
    private const string IpText = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private const string CidrText = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    /// <summary>An address in canonical form.</summary>
    public static void Address(string value, FieldPath path, FieldErrors errors)
    {
        if (!IpRules.TryParse(WithoutLeadingZeros(value), out var address)) { errors.Invalid(path, value, IpText); }
        else if (!IpRules.TryParse(value, out _) || HasLeadingZeros(value)) { errors.Invalid(path, value, "must not have leading 0s"); }
        else if (address.IsIPv4MappedToIPv6) { errors.Invalid(path, value, "must not be an IPv4-mapped IPv6 address"); }
        else if (Canonical(address) is var canonical && canonical != value) { errors.Invalid(path, value, $"must be in canonical form ({GoText.Quote(canonical)})"); }
    }

    /// <summary>A network in canonical form.</summary>
    public static void Cidr(string value, FieldPath path, FieldErrors errors)
    {
        if (!IpRules.IsCidr(WithoutLeadingZeros(value)))
        {
            errors.Invalid(path, value, CidrText);
            return;
        }

        if (!IpRules.IsCidr(value) || HasLeadingZeros(value))
        {
            errors.Invalid(path, value, "must not have leading 0s in IP or prefix length");
            return;
        }

        var (address, network, length) = Parts(value);
        if (!address.Equals(network)) { errors.Invalid(path, value, "must not have bits set beyond the prefix length"); }
        else if (address.IsIPv4MappedToIPv6) { errors.Invalid(path, value, "must not have an IPv4-mapped IPv6 address"); }
        else if (Text(network, length) is var canonical && canonical != value) { errors.Invalid(path, value, $"must be in canonical form ({GoText.Quote(canonical)})"); }
    }

    /// <summary>Address, first address and length of a valid network.</summary>
    public static (IPAddress Address, IPAddress Network, int Length) Parts(string cidr)
    {
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        _ = IpRules.TryParse(cidr[..slash], out var address);
        var length = int.Parse(cidr.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        return (address, Masked(address, length), length);
    }

    /// <summary>The address with all bits after the first <paramref name="length"/> cleared.</summary>
    public static IPAddress Masked(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var index = 0; index < bytes.Length; index++)
        {
            var bits = Math.Clamp(length - (index * 8), 0, 8);
            bytes[index] &= (byte)(0xff << (8 - bits));
        }

        return new IPAddress(bytes);
    }

    /// <summary>As RFC 5952 writes it; .NET's own form mixes IPv4 into some IPv6 addresses.</summary>
    public static string Canonical(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 4) { return address.ToString(); }
        var groups = Enumerable.Range(0, 8).Select(index => (bytes[index * 2] << 8) | bytes[(index * 2) + 1]).ToArray();
        var (start, count) = LongestZeros(groups);
        var text = new StringBuilder();
        for (var index = 0; index < 8; index++)
        {
            if (index == start && count > 1)
            {
                text.Append("::");
                index += count - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':') { text.Append(':'); }
            text.Append(CultureInfo.InvariantCulture, $"{groups[index]:x}");
        }

        return text.ToString();
    }

    private static string Text(IPAddress address, int length) => string.Create(CultureInfo.InvariantCulture, $"{Canonical(address)}/{length}");

    private static (int Start, int Count) LongestZeros(int[] groups)
    {
        var (start, count) = (-1, 0);
        for (var index = 0; index < groups.Length; index++)
        {
            var length = groups.Skip(index).TakeWhile(static group => group == 0).Count();
            if (length > count) { (start, count) = (index, length); }
        }

        return (start, count);
    }

    private static bool HasLeadingZeros(string value) => WithoutLeadingZeros(value) != value;

    // Only decimal parts: zeros before a group of an IPv6 address are allowed, if not canonical.
    private static string WithoutLeadingZeros(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? value : value[..slash];
        if (!address.Contains(':', StringComparison.Ordinal)) { address = string.Join('.', address.Split('.').Select(Number)); }
        return slash < 0 ? address : $"{address}/{Number(value[(slash + 1)..])}";
    }

    private static string Number(string text) => text.Length > 1 && text[0] == '0' && text.All(char.IsAsciiDigit) ? text.TrimStart('0') is { Length: > 0 } rest ? rest : "0" : text;
}
