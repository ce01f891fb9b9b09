using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Orch.ApiServer.Proxying;

/// <summary>Opens connections to node agents, pods and services.</summary>
internal sealed class BackendDialer : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private readonly ApiServerOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<HttpMessageInvoker> _kubelets;
    private readonly Lazy<HttpMessageInvoker> _others;

    public BackendDialer(IOptions<ApiServerOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _kubelets = new Lazy<HttpMessageInvoker>(() => Create(isKubelet: true));
        _others = new Lazy<HttpMessageInvoker>(() => Create(isKubelet: false));
    }

    /// <summary>Sends plain requests.</summary>
    public HttpMessageInvoker HttpFor(Backend backend) => backend.IsKubelet ? _kubelets.Value : _others.Value;

    /// <summary>A raw connection, TLS finished; HTTP/1.1 may begin.</summary>
    /// <exception cref="Client.ApiException">500: nobody answers there.</exception>
    public async Task<Stream> ConnectAsync(Backend backend, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = new CancellationTokenSource(ConnectTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(backend.Host, backend.Port, both.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (backend.Scheme != "https") { return stream; }
            var secure = new SslStream(stream);
            stream = secure;
            await secure.AuthenticateAsClientAsync(SslOptions(backend.IsKubelet, backend.Host), both.Token).ConfigureAwait(false);
            return secure;
        }
        catch (Exception exception) when (exception is SocketException or IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            socket.Dispose();
            if (stream is not null) { await stream.DisposeAsync().ConfigureAwait(false); }
            cancellationToken.ThrowIfCancellationRequested();
            throw Unreachable(backend, exception);
        }
    }

    /// <summary>The refusal for a backend that does not answer.</summary>
    public static Client.ApiException Unreachable(Backend backend, Exception exception) => ApiErrors.Internal($"error dialing backend: {ReasonOf(backend, exception)}", exception);

    /// <summary>Why a backend does not answer, in Go's words where they are known.</summary>
    public static string ReasonOf(Backend backend, Exception exception)
    {
        var cause = exception.InnerException ?? exception;
        var reason = (cause as SocketException)?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connect: connection refused",
            SocketError.HostUnreachable => "connect: no route to host",
            SocketError.NetworkUnreachable => "connect: network is unreachable",
            SocketError.TimedOut => "i/o timeout",
            _ => exception is OperationCanceledException ? "i/o timeout" : cause.Message,
        };
        return $"dial tcp {backend.Authority}: {reason}";
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_kubelets.IsValueCreated) { _kubelets.Value.Dispose(); }
        if (_others.IsValueCreated) { _others.Value.Dispose(); }
    }

    private HttpMessageInvoker Create(bool isKubelet) => new(new SocketsHttpHandler
    {
        SslOptions = SslOptions(isKubelet, null),
        ConnectTimeout = ConnectTimeout,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    });

    private SslClientAuthenticationOptions SslOptions(bool isKubelet, string? host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => !isKubelet || IsTrusted(certificate),
        };
        if (isKubelet && _options.KubeletClientCertificate is { } own)
        {
            options.ClientCertificates = [own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        return options;
    }

    private bool IsTrusted(X509Certificate? certificate)
    {
        if (_options.KubeletCertificateAuthorities is not { Count: > 0 } authorities) { return true; }
        if (certificate is not X509Certificate2 shown) { return false; }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetLocalNow().DateTime;
        return chain.Build(shown);
    }
}
