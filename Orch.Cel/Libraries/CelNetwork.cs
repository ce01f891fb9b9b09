using System.Globalization;

namespace Orch.Cel.Libraries;

/// <summary>An address with the length of its network's prefix.</summary>
internal sealed class CelNetwork(CelAddress address, int prefixLength) : CelOpaque
{
    private static readonly CelType NetworkType = CelType.Opaque("net.CIDR");

    public override CelType Type => NetworkType;

    public override long CostSize => (prefixLength + 7) / 8;

    public CelAddress Address => address;

    public int PrefixLength => prefixLength;

    public static CelNetwork? Parse(string text, out string fault)
    {
        var slash = text.LastIndexOf('/');
        var (bytes, wrong) = (default(byte[]), "no '/'");
        if (slash >= 0)
        {
            bytes = AddressText.Parse(text[..slash], out var hasZone, out wrong);
            if (bytes is not null && hasZone) { wrong = "IPv6 zones cannot be present in a prefix"; }
        }

        if (wrong.Length == 0)
        {
            var length = text[(slash + 1)..];
            var isNumber = int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) && (length.Length == 1 || length[0] != '0');
            if (!isNumber) { wrong = $"bad bits after slash: {Syntax.ExprPrinter.Quote(length)}"; }
            else if (prefix > bytes!.Length * 8) { wrong = "prefix length out of range"; }
            else if (CelAddress.IsMapped(bytes)) { fault = $"IPv4-mapped IPv6 address {Syntax.ExprPrinter.Quote(text)} is not allowed"; return null; }
            else { fault = string.Empty; return new CelNetwork(new CelAddress(bytes), prefix); }
        }

        fault = $"network address parse error during conversion from string: netip.ParsePrefix({Syntax.ExprPrinter.Quote(text)}): {wrong}";
        return null;
    }

    public bool Contains(CelAddress other)
    {
        if (other.Bytes.Length != address.Bytes.Length) { return false; }
        for (var bit = 0; bit < prefixLength; bit += 8)
        {
            var mask = prefixLength - bit >= 8 ? 0xff : 0xff << (8 - (prefixLength - bit));
            if (((other.Bytes[bit / 8] ^ address.Bytes[bit / 8]) & mask) != 0) { return false; }
        }

        return true;
    }

    public bool Contains(CelNetwork other) => other.PrefixLength >= prefixLength && Contains(other.Address);

    public CelNetwork Masked()
    {
        var bytes = (byte[])address.Bytes.Clone();
        for (var bit = prefixLength; bit < bytes.Length * 8; bit++) { bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8)); }
        return new CelNetwork(new CelAddress(bytes), prefixLength);
    }

    public override bool ValueEquals(CelOpaque other) => other is CelNetwork network && network.PrefixLength == prefixLength && network.Address.ValueEquals(address);

    public override int ValueHash() => HashCode.Combine(prefixLength, address.ValueHash());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{address}/{prefixLength}");
}
