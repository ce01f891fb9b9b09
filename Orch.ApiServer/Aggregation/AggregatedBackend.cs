using k8s.Models;
using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.Aggregation;

/// <summary>A service that answers for a group and version; made anew when its API service changes.</summary>
internal sealed class AggregatedBackend : IDisposable
{
    public AggregatedBackend(V1APIService service, Func<ServiceLocator> services, Func<ProxyIdentity> identity)
    {
        Service = service;
        var spec = service.Spec;
        var reference = spec.Service;
        Host = $"{reference.Name}.{reference.NamespaceProperty}.svc";
        Port = reference.Port ?? 443;
        Tls = () => TrustedCaller.Options(spec.CaBundle, spec.InsecureSkipTLSVerify == true, identity().ClientCertificate);
        Http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = Tls(),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new HeaderLineStream(context.PlaintextStream)),
            ConnectCallback = async (_, cancellationToken) => await ConnectAsync!(services(), cancellationToken).ConfigureAwait(false),
        });
        ConnectAsync = (services, cancellationToken) => services.ConnectAsync(reference.NamespaceProperty, reference.Name, Port, cancellationToken);
    }

    /// <summary>What it was made of.</summary>
    public V1APIService Service { get; }

    /// <summary>The name in the certificate that it must show.</summary>
    public string Host { get; }

    /// <summary>Of the service.</summary>
    public int Port { get; }

    /// <summary>Sends plain requests.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Makes options for TLS with it.</summary>
    public Func<System.Net.Security.SslClientAuthenticationOptions> Tls { get; }

    /// <summary>A connection to one of the endpoints, TLS not yet begun.</summary>
    public Func<ServiceLocator, CancellationToken, ValueTask<Stream>> ConnectAsync { get; }

    /// <inheritdoc />
    public void Dispose() => Http.Dispose();
}
