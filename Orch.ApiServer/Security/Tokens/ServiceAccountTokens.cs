using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Orch.ApiServer.Security.Tokens;

/// <summary>Signs and reads service account tokens (ES256 JWTs with Kubernetes' private claims).</summary>
/// <remarks>Claims as in https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims</remarks>
internal sealed class ServiceAccountTokens
{
    private const string PrivateClaim = "kubernetes.io";

    // Tokens that secrets hold: they never end, have no audience, and flat claims.
    private const string LegacyIssuer = "kubernetes/serviceaccount";
    private const string LegacyClaim = "kubernetes.io/serviceaccount/";
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };
    private readonly HashSet<string> _issuers;
    private readonly SigningCredentials _signing;
    private readonly TokenValidationParameters _validation;

    /// <param name="key">Signs, and verifies.</param>
    /// <param name="issuers">The first issues, the tokens of all are accepted; they are the server's audiences as well.</param>
    /// <param name="others">Verify as well: those that signed before, or will after the next start. EC or RSA, public parts suffice.</param>
    public ServiceAccountTokens(ECDsa key, IReadOnlyList<string> issuers, IEnumerable<AsymmetricAlgorithm>? others = null)
    {
        Issuer = issuers[0];
        Audiences = issuers;
        _issuers = new HashSet<string>(issuers, StringComparer.Ordinal) { LegacyIssuer };
        var securityKey = new ECDsaSecurityKey(key) { KeyId = PublishedKey.IdOf(key) };
        var published = new List<PublishedKey> { PublishedKey.Of(key) };
        published.AddRange((others ?? []).Select(PublishedKey.Of).Where(other => other.Id != securityKey.KeyId).DistinctBy(static other => other.Id));
        PublicKeys = PublishedKey.SetOf(published);
        Algorithms = [.. published.Select(static item => item.Algorithm).Distinct().Order(StringComparer.Ordinal)];
        _signing = new SigningCredentials(securityKey, SecurityAlgorithms.EcdsaSha256);
        _validation = new TokenValidationParameters
        {
            ValidIssuers = _issuers,
            IssuerSigningKeys = [.. published.Select(static item => item.Key)],
            TryAllIssuerSigningKeys = true,
            ValidateAudience = false, // who asks decides which audiences are right
            ValidateLifetime = false, // judged on the injected clock
            ValidAlgorithms = Algorithms,
        };
    }

    /// <summary>The one that issues.</summary>
    public string Issuer { get; }

    /// <summary>The keys that verify these tokens, as a JSON Web Key Set.</summary>
    public ReadOnlyMemory<byte> PublicKeys { get; }

    /// <summary>What tokens may be signed with, by the kinds of the keys.</summary>
    public IReadOnlyList<string> Algorithms { get; }

    /// <summary>What a token must be meant for, one of them, to be good for this API server.</summary>
    public IReadOnlyList<string> Audiences { get; }

    public string Sign(ServiceAccountClaims claims)
    {
        var identity = new Dictionary<string, object>
        {
            ["aud"] = claims.Audiences,
            ["exp"] = claims.Expires.ToUnixTimeSeconds(),
            ["iat"] = claims.Issued.ToUnixTimeSeconds(),
            ["nbf"] = claims.Issued.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = claims.Id,
            ["sub"] = $"system:serviceaccount:{claims.Namespace}:{claims.ServiceAccount.Name}",
            [PrivateClaim] = JsonSerializer.SerializeToElement(PrivateClaims(claims)),
        };
        return _handler.CreateToken(new SecurityTokenDescriptor { Claims = identity, SigningCredentials = _signing });
    }

    /// <summary>Whether a text looks like a token of one of these issuers; says nothing about its signature.</summary>
    public bool IsOurs(string token)
    {
        if (!_handler.CanReadToken(token)) { return false; }
        try
        {
            return _issuers.Contains(_handler.ReadJsonWebToken(token).Issuer ?? string.Empty);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The claims of a token whose signature holds; lifetime and audience are the caller's to judge.</summary>
    /// <exception cref="SecurityTokenException">It does not hold.</exception>
    public async ValueTask<ServiceAccountClaims> VerifyAsync(string token)
    {
        var result = await CheckAsync(token).ConfigureAwait(false);
        if (!result.IsValid) { throw new SecurityTokenException("the signature does not hold", result.Exception); }
        var jwt = (JsonWebToken)result.SecurityToken;
        try
        {
            return jwt.Issuer == LegacyIssuer ? ReadLegacy(jwt) : Read(jwt);
        }
        catch (Exception malformed) when (malformed is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new SecurityTokenException("it lacks service account claims", malformed);
        }
    }

    // An encrypted token is taken apart before anything of it is checked.
    private async Task<TokenValidationResult> CheckAsync(string token)
    {
        try { return await _handler.ValidateTokenAsync(token, _validation).ConfigureAwait(false); }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException) { throw new SecurityTokenException("it is malformed", malformed); }
    }

    private static ServiceAccountClaims Read(JsonWebToken jwt)
    {
        var claims = jwt.GetPayloadValue<JsonElement>(PrivateClaim);
        return new ServiceAccountClaims(claims.GetProperty("namespace").GetString()!, Reference(claims, "serviceaccount")!.Value)
        {
            Id = jwt.Id,
            Audiences = [.. jwt.Audiences],
            Issued = DateTimeOffset.FromUnixTimeSeconds(jwt.GetPayloadValue<long>("iat")),
            Expires = DateTimeOffset.FromUnixTimeSeconds(jwt.GetPayloadValue<long>("exp")),
            NotBefore = DateTimeOffset.FromUnixTimeSeconds(jwt.GetPayloadValue<long>("nbf")),
            Pod = Reference(claims, "pod"),
            Secret = Reference(claims, "secret"),
            Node = Reference(claims, "node"),
        };
    }

    private ServiceAccountClaims ReadLegacy(JsonWebToken jwt)
        => new(jwt.GetPayloadValue<string>(LegacyClaim + "namespace"),
            new ObjectIdentity(jwt.GetPayloadValue<string>(LegacyClaim + "service-account.name"), jwt.GetPayloadValue<string>(LegacyClaim + "service-account.uid")))
        {
            Audiences = Audiences,
            Expires = DateTimeOffset.MaxValue,
            Secret = new ObjectIdentity(jwt.GetPayloadValue<string>(LegacyClaim + "secret.name"), string.Empty),
            IsHeldBySecret = true,
        };

    private static ObjectIdentity? Reference(JsonElement claims, string kind)
        => claims.TryGetProperty(kind, out var found)
            ? new ObjectIdentity(found.GetProperty("name").GetString()!, found.TryGetProperty("uid", out var uid) ? uid.GetString()! : string.Empty)
            : null;

    private static Dictionary<string, object> PrivateClaims(ServiceAccountClaims claims)
    {
        var values = new Dictionary<string, object> { ["namespace"] = claims.Namespace, ["serviceaccount"] = Named(claims.ServiceAccount) };
        if (claims.Pod is { } pod) { values["pod"] = Named(pod); }
        if (claims.Secret is { } secret) { values["secret"] = Named(secret); }
        if (claims.Node is { } node) { values["node"] = Named(node); }
        return values;
    }

    private static Dictionary<string, string> Named(ObjectIdentity identity)
        => identity.Uid.Length == 0 ? new() { ["name"] = identity.Name } : new() { ["name"] = identity.Name, ["uid"] = identity.Uid };
}

/// <summary>An object that a token is bound to.</summary>
internal readonly record struct ObjectIdentity(string Name, string Uid);

/// <summary>What a service account token says.</summary>
internal sealed record ServiceAccountClaims(string Namespace, ObjectIdentity ServiceAccount)
{
    public string Id { get; init; } = string.Empty;

    public IReadOnlyList<string> Audiences { get; init; } = [];

    public DateTimeOffset Issued { get; init; }

    public DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset Expires { get; init; }

    public ObjectIdentity? Pod { get; init; }

    public ObjectIdentity? Secret { get; init; }

    public ObjectIdentity? Node { get; init; }

    /// <summary>The token is good only while <see cref="Secret"/> holds just it.</summary>
    public bool IsHeldBySecret { get; init; }
}
