using System.Globalization;
using System.Text;

namespace Orch.Cel.Libraries;

/// <summary>An IP address.</summary>
internal sealed class CelAddress(byte[] bytes) : CelOpaque
{
    private static readonly CelType AddressType = CelType.Opaque("net.IP");

    public override CelType Type => AddressType;

    public override long CostSize => bytes.Length;

    public byte[] Bytes => bytes;

    public bool IsV4 => bytes.Length == 4;

    public bool IsUnspecified => !bytes.AsSpan().ContainsAnyExcept((byte)0);

    public bool IsLoopback => IsV4 ? bytes[0] == 127 : bytes[15] == 1 && !bytes.AsSpan(0, 15).ContainsAnyExcept((byte)0);

    public bool IsLinkLocalMulticast => IsV4 ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0 : bytes[0] == 0xff && (bytes[1] & 0x0f) == 2;

    public bool IsLinkLocalUnicast => IsV4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;

    public bool IsGlobalUnicast => !IsUnspecified && !IsLoopback && !IsLinkLocalUnicast && !IsMulticast && !(IsV4 && !bytes.AsSpan().ContainsAnyExcept((byte)255));

    private bool IsMulticast => IsV4 ? (bytes[0] & 0xf0) == 0xe0 : bytes[0] == 0xff;

    public static CelAddress? Parse(string text, out string fault)
    {
        var bytes = AddressText.Parse(text, out var hasZone, out fault);
        if (bytes is null) { fault = $"IP Address {Syntax.ExprPrinter.Quote(text)} parse error during conversion from string: {fault}"; }
        else if (hasZone) { fault = $"IP address {Syntax.ExprPrinter.Quote(text)} with zone value is not allowed"; }
        else if (IsMapped(bytes)) { fault = $"IPv4-mapped IPv6 address {Syntax.ExprPrinter.Quote(text)} is not allowed"; }
        else { return new CelAddress(bytes); }
        return null;
    }

    /// <summary>Whether an address is one of IPv4 in the form of IPv6.</summary>
    public static bool IsMapped(byte[] bytes) => bytes.Length == 16 && !bytes.AsSpan(0, 10).ContainsAnyExcept((byte)0) && bytes[10] == 0xff && bytes[11] == 0xff;

    public override bool ValueEquals(CelOpaque other) => other is CelAddress address && address.Bytes.AsSpan().SequenceEqual(bytes);

    public override int ValueHash()
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    /// <summary>The canonical text of RFC 5952.</summary>
    public override string ToString()
    {
        if (IsV4) { return string.Join('.', bytes); }
        int bestStart = -1, bestLength = 1;
        for (var start = 0; start < 8; start++)
        {
            var length = 0;
            while (start + length < 8 && bytes[(start + length) * 2] == 0 && bytes[(start + length) * 2 + 1] == 0) { length++; }
            if (length > bestLength) { (bestStart, bestLength) = (start, length); }
        }

        var text = new StringBuilder();
        for (var index = 0; index < 8; index++)
        {
            if (index == bestStart)
            {
                text.Append("::");
                index += bestLength - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':') { text.Append(':'); }
            text.Append(((bytes[index * 2] << 8) | bytes[index * 2 + 1]).ToString("x", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
