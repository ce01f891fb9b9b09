using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authentication;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class ClientCertificateTests
{
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

    private static Task<UserInfo?> AuthenticateAsync(X509Certificate2 authority, X509Certificate2 client, DateTimeOffset now)
        => new ClientCertificateAuthenticator(authority, new FakeTimeProvider(now)).AuthenticateAsync(new RequestCredentials(null, client), CancellationToken.None).AsTask();

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(365));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject, string usage = "1.3.6.1.5.5.7.3.2")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return request.Create(authority, Now.AddDays(-1), Now.AddDays(30), [1, 2, 3]);
    }
}
