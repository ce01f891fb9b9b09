using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orch.Client.Http;

namespace Orch.ApiServer.Configuration;

/// <summary>A server that is asked or told by POST, as a kubeconfig describes it: its current cluster's address, path included, and the credentials to show.</summary>
internal sealed class WebhookConnection : IDisposable
{
    private readonly HttpClient _client;
    private readonly ITokenSource? _token;
    private readonly string? _host;

    private WebhookConnection(ClusterConnection connection, TimeSpan timeout)
    {
        Address = connection.Server;
        _token = connection.Token;
        _host = connection.TlsServerName;
        _client = new HttpClient(HandlerOf(connection)) { Timeout = timeout };
    }

    /// <summary>Where to.</summary>
    public Uri Address { get; }

    /// <summary>Reads a kubeconfig.</summary>
    /// <exception cref="FormatException">It cannot be used; the message says why.</exception>
    public static WebhookConnection Load(string kubeconfig, TimeSpan timeout)
    {
        try
        {
            return new WebhookConnection(KubeConfig.Load(kubeconfig), timeout);
        }
        catch (Exception unusable) when (unusable is k8s.Exceptions.KubeConfigException or IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException or UriFormatException or FormatException)
        {
            throw new FormatException($"{kubeconfig} is no kubeconfig that can be used: {unusable.Message}", unusable);
        }
    }

    /// <summary>Sends a JSON body.</summary>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    public async Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = content };
        // The framework takes the name to expect in the certificate from here.
        request.Headers.Host = _host;
        if (_token is not null) { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _token.GetTokenAsync(cancellationToken).ConfigureAwait(false)); }
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler HandlerOf(ClusterConnection connection)
    {
        var tls = new SslClientAuthenticationOptions();
        if (connection.SkipTlsVerify)
        {
#pragma warning disable CA5359 // asked for in the file
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.TrustedAuthorities is { Count: > 0 } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (connection.ClientCertificate is { } own) { tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => own.Current()!; }
        return new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
    }
}
