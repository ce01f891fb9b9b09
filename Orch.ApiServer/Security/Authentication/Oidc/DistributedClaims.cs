using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Orch.ApiServer.Security.Authentication.Oidc;

/// <summary>Fetches the claim with the groups where a token says that it is elsewhere, in another signed token.</summary>
/// <remarks>
/// The place and the credentials for it stand in a token whose signature holds. What is fetched must hold as well: signed by the issuer
/// that it names, meant for the same audience, not over. https://openid.net/specs/openid-connect-core-1_0.html#AggregatedDistributedClaims
/// </remarks>
internal sealed class DistributedClaims : IDisposable
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxIssuers = 16;
    private readonly JwtIssuerFile _issuer;
    private readonly string _claim;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, IssuerKeys> _others = new(StringComparer.Ordinal);

    public DistributedClaims(JwtIssuerFile issuer, string claim, TimeProvider time, ILogger logger)
    {
        _issuer = issuer;
        _claim = claim;
        _time = time;
        _logger = logger;
        _client = IssuerKeys.ClientFor(issuer, MaxBytes);
    }

    /// <summary>Where the claim is; null where the token has it itself, or nobody has.</summary>
    /// <exception cref="FormatException">What the token says of it makes no sense.</exception>
    public (Uri Address, string Token)? SourceOf(JsonElement claims)
    {
        if (claims.TryGetProperty(_claim, out _) || !claims.TryGetProperty("_claim_names", out var names)) { return null; }
        if (names.ValueKind != JsonValueKind.Object) { throw new FormatException("its names of distributed claims cannot be read"); }
        if (!claims.TryGetProperty("_claim_sources", out var sources)) { throw new FormatException("it has no claim sources"); }
        if (sources.ValueKind != JsonValueKind.Object) { throw new FormatException("its claim sources cannot be read"); }
        if (!names.TryGetProperty(_claim, out var name)) { return null; }
        if (name.ValueKind != JsonValueKind.String || !sources.TryGetProperty(name.GetString()!, out var source)) { throw new FormatException("it names a claim source that it does not have"); }
        if (source.ValueKind != JsonValueKind.Object || TextOf(source, "endpoint") is not { Length: > 0 } address) { return null; }
        if (!Uri.TryCreate(address, UriKind.Absolute, out var place) || place.Scheme != Uri.UriSchemeHttps) { throw new FormatException("its claim source is not at an https address"); }
        return (place, TextOf(source, "access_token") ?? string.Empty);
    }

    /// <summary>The token that is there.</summary>
    /// <exception cref="FormatException">It could not be had.</exception>
    public async ValueTask<string> FetchAsync(Uri address, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token.Length > 0)
        {
            try { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token); }
            catch (FormatException) { throw new FormatException("its credentials for the distributed claim cannot be sent"); }
        }

        try
        {
            using var response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) { throw new FormatException($"the source of its distributed claim answered {(int)response.StatusCode}"); }
            return (await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception failed) when (failed is HttpRequestException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new FormatException("the source of its distributed claim cannot be reached", failed);
        }
    }

    /// <summary>The keys of an issuer that such a token names; null for one too many.</summary>
    /// <exception cref="FormatException">It is at no https address.</exception>
    public IssuerKeys? KeysOf(JsonWebToken token)
    {
        if (!Uri.TryCreate(token.Issuer, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps) { throw new FormatException("its distributed claim is of an issuer that is not at an https address"); }
        lock (_others)
        {
            if (_others.TryGetValue(token.Issuer, out var known)) { return known; }
            return _others.Count >= MaxIssuers
                ? null
                : _others[token.Issuer] = new IssuerKeys(new JwtIssuerFile { Url = token.Issuer, CertificateAuthority = _issuer.CertificateAuthority }, _time, _logger);
        }
    }

    /// <summary>The claims with the one that was fetched.</summary>
    /// <exception cref="FormatException">What was fetched does not have it.</exception>
    public JsonElement Joined(JsonElement claims, JsonElement fetched)
    {
        if (!fetched.TryGetProperty(_claim, out var value)) { throw new FormatException($"the source of its distributed claim does not have {_claim}"); }
        var all = JsonObject.Create(claims)!;
        all[_claim] = JsonNode.Parse(value.GetRawText());
        return JsonSerializer.SerializeToElement(all);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Dispose();
        lock (_others)
        {
            foreach (var other in _others.Values) { other.Dispose(); }
        }
    }

    private static string? TextOf(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
