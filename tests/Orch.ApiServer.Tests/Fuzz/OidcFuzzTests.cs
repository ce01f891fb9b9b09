using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authentication.Oidc;
using Orch.ApiServer.Tests.Security;
using Orch.Security;

namespace Orch.ApiServer.Tests.Fuzz;

/// <summary>Whatever stands in a token of another issuer, signed or not, in what such a token leads to, and in the issuer's keys: it is somebody's or refused, within bounds.</summary>
public sealed class OidcFuzzTests : IAsyncLifetime
{
    private const string ByClaims = """
          claimValidationRules: [{claim: hd, requiredValue: example.com}]
          claimMappings: {username: {claim: sub, prefix: "oidc:"}, groups: {claim: groups, prefix: "g:"}, uid: {claim: sub}}
        """;

    private const string ByExpressions = """
          claimValidationRules: [{expression: "claims.exp - claims.iat <= 86400"}, {expression: "claims.sub.matches('^[a-z]+$')"}]
          claimMappings:
            username: {expression: "claims.?email.orValue(claims.sub)"}
            groups: {expression: "claims.groups.map(g, 'x:' + g).filter(g, !g.startsWith('x:system:'))"}
            uid: {expression: "claims.jti"}
            extra: [{key: example.com/domain, valueExpression: "claims.hd"}]
          userValidationRules: [{expression: "user.groups.all(g, g.size() < 100)"}]
        """;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TokenIssuer _issuer = null!;
    private OidcAuthenticator _byClaims = null!;
    private OidcAuthenticator _byExpressions = null!;
    private int _held;

    public static TheoryData<string> Names => ["token", "header", "claims", "claims read by expressions", "claims that lead elsewhere", "answer from elsewhere", "keys"];

    public async Task InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync();
        _byClaims = Authenticator(ByClaims);
        _byExpressions = Authenticator(ByExpressions);
    }

    public async Task DisposeAsync()
    {
        _byClaims.Dispose();
        _byExpressions.Dispose();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Token_OfAnyText_IsSomebodysOrRefusedWithinBounds(string name)
    {
        var parser = ParserOf(name);
        // The right text is somebody's: else nothing behind the signature would be tried.
        parser.Read(parser.Seeds[0]);
        Assert.Equal(1, _held);
        await ParserFuzzTests.AnyTextAsync(parser, name.Length);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task Token_OfALongText_IsSomebodysOrRefusedWithinBounds(string name) => ParserFuzzTests.LongTextAsync(ParserOf(name));

    private Parser ParserOf(string name) => name switch
    {
        "token" => Of(text => Ask(_byClaims, text), _issuer.SignTexts(Header(), Claims()), $"{Base64UrlEncoder.Encode("{\"alg\":\"none\"}")}.{Base64UrlEncoder.Encode(Claims())}.", "a.b.c", "a.b.c.d.e"),
        "header" => Of(text => Ask(_byClaims, _issuer.SignTexts(text, Claims())), Header(), """{"alg":"ES256","crit":["b64"],"b64":false,"zip":"DEF","typ":"JWE","enc":"A128GCM"}""", """{"alg":"HS256","jku":"https://127.0.0.1/","x5c":["eA=="],"jwk":{"kty":"oct","k":"eA"},"kid":"../x"}"""),
        "claims" => Of(text => Ask(_byClaims, _issuer.SignTexts(Header(), text)), Claims()),
        "claims read by expressions" => Of(text => Ask(_byExpressions, _issuer.SignTexts(Header(), text)), Claims()) with { BytesPerCharacter = 8_000 },
        "claims that lead elsewhere" => Of(
            text =>
            {
                if (LeadsAway(text)) { return; }
                _issuer.Others = (_, _) => _issuer.SignTexts(Header(), Claims());
                Ask(_byClaims, _issuer.SignTexts(Header(), text));
            },
            Elsewhere()) with { Rounds = 500, LongestText = 4_000 },
        "answer from elsewhere" => Of(
            text =>
            {
                if (TokenLeadsAway(text)) { return; }
                _issuer.Others = (_, _) => text;
                Ask(_byClaims, _issuer.SignTexts(Header(), Elsewhere()));
            },
            _issuer.SignTexts(Header(), Claims())) with { Rounds = 500 },
        "keys" => Of(
            text =>
            {
                // Fetched by one who has none yet.
                _issuer.KeySet = text;
                using var fresh = Authenticator(ByClaims);
                Ask(fresh, _issuer.SignTexts(Header(), Claims()));
            },
            _issuer.RightKeySet, """{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"oct","k":"eA"},{"kty":"EC","crv":"P-256","x":"","y":""},{"kty":"RSA","x5c":["eA=="]}]}""") with { Rounds = 200, LongestText = 4_000 },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static Parser Of(Action<string> read, params string[] seeds)
        => new(read, seeds, typeof(AuthenticationFailedException)) { LongestText = 16_000, BytesPerCharacter = 2_000, BytesAtLeast = 4_000_000 };

    private string Header() => $$"""{"alg":"ES256","kid":"{{_issuer.KeyId}}","typ":"JWT"}""";

    private string Claims() => $$"""{"iss":"{{_issuer.Url}}","aud":["me","others"],"exp":{{_time.GetUtcNow().ToUnixTimeSeconds() + 600}},"nbf":1,"iat":{{_time.GetUtcNow().ToUnixTimeSeconds()}},"jti":"id-1","sub":"jane","hd":"example.com","groups":["devs","ops"]}""";

    private string Elsewhere() => Claims().Replace(
        "\"groups\":[\"devs\",\"ops\"]",
        $$$"""
        "_claim_names":{"groups":"src"},"_claim_sources":{"src":{"endpoint":"{{{_issuer.Url}}}/groups","access_token":"pass"}}
        """,
        StringComparison.Ordinal);

    // Nobody but the issuer is ever called: a text that could name somebody else is left out.
    private bool LeadsAway(string text)
    {
        var rest = text.Replace($"\"{_issuer.Url}/groups\"", string.Empty, StringComparison.Ordinal).Replace($"\"{_issuer.Url}\"", string.Empty, StringComparison.Ordinal);
        return rest.Contains("http", StringComparison.OrdinalIgnoreCase) || rest.Contains("\\u", StringComparison.OrdinalIgnoreCase) || rest.Contains("//", StringComparison.Ordinal);
    }

    private bool TokenLeadsAway(string token)
    {
        foreach (var part in token.Split('.'))
        {
            try
            {
                if (LeadsAway(System.Text.Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(part)))) { return true; }
            }
            catch (FormatException) { /* then nothing stands there */ }
        }

        return false;
    }

    private OidcAuthenticator Authenticator(string rest)
    {
        var text = $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthenticationConfiguration
            jwt:
            - issuer:
                url: {{_issuer.Url}}
                audiences: [me]
                certificateAuthority: |
            {{string.Join('\n', _issuer.AuthorityPem.Split('\n').Select(static line => "      " + line))}}
            {{rest}}
            """;
        var file = AuthenticationConfiguration.Checked(
            ConfigurationFile.Parse<AuthenticationConfigurationFile>(System.Text.Encoding.UTF8.GetBytes(text), "file", "AuthenticationConfiguration", "apiserver.config.k8s.io/v1"), "file");
        return new OidcAuthenticator(file.Jwt!, _time, NullLogger<OidcAuthenticator>.Instance);
    }

    private void Ask(OidcAuthenticator authenticator, string token)
    {
        if (authenticator.AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None).AsTask().GetAwaiter().GetResult() is not { } user) { return; }
        _held++;
        Assert.NotEmpty(user.Name);
        Assert.Contains("system:authenticated", user.Groups);
        Assert.DoesNotContain("system:masters", user.Groups);
    }
}
