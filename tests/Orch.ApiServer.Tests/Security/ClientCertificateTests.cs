using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Admission.Certificates;
using Orch.ApiServer.Security.Authentication;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class ClientCertificateTests
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Certificate_OfTheAuthority_IsItsNameAndOrganizations()
    {
        using var authority = Authority();
        using var client = Issue(authority, "CN=jane, O=devs, O=ops");

        var user = await AuthenticateAsync(authority, client, Now);

        Assert.Equal("jane", user!.Name);
        Assert.Equal(["devs", "ops", "system:authenticated"], user.Groups.OrderBy(group => group, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("another authority")]
    [InlineData("no name")]
    [InlineData("a server's")]
    public async Task Certificate_ThatDoesNotHold_IsRefused(string fault)
    {
        using var authority = Authority();
        using var other = Authority();
        using var client = Issue(fault == "another authority" ? other : authority, fault == "no name" ? "O=devs" : "CN=jane", fault == "a server's" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2");

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(authority, client, fault == "expired" ? Now.AddDays(40) : Now));
    }

    [Fact]
    public async Task Certificate_WithSeveralNames_IsTheLast_AsTheRequestForItWasJudged()
    {
        using var authority = Authority();
        var subject = Name([(CommonName, "system:kube-scheduler")], [(Organization, "system:nodes")], [(CommonName, "system:node:n1")]);
        using var client = Issue(authority, subject);

        Assert.Equal("system:node:n1", (await AuthenticateAsync(authority, client, Now))!.Name);
        Assert.Equal("system:node:n1", RequestedSubject.Read(System.Text.Encoding.ASCII.GetBytes(Request(subject))).CommonName);
    }

    [Fact]
    public async Task Certificate_NameAndGroupsInOnePart_AreRead_InTheirOrder()
    {
        using var authority = Authority();
        using var client = Issue(authority, Name([(Organization, "ops")], [(CommonName, "jane"), (Organization, "devs")], [(Organization, "admins")]));
        var user = await AuthenticateAsync(authority, client, Now);
        Assert.Equal(("jane", "ops devs admins system:authenticated"), (user!.Name, string.Join(' ', user.Groups)));
    }

    [Theory]
    [InlineData("system:anonymous", "system:unauthenticated", "system:unauthenticated")]
    [InlineData("system:anonymous", "devs", "devs")]
    [InlineData("jane", "system:unauthenticated", "system:unauthenticated")]
    [InlineData("jane", "system:authenticated", "system:authenticated")]
    [InlineData("jane", "devs", "devs system:authenticated")]
    public async Task Certificate_OfNobody_IsNotAuthenticated(string name, string group, string groups)
    {
        using var authority = Authority();
        using var client = Issue(authority, Name([(CommonName, name)], [(Organization, group)]));
        Assert.Equal(groups, string.Join(' ', (await AuthenticateAsync(authority, client, Now))!.Groups));
    }

    [Fact]
    public void Subject_WhoseNameIsNoText_HasNone()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CommonName);
            writer.WriteOctetString("jane"u8);
        }

        Assert.Equal((string.Empty, 0), (RequestedSubject.Of(new X500DistinguishedName(writer.Encode())).CommonName, RequestedSubject.Of(new X500DistinguishedName(writer.Encode())).Organizations.Count));
        Assert.Throws<FormatException>(() => RequestedSubject.Of(new X500DistinguishedName([0x30, 0x05, 0x01])));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Authenticator_WithoutAuthorityOrCertificate_KnowsNobody(bool hasAuthority, bool hasCertificate)
    {
        using var authority = Authority();
        using var client = Issue(authority, "CN=jane");
        Assert.Null(await new ClientCertificateAuthenticator(hasAuthority ? authority : null, new FakeTimeProvider(Now)).AuthenticateAsync(new RequestCredentials(null, hasCertificate ? client : null), CancellationToken.None));
    }

    [Fact]
    public async Task Certificate_BeforeItsTime_IsRefused()
    {
        using var authority = Authority();
        using var client = Issue(authority, "CN=jane");
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(authority, client, Now.AddDays(-1).AddHours(-1)));
    }

    private static X500DistinguishedName Name(params (string Type, string Value)[][] parts)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            foreach (var part in parts)
            {
                using var set = writer.PushSetOf();
                foreach (var (type, value) in part)
                {
                    using var pair = writer.PushSequence();
                    writer.WriteObjectIdentifier(type);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        return new X500DistinguishedName(writer.Encode());
    }

    private static string Request(X500DistinguishedName subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    private static Task<UserInfo?> AuthenticateAsync(X509Certificate2 authority, X509Certificate2 client, DateTimeOffset now)
        => new ClientCertificateAuthenticator(authority, new FakeTimeProvider(now)).AuthenticateAsync(new RequestCredentials(null, client), CancellationToken.None).AsTask();

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(365));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject, string usage = "1.3.6.1.5.5.7.3.2") => Issue(authority, new X500DistinguishedName(subject), usage);

    private static X509Certificate2 Issue(X509Certificate2 authority, X500DistinguishedName subject, string usage = "1.3.6.1.5.5.7.3.2")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return request.Create(authority, Now.AddDays(-1), Now.AddDays(30), [1, 2, 3]);
    }
}
