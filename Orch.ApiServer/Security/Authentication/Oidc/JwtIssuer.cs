using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Orch.Cel;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication.Oidc;

/// <summary>One issuer: whether a token of it holds, and who its owner is.</summary>
internal sealed class JwtIssuer : IDisposable
{
    private static readonly TimeSpan NotBeforeLeeway = TimeSpan.FromMinutes(5);
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];
    private readonly JwtAuthenticatorFile _configuration;
    private readonly JsonWebTokenHandler _handler;
    private readonly IssuerKeys _keys;
    private readonly TimeProvider _time;
    private readonly (ClaimExpression Expression, string Message)[] _claimRules;
    private readonly (ClaimExpression Expression, string Message)[] _userRules;
    private readonly ClaimExpression? _name;
    private readonly ClaimExpression? _groups;
    private readonly ClaimExpression? _uid;
    private readonly (string Key, ClaimExpression Expression)[] _extra;
    private readonly DistributedClaims? _distributed;

    public JwtIssuer(JwtAuthenticatorFile configuration, JsonWebTokenHandler handler, TimeProvider time, ILogger logger)
    {
        _configuration = configuration;
        _handler = handler;
        _time = time;
        _keys = new IssuerKeys(configuration.Issuer!, time, logger);
        _claimRules = [.. (configuration.ClaimValidationRules ?? []).Where(static rule => !string.IsNullOrEmpty(rule.Expression)).Select(static rule => (ClaimExpression.Claim(rule.Expression!), MessageOf(rule.Message, rule.Expression!)))];
        _userRules = [.. (configuration.UserValidationRules ?? []).Select(static rule => (ClaimExpression.User(rule.Expression!), MessageOf(rule.Message, rule.Expression!)))];
        var mappings = configuration.ClaimMappings;
        _name = Mapping(mappings?.Username?.Expression);
        _groups = Mapping(mappings?.Groups?.Expression);
        _uid = Mapping(mappings?.Uid?.Expression);
        _extra = [.. (mappings?.Extra ?? []).Select(static item => (item.Key!, ClaimExpression.Mapping(item.ValueExpression!)))];

        _distributed = mappings?.Groups?.Claim is { Length: > 0 } groups ? new DistributedClaims(configuration.Issuer!, groups, time, logger) : null;

        static ClaimExpression? Mapping(string? text) => string.IsNullOrEmpty(text) ? null : ClaimExpression.Mapping(text);
        static string MessageOf(string? message, string text) => string.IsNullOrEmpty(message) ? $"validation expression '{text}' failed" : message;
    }

    /// <summary>As tokens name it.</summary>
    public string Url => _configuration.Issuer!.Url!;

    /// <summary>The owner of a token of this issuer, and when the token ends.</summary>
    /// <exception cref="AuthenticationFailedException">It does not hold; the message has nothing of the token.</exception>
    public async ValueTask<(UserInfo User, DateTimeOffset Expires)> AuthenticateAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        var expires = await VerifyAsync(token, Url, _keys, cancellationToken).ConfigureAwait(false);
        try
        {
            using var payload = Payload(token);
            var claims = _distributed?.SourceOf(payload.RootElement) is { } source
                ? await JoinAsync(payload.RootElement, source, cancellationToken).ConfigureAwait(false)
                : payload.RootElement;
            return (UserOf(claims, token.Id), expires);
        }
        catch (FormatException failed)
        {
            throw Failed(failed.Message, failed);
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Failed("its claims cannot be read", malformed);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _keys.Dispose();
        _distributed?.Dispose();
    }

    private static JsonDocument Payload(JsonWebToken token) => JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), new JsonDocumentOptions { MaxDepth = 64 });

    // Signature, times and audience, which all tokens must hold with, those with distributed claims as well.
    private async ValueTask<DateTimeOffset> VerifyAsync(JsonWebToken token, string issuer, IssuerKeys source, CancellationToken cancellationToken)
    {
        var keys = await source.FindAsync(token.Kid, cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0) { throw Failed("it is signed with a key that the issuer does not publish"); }
        var result = await CheckAsync(token, issuer, keys).ConfigureAwait(false);
        if (!result.IsValid) { throw Failed("its signature does not hold", result.Exception); }
        var expires = Times(token);
        return token.Audiences.Any(_configuration.Issuer!.Audiences!.Contains) ? expires : throw Failed("it is meant for another audience");
    }

    private async ValueTask<JsonElement> JoinAsync(JsonElement claims, (Uri Address, string Token) source, CancellationToken cancellationToken)
    {
        var text = await _distributed!.FetchAsync(source.Address, source.Token, cancellationToken).ConfigureAwait(false);
        JsonWebToken fetched;
        try { fetched = _handler.ReadJsonWebToken(text); }
        catch (ArgumentException) { throw new FormatException("the source of its distributed claim did not answer with a token"); }
        var keys = fetched.Issuer == Url ? _keys : _distributed.KeysOf(fetched) ?? throw new FormatException("its distributed claim is of an issuer too many");
        try { await VerifyAsync(fetched, fetched.Issuer, keys, cancellationToken).ConfigureAwait(false); }
        catch (AuthenticationFailedException refused) { throw new FormatException("its distributed claim does not hold", refused); }
        using var payload = Payload(fetched);
        return _distributed.Joined(claims, payload.RootElement);
    }

    private async Task<TokenValidationResult> CheckAsync(JsonWebToken token, string issuer, IReadOnlyCollection<SecurityKey> keys)
    {
        try
        {
            return await _handler.ValidateTokenAsync(token, new TokenValidationParameters
            {
                ValidIssuer = issuer,
                IssuerSigningKeys = keys,
                TryAllIssuerSigningKeys = true,
                ValidAlgorithms = Algorithms,
                ValidateAudience = false, // by the caller, and the times on the injected clock
                ValidateLifetime = false,
            }).ConfigureAwait(false);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw Failed("it is malformed", malformed);
        }
    }

    private DateTimeOffset Times(JsonWebToken token)
    {
        var now = _time.GetUtcNow();
        if (!token.TryGetPayloadValue<long>("exp", out var end) || end is < 0 or > 253_402_300_799) { throw Failed("it has no end"); }
        var expires = DateTimeOffset.FromUnixTimeSeconds(end);
        if (now >= expires) { throw Failed($"it ended at {expires:O}"); }
        if (token.TryGetPayloadValue<long>("nbf", out var begin) && begin is > 0 and <= 253_402_300_799 && now + NotBeforeLeeway < DateTimeOffset.FromUnixTimeSeconds(begin)) { throw Failed("it is not valid yet"); }
        return expires;
    }

    private UserInfo UserOf(JsonElement claims, string? id)
    {
        foreach (var rule in (_configuration.ClaimValidationRules ?? []).Where(static rule => string.IsNullOrEmpty(rule.Expression)))
        {
            if (!claims.TryGetProperty(rule.Claim!, out var found)) { throw Failed($"required claim {rule.Claim} not present in ID token"); }
            if (found.ValueKind != JsonValueKind.String || found.GetString() != (rule.RequiredValue ?? string.Empty)) { throw Failed($"required claim {rule.Claim} value does not match"); }
        }

        foreach (var (expression, message) in _claimRules)
        {
            if (!expression.Of(claims).IsTrue) { throw Failed(message); }
        }

        var name = NameOf(claims);
        if (name.Length == 0) { throw Failed("username claim value is empty"); }
        var extra = new Dictionary<string, IReadOnlyList<string>>();
        if (!string.IsNullOrEmpty(id)) { extra["authentication.kubernetes.io/credential-id"] = [$"JTI={id}"]; }
        foreach (var (key, expression) in _extra)
        {
            if (expression.TextsOf(expression.Of(claims)) is { Count: > 0 } values) { extra[key] = values; }
        }

        var groups = _groups is null ? GroupsOf(claims, _configuration.ClaimMappings!.Groups) : _groups.TextsOf(_groups.Of(claims));
        var user = new UserInfo(name, UserGroups.Of(name, [.. groups])) { Uid = UidOf(claims), Extra = extra };
        foreach (var (expression, message) in _userRules)
        {
            if (!expression.Holds(user)) { throw Failed(message); }
        }

        return user;
    }

    private string NameOf(JsonElement claims)
    {
        if (_name is not null) { return One(_name, claims); }
        var mapping = _configuration.ClaimMappings!.Username!;
        var name = Text(claims, mapping.Claim!) ?? throw Failed($"claim {mapping.Claim} is not present or no text");
        // An address that its owner has not shown to be theirs is nobody's name.
        if (mapping.Claim == "email" && claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind != JsonValueKind.True) { throw Failed("email not verified"); }
        return name.Length == 0 ? name : mapping.Prefix + name;
    }

    private string UidOf(JsonElement claims)
    {
        if (_uid is not null) { return One(_uid, claims); }
        var claim = _configuration.ClaimMappings!.Uid?.Claim;
        return string.IsNullOrEmpty(claim) ? string.Empty : Text(claims, claim) ?? throw Failed($"claim {claim} is not present or no text");
    }

    private string One(ClaimExpression expression, JsonElement claims)
    {
        var value = expression.Of(claims);
        return value.Kind == CelKind.String ? value.AsString() : throw Failed($"expression '{expression.Text}' must return a string");
    }

    private IEnumerable<string> GroupsOf(JsonElement claims, PrefixedClaimFile? mapping)
    {
        if (string.IsNullOrEmpty(mapping?.Claim) || !claims.TryGetProperty(mapping.Claim, out var found)) { return []; }
        return found.ValueKind switch
        {
            JsonValueKind.String => [mapping.Prefix + found.GetString()],
            JsonValueKind.Array when found.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String) => [.. found.EnumerateArray().Select(item => mapping.Prefix + item.GetString())],
            JsonValueKind.Null => [],
            _ => throw Failed($"groups claim {mapping.Claim} is neither a text nor a list of texts"),
        };
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private AuthenticationFailedException Failed(string reason, Exception? cause = null) => new($"token of issuer {Url} does not hold: {reason}", cause);
}
