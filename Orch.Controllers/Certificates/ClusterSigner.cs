using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.Controllers.Certificates;

/// <summary>Signs requests with the cluster's certificate authority.</summary>
internal sealed class ClusterSigner : IDisposable
{
    private const string AlternativeNamesOid = "2.5.29.17";

    // Clocks of the cluster may disagree a little. An authority's own lifetime bounds that of all it signs.
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortLived = TimeSpan.FromHours(8);
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<string, X509KeyUsageFlags> KeyUsages = new(StringComparer.Ordinal)
    {
        ["signing"] = X509KeyUsageFlags.DigitalSignature, ["digital signature"] = X509KeyUsageFlags.DigitalSignature, ["content commitment"] = X509KeyUsageFlags.NonRepudiation,
        ["key encipherment"] = X509KeyUsageFlags.KeyEncipherment, ["key agreement"] = X509KeyUsageFlags.KeyAgreement, ["data encipherment"] = X509KeyUsageFlags.DataEncipherment,
        ["cert sign"] = X509KeyUsageFlags.KeyCertSign, ["crl sign"] = X509KeyUsageFlags.CrlSign, ["encipher only"] = X509KeyUsageFlags.EncipherOnly,
        ["decipher only"] = X509KeyUsageFlags.DecipherOnly,
    };

    private static readonly Dictionary<string, string> ExtendedUsages = new(StringComparer.Ordinal)
    {
        ["any"] = "2.5.29.37.0", ["server auth"] = "1.3.6.1.5.5.7.3.1", ["client auth"] = "1.3.6.1.5.5.7.3.2", ["code signing"] = "1.3.6.1.5.5.7.3.3",
        ["email protection"] = "1.3.6.1.5.5.7.3.4", ["s/mime"] = "1.3.6.1.5.5.7.3.4", ["ipsec end system"] = "1.3.6.1.5.5.7.3.5", ["ipsec tunnel"] = "1.3.6.1.5.5.7.3.6",
        ["ipsec user"] = "1.3.6.1.5.5.7.3.7", ["timestamping"] = "1.3.6.1.5.5.7.3.8", ["ocsp signing"] = "1.3.6.1.5.5.7.3.9", ["microsoft sgc"] = "1.3.6.1.4.1.311.10.3.3",
        ["netscape sgc"] = "2.16.840.1.113730.4.1",
    };

    private readonly X509Certificate2 _authority;
    private readonly AsymmetricAlgorithm _key;
    private readonly X509SignatureGenerator _generator;
    private readonly TimeSpan _longest;
    private readonly TimeProvider _time;

    /// <param name="certificatePem">The authority's certificate.</param>
    /// <param name="keyPem">Its private key, RSA or ECDSA.</param>
    /// <param name="longest">How long a certificate is good for, at most.</param>
    /// <exception cref="ArgumentException">The key is of another kind or not the certificate's.</exception>
    public ClusterSigner(string certificatePem, string keyPem, TimeSpan longest, TimeProvider time)
    {
        _authority = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        (_longest, _time) = (longest, time);
        if (_authority.GetECDsaPrivateKey() is { } ecdsa) { (_key, _generator) = (ecdsa, X509SignatureGenerator.CreateForECDsa(ecdsa)); }
        else if (_authority.GetRSAPrivateKey() is { } rsa) { (_key, _generator) = (rsa, X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)); }
        else
        {
            _authority.Dispose();
            throw new ArgumentException("The key that signs certificates is neither RSA nor ECDSA.", nameof(keyPem));
        }
    }

    /// <summary>A certificate in PEM for the usages, good as long as was asked for and is allowed.</summary>
    /// <exception cref="ArgumentException">A usage is unknown.</exception>
    public byte[] Sign(ParsedRequest request, IReadOnlyCollection<string> usages, int? expirationSeconds)
    {
        var signed = new CertificateRequest(request.Subject, request.PublicKey, HashAlgorithmName.SHA256);
        AddUsages(signed, usages);
        signed.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        signed.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        AddNames(signed, request);
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f; // a serial number is positive
        var now = _time.GetUtcNow();
        var lifetime = Lifetime(expirationSeconds);
        var end = lifetime < ShortLived ? now + lifetime : now + lifetime - Backdate;
        var last = new DateTimeOffset(_authority.NotAfter.ToUniversalTime());
        using var certificate = signed.Create(_authority.SubjectName, _generator, now - Backdate, end < last ? end : last, serial);
        return Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");
    }

    public void Dispose()
    {
        _key.Dispose();
        _authority.Dispose();
    }

    private static void AddUsages(CertificateRequest signed, IReadOnlyCollection<string> usages)
    {
        var unknown = usages.Where(static usage => !KeyUsages.ContainsKey(usage) && !ExtendedUsages.ContainsKey(usage)).ToList();
        if (unknown.Count > 0) { throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"unrecognized usage values: [{string.Join(' ', unknown)}]"), nameof(usages)); }
        var flags = usages.Aggregate(X509KeyUsageFlags.None, static (sum, usage) => sum | KeyUsages.GetValueOrDefault(usage));
        if (flags != X509KeyUsageFlags.None) { signed.CertificateExtensions.Add(new X509KeyUsageExtension(flags, true)); }
        var extended = new OidCollection();
        foreach (var oid in usages.Where(ExtendedUsages.ContainsKey).Select(static usage => ExtendedUsages[usage]).Distinct().Order(StringComparer.Ordinal)) { extended.Add(new Oid(oid)); }
        if (extended.Count > 0) { signed.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(extended, false)); }
    }

    private static void AddNames(CertificateRequest signed, ParsedRequest request)
    {
        if (request.DnsNames.Count + request.Addresses.Count + request.EmailAddresses.Count + request.Uris.Count == 0) { return; }
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            foreach (var name in request.DnsNames) { names.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2)); }
            foreach (var email in request.EmailAddresses) { names.WriteCharacterString(UniversalTagNumber.IA5String, email, new Asn1Tag(TagClass.ContextSpecific, 1)); }
            foreach (var address in request.Addresses) { names.WriteOctetString(address.GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7)); }
            foreach (var uri in request.Uris) { names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6)); }
        }

        // A certificate without a subject is known by these alone.
        signed.CertificateExtensions.Add(new X509Extension(AlternativeNamesOid, names.Encode(), request.Subject.RawData.Length <= 2));
    }

    private TimeSpan Lifetime(int? expirationSeconds)
    {
        if (expirationSeconds is not { } seconds) { return _longest; }
        var wanted = TimeSpan.FromSeconds(seconds);
        if (wanted > _longest) { return _longest; }
        return wanted < Shortest ? Shortest : wanted;
    }
}
