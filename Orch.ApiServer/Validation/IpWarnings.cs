using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orch.ApiServer.Validation;

/// <summary>What is said of addresses and networks that are taken and yet hardly meant as they are written.</summary>
/// <remarks>Values that are no address or network at all are left to the rules.</remarks>
internal static class IpWarnings
{
    private const string Future = "will be considered invalid in a future Kubernetes release: use";

    /// <summary>Adds the text for one address, if any.</summary>
    public static void Address(string? value, FieldPath path, ICollection<string> texts)
    {
        if (value is null || !IpRules.TryParse(value, out var address)) { return; }
        if (address.IsIPv4MappedToIPv6 || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != value))
        {
            texts.Add($"{path}: non-standard IP address {GoText.Quote(value)} {Future} {GoText.Quote(Plain(address).ToString())}");
        }
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && StrictIpRules.Canonical(address) is var canonical && canonical != value)
        {
            texts.Add($"{path}: IPv6 address {GoText.Quote(value)} should be in RFC 5952 canonical format ({GoText.Quote(canonical)})");
        }
    }

    /// <summary>Adds the texts for one network.</summary>
    public static void Cidr(string? value, FieldPath path, ICollection<string> texts)
    {
        if (value is null || !IpRules.IsCidr(value)) { return; }
        var (address, network, length) = StrictIpRules.Parts(value);
        var (whole, isV4) = (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128, address.AddressFamily == AddressFamily.InterNetwork);
        var shown = address.IsIPv4MappedToIPv6 && length >= 96 ? Text(Plain(network), length - 96) : Text(network, length);
        var isClean = true;
        if (!address.Equals(network))
        {
            texts.Add($"{path}: CIDR value {GoText.Quote(value)} is ambiguous in this context (should be {GoText.Quote(shown)} or {GoText.Quote(Text(Plain(address), whole))}?)");
            isClean = false;
        }

        if (address.IsIPv4MappedToIPv6 || (isV4 ? Text(address, length) != value : HasLeadingZero(value)))
        {
            texts.Add($"{path}: non-standard CIDR value {GoText.Quote(value)} {Future} {GoText.Quote(shown)}");
            isClean = false;
        }

        // Either of the others says how it should be written already.
        if (isClean && !isV4 && Text(address, length) is var canonical && canonical != value)
        {
            texts.Add($"{path}: IPv6 CIDR value {GoText.Quote(value)} should be in RFC 5952 canonical format ({GoText.Quote(canonical)})");
        }
    }

    private static bool HasLeadingZero(string cidr)
    {
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        return cidr[slash + 1] == '0' && cidr.Length > slash + 2;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Text(IPAddress address, int length) => string.Create(CultureInfo.InvariantCulture, $"{StrictIpRules.Canonical(address)}/{length}");
}
