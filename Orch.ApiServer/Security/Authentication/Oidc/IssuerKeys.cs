using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Orch.ApiServer.Security.Authentication.Oidc;

/// <summary>The keys that an issuer signs with, found by its discovery document and fetched again when a token names one that is not known.</summary>
/// <remarks>One fetch at a time, and not more often than every few seconds however many tokens name unknown keys.</remarks>
internal sealed partial class IssuerKeys : IDisposable
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private readonly string _issuer;
    private readonly Uri _discovery;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private int _isRenewing;
    private Fetched _keys = new([], DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    public IssuerKeys(JwtIssuerFile issuer, TimeProvider time, ILogger logger)
    {
        _issuer = issuer.Url!;
        _discovery = new Uri(issuer.DiscoveryUrl is { Length: > 0 } other ? other : issuer.Url!.TrimEnd('/') + "/.well-known/openid-configuration");
        _time = time;
        _logger = logger;
        _client = ClientFor(issuer, MaxBytes);
    }

    /// <summary>A client that trusts whom the configuration says the issuer's certificate is of, and goes nowhere else than it is told.</summary>
    public static HttpClient ClientFor(JwtIssuerFile issuer, int maxBytes)
    {
        var tls = new SslClientAuthenticationOptions();
        if (issuer.CertificateAuthority is { Length: > 0 } pem)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPem(pem);
        }

        return new HttpClient(new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = maxBytes,
        };
    }

    /// <summary>The keys that a token may be signed with: the one that it names, or all when it names none.</summary>
    public async ValueTask<IReadOnlyList<SecurityKey>> FindAsync(string? keyId, CancellationToken cancellationToken)
    {
        var keys = Volatile.Read(ref _keys);
        if (Of(keys, keyId) is { Count: > 0 } known)
        {
            // Those at hand serve meanwhile: an issuer that is slow to answer must not hold up tokens that can be verified.
            if (_time.GetUtcNow() >= keys.At + Lifetime && Interlocked.CompareExchange(ref _isRenewing, 1, 0) == 0) { _ = RenewAsync(keys); }
            return known;
        }

        await RefreshAsync(keys, cancellationToken).ConfigureAwait(false);
        return Of(Volatile.Read(ref _keys), keyId);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        _client.Dispose();
        _fetching.Dispose();
    }

    private static List<SecurityKey> Of(Fetched keys, string? keyId) => [.. keys.Keys.Where(key => string.IsNullOrEmpty(keyId) || key.KeyId == keyId)];

    private async Task RenewAsync(Fetched seen)
    {
        try { await RefreshAsync(seen, _closing.Token).ConfigureAwait(false); }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException) { /* nobody verifies any more */ }
        finally { Volatile.Write(ref _isRenewing, 0); }
    }

    private async ValueTask RefreshAsync(Fetched seen, CancellationToken cancellationToken)
    {
        await _fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var keys = Volatile.Read(ref _keys);
            var now = _time.GetUtcNow();
            if (!ReferenceEquals(keys, seen) || now < keys.Tried + BetweenFetches) { return; }
            try
            {
                Volatile.Write(ref _keys, new Fetched(await FetchAsync(cancellationToken).ConfigureAwait(false), now, now));
            }
            catch (Exception failed) when (failed is HttpRequestException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or UriFormatException
                || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The keys from before go on: an issuer that is away ends nobody's token.
                Log.NotFetched(_logger, _issuer, failed);
                Volatile.Write(ref _keys, keys with { Tried = now, At = keys.At });
            }
        }
        finally
        {
            _fetching.Release();
        }
    }

    private async Task<IReadOnlyList<SecurityKey>> FetchAsync(CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await _client.GetByteArrayAsync(_discovery, cancellationToken).ConfigureAwait(false));
        var issuer = document.RootElement.GetProperty("issuer").GetString();
        if (issuer != _issuer) { throw new InvalidOperationException($"the discovery document is of issuer \"{issuer}\""); }
        var keys = new JsonWebKeySet(await _client.GetStringAsync(new Uri(document.RootElement.GetProperty("jwks_uri").GetString()!), cancellationToken).ConfigureAwait(false));
        return [.. keys.GetSigningKeys().Where(static key => key is not SymmetricSecurityKey)];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The keys of token issuer {Issuer} could not be fetched.")]
        public static partial void NotFetched(ILogger logger, string issuer, Exception exception);
    }

    private sealed record Fetched(IReadOnlyList<SecurityKey> Keys, DateTimeOffset At, DateTimeOffset Tried);
}
