using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Orch.ApiServer.Kinds.Core;

namespace Orch.ApiServer.Tests.Kinds;

public sealed class TlsPairTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pair_OfEveryForm_HasNoFault()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Null(Fault(Certificate(rsa), rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Null(Fault(Certificate(rsa), rsa.ExportRSAPrivateKeyPem()));
        Assert.Null(Fault(Certificate(curve), curve.ExportPkcs8PrivateKeyPem()));
        Assert.Null(Fault(Certificate(curve), $"{PemEncoding.WriteString("EC PARAMETERS", [6])}\n{curve.ExportECPrivateKeyPem()}"));
    }

    [Fact]
    public void Key_OnACurveThatNobodyKnows_IsNoKey()
    {
        using var rsa = RSA.Create(2048);
        byte[] unknown = [0x30, 0x2B, 2, 1, 1, 4, 32, .. new byte[32], 0xA0, 4, 6, 2, 0x2A, 3];

        Assert.Equal("tls: failed to parse private key", Fault(Certificate(rsa), PemEncoding.WriteString("EC PRIVATE KEY", unknown)));
    }

    [Fact]
    public void Text_LongerThanAnyPair_IsNotLookedAt()
    {
        using var rsa = RSA.Create(2048);

        Assert.Null(Fault(string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 10_000)), rsa.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void Pair_OfTwoKeys_IsToldByWhatDiffers()
    {
        using var rsa = RSA.Create(2048);
        using var other = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal("tls: private key does not match public key", Fault(Certificate(rsa), other.ExportPkcs8PrivateKeyPem()));
        Assert.Equal("tls: private key type does not match public key type", Fault(Certificate(rsa), curve.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void Pair_ThatIsNone_IsToldByWhatIsThere()
    {
        using var rsa = RSA.Create(2048);
        var (certificate, key) = (Certificate(rsa), rsa.ExportPkcs8PrivateKeyPem());
        var junk = PemEncoding.WriteString("JUNK", [1, 2, 3]);

        Assert.Equal("tls: failed to find any PEM data in certificate input", Fault("", key));
        Assert.Equal("tls: failed to find any PEM data in key input", Fault(certificate, "x"));
        Assert.Equal("tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched", Fault(key, certificate));
        Assert.Equal("tls: found a certificate rather than a key in the PEM for the private key", Fault(certificate, certificate));
        Assert.Equal("tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [JUNK]", Fault(junk, key));
        Assert.Equal("tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [JUNK JUNK]", Fault(certificate, $"{junk}\n{junk}"));
        Assert.Equal("tls: failed to parse private key", Fault(certificate, PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3])));
        Assert.Equal("x509: malformed certificate", Fault(PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]), key));
    }

    private static string? Fault(string certificate, string key) => TlsPair.FaultOf(Encoding.ASCII.GetBytes(certificate), Encoding.ASCII.GetBytes(key));

    private static string Certificate(RSA key) => Signed(new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Certificate(ECDsa key) => Signed(new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256));

    private static string Signed(CertificateRequest request)
    {
        using var certificate = request.CreateSelfSigned(Start, Start.AddYears(1));
        return certificate.ExportCertificatePem();
    }
}
