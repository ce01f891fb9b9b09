using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication.Oidc;

/// <summary>Tokens of other issuers, as an authentication configuration names them.</summary>
/// <remarks>A token that held is remembered, by a hash, for a few seconds: a client's burst of requests verifies one signature.</remarks>
internal sealed class OidcAuthenticator : IAuthenticator, IDisposable
{
    private const int MaxRemembered = 4096;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly Dictionary<string, JwtIssuer> _issuers;
    private readonly ExpiringCache<TokenHash, UserInfo> _known;
    private readonly TimeProvider _time;

    public OidcAuthenticator(IEnumerable<JwtAuthenticatorFile> issuers, TimeProvider time, ILogger<OidcAuthenticator> logger)
    {
        _time = time;
        _known = new ExpiringCache<TokenHash, UserInfo>(MaxRemembered, time);
        _issuers = issuers.ToDictionary(static issuer => issuer.Issuer!.Url!, issuer => new JwtIssuer(issuer, _handler, time, logger), StringComparer.Ordinal);
    }

    public string Name => "OIDC";

    public async ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
    {
        if (_issuers.Count == 0 || credentials.BearerToken is not { } text || !_handler.CanReadToken(text)) { return null; }
        var hash = TokenHash.Of(text);
        if (_known.TryGet(hash, out var known)) { return known; }
        if (Read(text) is not { } token || !_issuers.TryGetValue(token.Issuer, out var issuer)) { return null; }
        var (user, expires) = await issuer.AuthenticateAsync(token, cancellationToken).ConfigureAwait(false);
        var left = expires - _time.GetUtcNow();
        _known.Set(hash, user, left < Memory ? left : Memory);
        return user;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var issuer in _issuers.Values) { issuer.Dispose(); }
    }

    private JsonWebToken? Read(string text)
    {
        try { return _handler.ReadJsonWebToken(text); }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException) { return null; }
    }
}
