using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.Controllers.Certificates;

/// <summary>A PKCS#10 request taken apart.</summary>
internal sealed class ParsedRequest
{
    private const string AlternativeNamesOid = "2.5.29.17";
    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationOid = "2.5.4.10";

    private ParsedRequest(CertificateRequest request)
    {
        Subject = request.SubjectName;
        PublicKey = request.PublicKey;
        foreach (var part in request.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements) { continue; }
            switch (part.GetSingleElementType().Value)
            {
                case CommonNameOid: CommonName = part.GetSingleElementValue() ?? string.Empty; break;
                case OrganizationOid: Organizations.Add(part.GetSingleElementValue() ?? string.Empty); break;
            }
        }

        foreach (var extension in request.CertificateExtensions)
        {
            if (extension.Oid?.Value == AlternativeNamesOid) { ReadNames(extension.RawData); }
        }
    }

    public X500DistinguishedName Subject { get; }

    public PublicKey PublicKey { get; }

    public string CommonName { get; } = string.Empty;

    public List<string> Organizations { get; } = [];

    public List<string> DnsNames { get; } = [];

    public List<IPAddress> Addresses { get; } = [];

    public List<string> EmailAddresses { get; } = [];

    public List<string> Uris { get; } = [];

    /// <summary>Reads a PEM text and checks that it is signed by its own key; null when it is no such thing.</summary>
    public static ParsedRequest? TryParse(byte[]? pem)
    {
        var text = Encoding.Latin1.GetString(pem ?? []);
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != "CERTIFICATE REQUEST") { return null; }
        try
        {
            return new ParsedRequest(CertificateRequest.LoadSigningRequest(
                Convert.FromBase64String(text[fields.Base64Data]), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1));
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // GeneralNames of RFC 5280: what is not listed here is not signed either.
    private void ReadNames(byte[] data)
    {
        var names = new AsnReader(data, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue is not (1 or 2 or 6 or 7))
            {
                names.ReadEncodedValue();
                continue;
            }

            if (tag.TagValue == 7)
            {
                var bytes = names.ReadOctetString(tag);
                if (bytes.Length is not (4 or 16)) { throw new CryptographicException("An address of the request is neither IPv4 nor IPv6."); }
                Addresses.Add(new IPAddress(bytes));
                continue;
            }

            var text = names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
            (tag.TagValue switch { 1 => EmailAddresses, 2 => DnsNames, _ => Uris }).Add(text);
        }
    }
}
