using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Orch.Host.Certificates;

namespace Orch.Host.Tests.Certificates;

public sealed class ClusterCertificatesTests : IDisposable
{
    private static readonly CertificateNames Names = new(
        "n1", ["localhost", "kubernetes.default.svc"], [IPAddress.Loopback, IPAddress.Parse("10.96.0.1")], [IPAddress.Loopback]);

    private readonly string _directory = Directory.CreateTempSubdirectory("orch-pki-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void LoadOrCreate_Twice_KeepsTheAuthorityAndTheAdmin()
    {
        using var first = ClusterCertificates.LoadOrCreate(_directory, Names, _time);
        using var second = ClusterCertificates.LoadOrCreate(_directory, Names, _time);

        Assert.Equal(first.AuthorityPem, second.AuthorityPem);
        Assert.Equal(first.Admin.Thumbprint, second.Admin.Thumbprint);
        Assert.Equal(first.ServiceAccountKey.ExportPkcs8PrivateKey(), second.ServiceAccountKey.ExportPkcs8PrivateKey());
    }

    [Fact]
    public void LoadOrCreate_AdminNearItsEnd_IsIssuedAnew()
    {
        using var first = ClusterCertificates.LoadOrCreate(_directory, Names, _time);
        _time.Advance(TimeSpan.FromDays(350));
        using var second = ClusterCertificates.LoadOrCreate(_directory, Names, _time);

        Assert.NotEqual(first.Admin.Thumbprint, second.Admin.Thumbprint);
        Assert.Equal(first.AuthorityPem, second.AuthorityPem);
    }

    [Fact]
    public void LoadOrCreate_DamagedKey_SaysWhichFilesAndWhatToDo()
    {
        using (ClusterCertificates.LoadOrCreate(_directory, Names, _time)) { }
        File.WriteAllText(Path.Combine(_directory, "admin.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        var failure = Assert.Throws<InvalidOperationException>(() => ClusterCertificates.LoadOrCreate(_directory, Names, _time));

        Assert.Contains("admin.crt", failure.Message, StringComparison.Ordinal);
        Assert.Contains("remove both", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Issued_ServerAndClient_VerifyAgainstTheAuthorityAlone()
    {
        using var certificates = ClusterCertificates.LoadOrCreate(null, Names, _time);
        foreach (var leaf in new[] { certificates.ApiServer, certificates.Admin, certificates.KubeletClient, certificates.KubeletServer })
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(certificates.Authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            Assert.True(chain.Build(leaf), leaf.Subject);
        }

        Assert.True(certificates.ApiServer.MatchesHostname("kubernetes.default.svc"));
        Assert.True(certificates.ApiServer.MatchesHostname("10.96.0.1"));
        Assert.False(certificates.ApiServer.MatchesHostname("example.org"));
        Assert.Contains("O=system:masters", certificates.Admin.Subject, StringComparison.Ordinal);
        Assert.Contains("CN=kubernetes-admin", certificates.Admin.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_OnDisk_AreReadableByTheOwnerAlone()
    {
        using (ClusterCertificates.LoadOrCreate(_directory, Names, _time)) { }

        Assert.All(Directory.GetFiles(_directory, "*.key"), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }
}
