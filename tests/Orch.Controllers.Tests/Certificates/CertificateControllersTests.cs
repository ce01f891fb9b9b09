using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orch.Controllers.Certificates;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Tests.Certificates;

public sealed class CertificateControllersTests
{
    private static readonly string[] ClientUsages = ["digital signature", "client auth"];

    [Fact]
    public async Task ApprovedRequest_IsSignedByTheAuthority_ForItsSubjectNamesAndUsages()
    {
        await using var running = await StartAsync(ControllerNames.CertificateSigning);
        running.Cluster.Add(Request("node", SignerNames.KubeletServing, ["digital signature", "key encipherment", "server auth"], Node("a", static names =>
        {
            names.AddDnsName("a.example.com");
            names.AddIpAddress(IPAddress.Parse("10.0.0.1"));
        })).Approved());
        await running.UntilAsync(() => Find(running, "node").IsIssued());

        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Find(running, "node").Status.Certificate));
        Assert.Equal("O=system:nodes, CN=system:node:a", certificate.Subject);
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(("a.example.com", "10.0.0.1"), (names.EnumerateDnsNames().Single(), names.EnumerateIPAddresses().Single().ToString()));
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal("1.3.6.1.5.5.7.3.1", certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages[0].Value);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(running.Driver.Now.UtcDateTime.AddMinutes(-5), certificate.NotBefore.ToUniversalTime(), TimeSpan.FromSeconds(2));
        using var authority = X509Certificate2.CreateFromPem(Authority.Certificate);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = running.Driver.Now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        Assert.True(chain.Build(certificate), string.Join(' ', chain.ChainStatus.Select(static status => status.StatusInformation)));
    }

    [Theory]
    [InlineData(null, 365 * 24 * 3600 - 300)]
    [InlineData(600, 600)]
    [InlineData(3600, 3600)]
    [InlineData(9 * 3600, 9 * 3600 - 300)]
    [InlineData(800 * 24 * 3600, 365 * 24 * 3600 - 300)]
    public void Lifetime_IsAsAskedUpToTheLongest(int? asked, int expectedSeconds)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var signer = new ClusterSigner(Authority.Certificate, Authority.Key, TimeSpan.FromDays(365), time);
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(signer.Sign(ParsedRequest.TryParse(Node("a"))!, ClientUsages, asked)));

        Assert.Equal(time.GetUtcNow().UtcDateTime.AddSeconds(expectedSeconds), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Lifetime_NeverOutlastsTheAuthority()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2034, 12, 1, 0, 0, 0, TimeSpan.Zero));
        using var signer = new ClusterSigner(Authority.Certificate, Authority.Key, TimeSpan.FromDays(365), time);
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(signer.Sign(ParsedRequest.TryParse(Node("a"))!, ClientUsages, null)));

        Assert.Equal(new DateTime(2035, 1, 1, 0, 0, 0, DateTimeKind.Utc), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public async Task RequestThatItsSignerRefuses_Fails_AndOthersAreLeftAlone()
    {
        await using var running = await StartAsync(ControllerNames.CertificateSigning);
        running.Cluster.Add(
            Request("bad", SignerNames.KubeletClient, ClientUsages, Of("CN=jane")).Approved(),
            Request("waiting", SignerNames.KubeletClient, ClientUsages, Node("a")),
            Request("other", "example.com/x", ClientUsages, Node("a")).Approved(),
            Request("denied", SignerNames.KubeletClient, ClientUsages, Node("a")).Approved().With("Denied", "No", ""),
            Request("good", SignerNames.ApiServerClient, ClientUsages, Of("CN=jane")).Approved());
        await running.UntilAsync(() => Find(running, "good").IsIssued() && Find(running, "bad").HasCondition("Failed"));

        var failed = Find(running, "bad").Status.Conditions.Single(static condition => condition.Type == "Failed");
        Assert.Equal(("True", "SignerValidationFailure", "subject organization is not system:nodes"), (failed.Status, failed.Reason, failed.Message));
        Assert.All(new[] { "waiting", "other", "denied", "bad" }, name => Assert.False(Find(running, name).IsIssued()));
    }

    public static TheoryData<string, string, string, string?> Rules => new()
    {
        { SignerNames.KubeletClient, "node", "digital signature,client auth", null },
        { SignerNames.KubeletClient, "node", "digital signature,key encipherment,client auth", null },
        { SignerNames.KubeletClient, "node", "client auth", "usages did not match [client auth digital signature key encipherment]" },
        { SignerNames.KubeletClient, "node", "digital signature,client auth,server auth", "usages did not match [client auth digital signature key encipherment]" },
        { SignerNames.KubeletClient, "dns", "digital signature,client auth", "DNS subjectAltNames are not allowed" },
        { SignerNames.KubeletClient, "ip", "digital signature,client auth", "IP subjectAltNames are not allowed" },
        { SignerNames.KubeletClient, "email", "digital signature,client auth", "Email subjectAltNames are not allowed" },
        { SignerNames.KubeletClient, "uri", "digital signature,client auth", "URI subjectAltNames are not allowed" },
        { SignerNames.KubeletClient, "jane", "digital signature,client auth", "subject organization is not system:nodes" },
        { SignerNames.KubeletClient, "member", "digital signature,client auth", "subject common name does not begin with system:node:" },
        { SignerNames.KubeletServing, "dns", "digital signature,server auth", null },
        { SignerNames.KubeletServing, "node", "digital signature,server auth", "DNS or IP subjectAltName is required" },
        { SignerNames.KubeletServing, "dns", "digital signature,client auth", "usages did not match [digital signature key encipherment server auth]" },
        { SignerNames.KubeletServing, "jane", "digital signature,server auth", "subject organization is not system:nodes" },
        { SignerNames.ApiServerClient, "jane", "client auth", null },
        { SignerNames.ApiServerClient, "jane", "digital signature", "missing required usage for client certificate: client auth" },
        { SignerNames.ApiServerClient, "jane", "client auth,server auth", "invalid usage for client certificate: server auth" },
        { SignerNames.LegacyUnknown, "jane", "code signing", null },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Signer_TakesWhatUpstreamsDoes(string signer, string request, string usages, string? expected)
    {
        var pem = request switch
        {
            "node" => Node("a"),
            "dns" => Node("a", static names => names.AddDnsName("a")),
            "ip" => Node("a", static names => names.AddIpAddress(IPAddress.Loopback)),
            "email" => Node("a", static names => names.AddEmailAddress("a@b.c")),
            "uri" => Node("a", static names => names.AddUri(new Uri("https://a"))),
            "member" => Of("O=system:nodes, CN=jane"),
            _ => Of("CN=jane"),
        };

        Assert.Equal(expected, SignerRules.Fault(signer, ParsedRequest.TryParse(pem)!, usages.Split(',')));
    }

    [Theory]
    [InlineData("system:node:a", "selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview.")]
    [InlineData("system:bootstrap:x", "nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview.")]
    [InlineData("system:bootstrap:x", "selfnodeclient", null)]
    public async Task ClientRequestOfAnAgent_IsApproved_WhenItsRequesterMay(string user, string granted, string? message)
    {
        await using var running = await StartAsync(ControllerNames.CertificateApproving);
        var asked = 0;
        running.Cluster.Admit(item =>
        {
            if (item is not V1SubjectAccessReview review) { return; }
            review.Metadata.Name = $"review-{Interlocked.Increment(ref asked)}";
            review.Status = new V1SubjectAccessReviewStatus { Allowed = review.Spec.User == user && review.Spec.ResourceAttributes.Subresource == granted };
        });
        var request = Request("node", SignerNames.KubeletClient, ClientUsages, Node("a"));
        request.Spec.Username = user;
        running.Cluster.Add(request);

        if (message is null)
        {
            await running.UntilAsync(() => Volatile.Read(ref asked) >= 1);
            Assert.False(Find(running, "node").HasCondition("Approved"));
            return;
        }

        await running.UntilAsync(() => Find(running, "node").HasCondition("Approved"));
        var approved = Find(running, "node").Status.Conditions.Single();
        Assert.Equal(("True", "AutoApproved", message), (approved.Status, approved.Reason, approved.Message));
    }

    public static TheoryData<string, double, bool> Ages => new()
    {
        { "", 23.9, false }, { "", 24.1, true },
        { "Denied", 0.9, false }, { "Denied", 1.1, true },
        { "Failed", 1.1, true },
        { "Approved", 1.1, false }, { "Approved", 24.1, true },
        { "Issued", 0.9, false }, { "Issued", 1.1, true },
        { "Own", 100, false },
    };

    [Theory]
    [MemberData(nameof(Ages))]
    public void Request_OfNoUseAnyMore_IsOver(string state, double hours, bool expected)
    {
        var made = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var request = Request("a", "example.com/x", ClientUsages, []);
        request.Metadata.CreationTimestamp = made.UtcDateTime;
        if (state.Length > 0)
        {
            request.Status = new V1CertificateSigningRequestStatus
            {
                Conditions = [new V1CertificateSigningRequestCondition { Type = state == "Issued" ? "Approved" : state, Status = "True", LastUpdateTime = made.UtcDateTime }],
                Certificate = state == "Issued" ? [1] : null,
            };
        }

        Assert.Equal(expected, RequestExpiry.IsOver(request, made.AddHours(hours)));
    }

    [Fact]
    public async Task Cleaner_DeletesWhatIsOver()
    {
        await using var running = await StartAsync(ControllerNames.CertificateCleaner);
        var (old, fresh) = (Request("old", "example.com/x", ClientUsages, []), Request("fresh", "example.com/x", ClientUsages, []));
        old.Metadata.CreationTimestamp = running.Driver.Now.UtcDateTime.AddHours(-24).AddMinutes(-1);
        fresh.Metadata.CreationTimestamp = running.Driver.Now.UtcDateTime;
        running.Cluster.Add(old, fresh);
        await running.Driver.AdvanceAsync(TimeSpan.FromMinutes(11));
        await running.UntilAsync(() => running.All<V1CertificateSigningRequest>().Count == 1);

        Assert.Equal("fresh", running.All<V1CertificateSigningRequest>().Single().Metadata.Name);
    }

    [Fact]
    public void Parse_GarbageOrAnotherKeysSignature_IsNothing()
    {
        var pem = Node("a");
        pem[^60] ^= 1;
        Assert.Null(ParsedRequest.TryParse(pem));
        Assert.Null(ParsedRequest.TryParse([1, 2, 3]));
        Assert.Null(ParsedRequest.TryParse(null));
        Assert.Null(ParsedRequest.TryParse(Encoding.ASCII.GetBytes("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")));
    }

    private static Task<RunningControllers> StartAsync(string name)
        => RunningControllers.StartAsync(static options => (options.ClusterSigningCertificate, options.ClusterSigningKey) = (Authority.Certificate, Authority.Key), name);

    private static V1CertificateSigningRequest Find(RunningControllers running, string name) => running.Cluster.Find<V1CertificateSigningRequest>(ObjectKey.Cluster(name))!;

    private static V1CertificateSigningRequest Request(string name, string signer, string[] usages, byte[] pem) => new()
    {
        ApiVersion = "certificates.k8s.io/v1",
        Kind = "CertificateSigningRequest",
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1CertificateSigningRequestSpec { SignerName = signer, Usages = usages, Request = pem },
    };

    private static byte[] Node(string name, Action<SubjectAlternativeNameBuilder>? add = null) => Of($"O=system:nodes, CN=system:node:{name}", add);

    private static byte[] Of(string subject, Action<SubjectAlternativeNameBuilder>? add = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (add is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            add(names);
            request.CertificateExtensions.Add(names.Build());
        }

        return Encoding.ASCII.GetBytes(request.CreateSigningRequestPem());
    }

    private static class Authority
    {
        public static readonly string Certificate;
        public static readonly string Key;

        static Authority()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            using var certificate = request.CreateSelfSigned(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2035, 1, 1, 0, 0, 0, TimeSpan.Zero));
            (Certificate, Key) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        }
    }
}

internal static class RequestBuilders
{
    public static V1CertificateSigningRequest Approved(this V1CertificateSigningRequest request) => request.With("Approved", "Test", string.Empty);
}
