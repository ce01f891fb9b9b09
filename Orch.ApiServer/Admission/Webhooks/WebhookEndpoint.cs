using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s.Models;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Where a webhook is, and the connections to it, kept alive between calls.</summary>
internal sealed class WebhookEndpoint
{
    private readonly HttpMessageInvoker _client;

    private WebhookEndpoint(Uri address, HttpMessageInvoker client, string key) => (Address, _client, Key) = (address, client, key);

    /// <summary>Its URL; that of a service is <c>https://name.namespace.svc:port/path</c>, which is also the name on its certificate.</summary>
    public Uri Address { get; }

    /// <summary>Equal for endpoints that may share connections.</summary>
    public string Key { get; }

    /// <summary>Makes an endpoint, over the connections of a previous one to the same server where there is one.</summary>
    /// <param name="shared">By <see cref="Key"/>.</param>
    /// <exception cref="FormatException">The configuration makes no sense.</exception>
    public static WebhookEndpoint Create(Admissionregistrationv1WebhookClientConfig? config, ServiceBackends services, IReadOnlyDictionary<string, WebhookEndpoint> shared)
    {
        var (address, service) = AddressOf(config);
        var bundle = config?.CaBundle ?? [];
        var key = $"{(service is null ? "url" : "service")} {address.Authority} {Convert.ToHexString(SHA256.HashData(bundle))}";
        if (shared.TryGetValue(key, out var present)) { return new WebhookEndpoint(address, present._client, key); }
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = service is null,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOf(bundle) },
        };
        if (service is not null)
        {
            handler.ConnectCallback = async (_, token) => await ConnectAsync(services.Choose(service), token).ConfigureAwait(false);
        }

        return new WebhookEndpoint(address, new HttpMessageInvoker(handler), key);
    }

    /// <summary>Sends a request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _client.SendAsync(request, cancellationToken);

    private static (Uri Address, Admissionregistrationv1ServiceReference? Service) AddressOf(Admissionregistrationv1WebhookClientConfig? config)
    {
        if (config?.Service is { } service)
        {
            var path = string.IsNullOrEmpty(service.Path) ? "/" : service.Path;
            var text = $"https://{service.Name}.{service.NamespaceProperty}.svc:{service.Port ?? 443}{path}";
            return Uri.TryCreate(text, UriKind.Absolute, out var local) ? (local, service) : throw new FormatException($"invalid service reference: {text}");
        }

        if (string.IsNullOrEmpty(config?.Url)) { throw new FormatException("webhook configuration must have either service or URL"); }
        return Uri.TryCreate(config.Url, UriKind.Absolute, out var address) && address.Scheme == "https"
            ? (address, null)
            : throw new FormatException($"unparsable webhook URL: {config.Url}");
    }

    private static async Task<Stream> ConnectAsync(DnsEndPoint backend, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(backend, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Without a bundle the machine's own authorities are trusted.
    private static X509ChainPolicy? TrustOf(byte[] bundle)
    {
        if (bundle.Length == 0) { return null; }
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try { policy.CustomTrustStore.ImportFromPem(System.Text.Encoding.UTF8.GetString(bundle)); }
        catch (CryptographicException) { throw new FormatException("unable to load root certificates: unable to parse bytes as PEM block"); }
        return policy.CustomTrustStore.Count > 0 ? policy : throw new FormatException("unable to load root certificates: unable to parse bytes as PEM block");
    }
}
