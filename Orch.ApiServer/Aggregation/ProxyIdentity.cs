using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.Resources;

namespace Orch.ApiServer.Aggregation;

/// <summary>The certificate by which services that answer for a group know that a request comes through this server, and the config map that tells them so.</summary>
/// <remarks>
/// The authority is made once a cluster and kept in a secret, so that all servers of a cluster come under the same one.
/// https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
/// </remarks>
internal sealed class ProxyIdentity(ServedResources resources, ObjectReader reader, ObjectEnsurer objects, Microsoft.Extensions.Options.IOptions<ApiServerOptions> options, TimeProvider time) : IBootstrapStep, IDisposable
{
    private const string Namespace = "kube-system";
    private const string SecretName = "orch-front-proxy-ca";
    private const string ClientName = "front-proxy-client";
    private X509Certificate2? _client;

    /// <inheritdoc />
    public int Order => 20;

    /// <summary>Shown to services; null before the first objects have been made.</summary>
    public X509Certificate2? ClientCertificate => Volatile.Read(ref _client);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (resources.Find(typeof(V1Secret)) is not { } secrets || resources.Find(typeof(V1ConfigMap)) is null) { return; }
        await objects.EnsureAsync(MakeAuthority(), cancellationToken).ConfigureAwait(false);
        var stored = await reader.ReadLatestAsync(secrets, secrets.KeyOf(new ObjectKey(Namespace, SecretName)), cancellationToken).ConfigureAwait(false);
        if (stored?.Value is not V1Secret { Data: { } data } || !data.TryGetValue("tls.crt", out var certificate) || !data.TryGetValue("tls.key", out var key)) { return; }
        using var authority = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificate), Encoding.ASCII.GetString(key));
        Volatile.Write(ref _client, MakeClient(authority));
        await PublishAsync(authority.ExportCertificatePem() + "\n", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _client?.Dispose();

    private async Task PublishAsync(string authority, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<string, string>
        {
            ["requestheader-allowed-names"] = ListOf(ClientName),
            ["requestheader-client-ca-file"] = authority,
            ["requestheader-extra-headers-prefix"] = ListOf("X-Remote-Extra-"),
            ["requestheader-group-headers"] = ListOf("X-Remote-Group"),
            ["requestheader-uid-headers"] = ListOf("X-Remote-Uid"),
            ["requestheader-username-headers"] = ListOf("X-Remote-User"),
        };
        if (options.Value.ClientCertificateAuthority is { } clients) { wanted["client-ca-file"] = clients.ExportCertificatePem() + "\n"; }
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "extension-apiserver-authentication", NamespaceProperty = Namespace }, Data = wanted };
        await objects.EnsureAsync(
            map,
            there =>
            {
                there.Data ??= new Dictionary<string, string>();
                var isSame = wanted.All(pair => there.Data.TryGetValue(pair.Key, out var text) && text == pair.Value);
                foreach (var (name, text) in wanted) { there.Data[name] = text; }
                return isSame;
            },
            cancellationToken).ConfigureAwait(false);
    }

    // A list of one name, which needs no escape, as JSON.
    private static string ListOf(string name) => $"[\"{name}\"]";

    private V1Secret MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=front-proxy-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(10));
        return new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = SecretName, NamespaceProperty = Namespace },
            Type = "kubernetes.io/tls",
            Data = new Dictionary<string, byte[]>
            {
                ["tls.crt"] = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"),
                ["tls.key"] = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"),
            },
        };
    }

    private X509Certificate2 MakeClient(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={ClientName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        var end = time.GetUtcNow().AddYears(5);
        using var certificate = request.Create(authority, time.GetUtcNow().AddHours(-1), end < authority.NotAfter ? end : authority.NotAfter, serial);
        var withKey = certificate.CopyWithPrivateKey(key);
        if (!OperatingSystem.IsWindows()) { return withKey; }
        // Without the detour over PKCS#12, which takes tens of milliseconds, the key of an ephemeral certificate cannot be used for TLS there.
        using (withKey) { return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null); }
    }
}
