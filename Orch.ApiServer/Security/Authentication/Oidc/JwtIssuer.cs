using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
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

    public JwtIssuer(JwtAuthenticatorFile configuration, JsonWebTokenHandler handler, TimeProvider time, ILogger logger)
    {
        _configuration = configuration;
        _handler = handler;
        _time = time;
        _keys = new IssuerKeys(configuration.Issuer!, time, logger);
    }

    /// <summary>As tokens name it.</summary>
    public string Url => _configuration.Issuer!.Url!;

    /// <summary>The owner of a token of this issuer, and when the token ends.</summary>
    /// <exception cref="AuthenticationFailedException">It does not hold; the message has nothing of the token.</exception>
    public async ValueTask<(UserInfo User, DateTimeOffset Expires)> AuthenticateAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        var keys = await _keys.FindAsync(token.Kid, cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0) { throw Failed("it is signed with a key that the issuer does not publish"); }
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Url,
            IssuerSigningKeys = keys,
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = Algorithms,
            ValidateAudience = false, // below, and the times on the injected clock
            ValidateLifetime = false,
        }).ConfigureAwait(false);
        if (!result.IsValid) { throw Failed("its signature does not hold", result.Exception); }
        var expires = Times(token);
        if (!token.Audiences.Any(_configuration.Issuer!.Audiences!.Contains)) { throw Failed("it is meant for another audience"); }
        try
        {
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), new JsonDocumentOptions { MaxDepth = 64 });
            return (UserOf(payload.RootElement, token.Id), expires);
        }
        catch (JsonException malformed)
        {
            throw Failed("its claims cannot be read", malformed);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _keys.Dispose();

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
        foreach (var rule in _configuration.ClaimValidationRules ?? [])
        {
            if (!claims.TryGetProperty(rule.Claim!, out var found)) { throw Failed($"required claim {rule.Claim} not present in ID token"); }
            if (found.ValueKind != JsonValueKind.String || found.GetString() != (rule.RequiredValue ?? string.Empty)) { throw Failed($"required claim {rule.Claim} value does not match"); }
        }

        var mapping = _configuration.ClaimMappings!;
        var name = Text(claims, mapping.Username!.Claim!) ?? throw Failed($"claim {mapping.Username.Claim} is not present or no text");
        // An address that its owner has not shown to be theirs is nobody's name.
        if (mapping.Username.Claim == "email" && claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind != JsonValueKind.True) { throw Failed("email not verified"); }
        if (name.Length == 0) { throw Failed("username claim value is empty"); }
        return new UserInfo(mapping.Username.Prefix + name, [.. GroupsOf(claims, mapping.Groups), UserGroups.Authenticated])
        {
            Uid = string.IsNullOrEmpty(mapping.Uid?.Claim) ? string.Empty : Text(claims, mapping.Uid.Claim) ?? throw Failed($"claim {mapping.Uid.Claim} is not present or no text"),
            Extra = string.IsNullOrEmpty(id)
                ? new Dictionary<string, IReadOnlyList<string>>()
                : new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = [$"JTI={id}"] },
        };
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
