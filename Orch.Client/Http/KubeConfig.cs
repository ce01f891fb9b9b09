using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;

namespace Orch.Client.Http;

/// <summary>Reads kubeconfig files, as <c>kubectl</c> does.</summary>
public static class KubeConfig
{
    /// <summary>The connection of a kubeconfig's context.</summary>
    /// <param name="path">Null: what <c>KUBECONFIG</c> names, else <c>~/.kube/config</c>.</param>
    /// <param name="context">Null for the file's current context.</param>
    /// <exception cref="k8s.Exceptions.KubeConfigException">The file lacks what is needed; the message says what.</exception>
    public static ClusterConnection Load(string? path = null, string? context = null)
        => From(KubernetesClientConfiguration.BuildConfigFromConfigFile(path, context));

    /// <summary>The connection that a pod has through its service account.</summary>
    /// <exception cref="k8s.Exceptions.KubeConfigException">This process is not in a pod.</exception>
    public static ClusterConnection InCluster(TimeProvider time)
    {
        var configuration = KubernetesClientConfiguration.InClusterConfig();
        const string TokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";
        return From(configuration) with { Token = new FileToken(TokenFile, time) };
    }

    /// <summary>A certificate with its key from PEM text.</summary>
    internal static X509Certificate2 FromPem(string certificate, string key)
    {
        var pair = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows()) { return pair; }
        // Windows' TLS cannot use a key that lives in memory only.
        using (pair) { return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null); }
    }

    private static ClusterConnection From(KubernetesClientConfiguration configuration) => new()
    {
        Server = new Uri(configuration.Host),
        TrustedAuthorities = configuration.SslCaCerts,
        TlsServerName = string.IsNullOrEmpty(configuration.TlsServerName) ? null : configuration.TlsServerName,
        SkipTlsVerify = configuration.SkipTlsVerify,
        ClientCertificate = Certificate(configuration),
        Token = configuration.TokenProvider is { } provider ? new ProvidedToken(provider)
            : string.IsNullOrEmpty(configuration.AccessToken) ? null : new StaticToken(configuration.AccessToken),
    };

    private static IClientCertificateSource? Certificate(KubernetesClientConfiguration configuration)
    {
        if (!string.IsNullOrEmpty(configuration.ClientCertificateFilePath) && !string.IsNullOrEmpty(configuration.ClientKeyFilePath))
        {
            return new FileClientCertificate(configuration.ClientCertificateFilePath, configuration.ClientKeyFilePath);
        }

        var certificate = Text(configuration.ClientCertificateData, configuration.ClientCertificateFilePath);
        var key = Text(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath);
        return certificate is null || key is null ? null : new StaticClientCertificate(FromPem(certificate, key));
    }

    private static string? Text(string? base64, string? path)
        => !string.IsNullOrEmpty(base64) ? Encoding.UTF8.GetString(Convert.FromBase64String(base64))
            : string.IsNullOrEmpty(path) ? null : File.ReadAllText(path);

    /// <summary>A token from the file's credential plugin, which caches it itself.</summary>
    private sealed class ProvidedToken(ITokenProvider provider) : ITokenSource
    {
        public async ValueTask<string> GetTokenAsync(CancellationToken cancellationToken)
            => (await provider.GetAuthenticationHeaderAsync(cancellationToken).ConfigureAwait(false)).Parameter ?? string.Empty;
    }
}
