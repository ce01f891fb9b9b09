using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orch.Host.Certificates;

/// <summary>Signs the certificates of one cluster with an ECDSA P-256 key.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(365);

    // Machines of one cluster may disagree a little on the time.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;

    public CertificateAuthority(X509Certificate2 certificate, TimeProvider time)
    {
        Certificate = certificate;
        _time = time;
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public static CertificateAuthority Create(string commonName, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(commonName, []), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - ClockSkew, now + AuthorityLifetime), time);
    }

    /// <summary>A certificate that a client shows: the common name is the user, the organizations are the groups.</summary>
    public X509Certificate2 IssueClient(string user, params IReadOnlyList<string> groups)
        => Issue(Name(user, groups), ClientAuthOid, null);

    /// <summary>A certificate that a server shows for these host names and addresses.</summary>
    public X509Certificate2 IssueServer(string commonName, IEnumerable<string> hostNames, IEnumerable<IPAddress> addresses, params IReadOnlyList<string> organizations)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hostNames.Distinct()) { names.AddDnsName(host); }
        foreach (var address in addresses.Distinct()) { names.AddIpAddress(address); }
        return Issue(Name(commonName, organizations), ServerAuthOid, names.Build());
    }

    public void Dispose() => Certificate.Dispose();

    private static X500DistinguishedName Name(string commonName, IReadOnlyList<string> organizations)
    {
        var builder = new X500DistinguishedNameBuilder();
        foreach (var organization in organizations) { builder.AddOrganizationName(organization); }
        builder.AddCommonName(commonName);
        return builder.Build();
    }

    private X509Certificate2 Issue(X500DistinguishedName subject, string usageOid, X509Extension? alternativeNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usageOid)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        if (alternativeNames is not null) { request.CertificateExtensions.Add(alternativeNames); }

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f; // a serial number is positive
        var now = _time.GetUtcNow();
        using var issued = request.Create(Certificate, now - ClockSkew, now + LeafLifetime, serial);
        return issued.CopyWithPrivateKey(key);
    }
}
