using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orch.Client.Http;

/// <summary>Makes the transport of a connection: TLS, HTTP/2 with dead-peer detection, tokens.</summary>
internal static class ConnectionHandlers
{
    public static HttpMessageHandler Create(ClusterConnection connection)
    {
        var sockets = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromHours(1),
            ConnectTimeout = TimeSpan.FromSeconds(30),
            UseCookies = false,
            UseProxy = false,
            SslOptions = Tls(connection),
        };
        HttpMessageHandler handler = connection.TlsServerName is { } name ? new HostHandler(name, sockets) : sockets;
        return connection.Token is { } token ? new TokenHandler(token, handler) : handler;
    }

    private static SslClientAuthenticationOptions Tls(ClusterConnection connection)
    {
        var tls = new SslClientAuthenticationOptions();
        if (connection.ClientCertificate is { } source)
        {
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => source.Current()!;
        }

        if (connection.SkipTlsVerify)
        {
#pragma warning disable CA5359 // asked for by name
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.TrustedAuthorities is { Count: > 0 } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return tls;
    }

    /// <summary>The framework takes the name to expect in the certificate from the Host header, and from nothing else but the address.</summary>
    private sealed class HostHandler(string name, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = name;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class TokenHandler(ITokenSource token, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new("Bearer", await token.GetTokenAsync(cancellationToken).ConfigureAwait(false));
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
