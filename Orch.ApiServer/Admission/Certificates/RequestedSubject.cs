using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.ApiServer.Admission.Certificates;

/// <summary>Whom a certificate, or a request for one, names.</summary>
/// <remarks>One reader for both: whoever is judged by what a request says must be nobody else by the certificate that comes of it.</remarks>
/// <param name="CommonName">The last one given; empty for none.</param>
/// <param name="Organizations">All of them, also where several stand in one part of the name.</param>
internal sealed record RequestedSubject(string CommonName, IReadOnlyList<string> Organizations)
{
    private const string CommonNameId = "2.5.4.3";
    private const string OrganizationId = "2.5.4.10";

    /// <summary>Reads a PEM request; its signature is not checked.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RequestedSubject Read(byte[]? pem)
    {
        try
        {
            var request = CertificateRequest.LoadSigningRequestPem(Encoding.ASCII.GetString(pem ?? []), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.SkipSignatureValidation);
            return Parse(request.SubjectName.RawData);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or AsnContentException or NotSupportedException)
        {
            throw new FormatException("PEM block type must be CERTIFICATE REQUEST", exception);
        }
    }

    /// <summary>Reads a name as it stands in a certificate.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static RequestedSubject Of(X500DistinguishedName name)
    {
        try { return Parse(name.RawData); }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException) { throw new FormatException("the name is malformed", exception); }
    }

    private static RequestedSubject Parse(byte[] name)
    {
        var (commonName, organizations) = (string.Empty, new List<string>());
        var parts = new AsnReader(name, AsnEncodingRules.BER).ReadSequence();
        while (parts.HasData)
        {
            var values = parts.ReadSetOf();
            while (values.HasData)
            {
                var pair = values.ReadSequence();
                var id = pair.ReadObjectIdentifier();
                // What is no text names nobody.
                if (TextOf(pair) is not { } text) { continue; }
                if (id == CommonNameId) { commonName = text; }
                if (id == OrganizationId) { organizations.Add(text); }
            }
        }

        return new RequestedSubject(commonName, organizations);
    }

    private static string? TextOf(AsnReader reader)
    {
        var tag = (UniversalTagNumber)reader.PeekTag().TagValue;
        return tag is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
            or UniversalTagNumber.T61String or UniversalTagNumber.BMPString or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString
            ? reader.ReadCharacterString(tag)
            : null;
    }
}
