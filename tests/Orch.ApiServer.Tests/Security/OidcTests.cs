using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authentication.Oidc;
using Orch.Security;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Security;

public sealed class OidcTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TokenIssuer _issuer = null!;
    private OidcAuthenticator _authenticator = null!;

    public static TheoryData<string, string?, object?, string?> BadClaims() => new()
    {
        { "over", "exp", 1_767_225_600L, "it ended at" },
        { "without end", "exp", null, "it has no end" },
        { "for another", "aud", "other", "it is meant for another audience" },
        { "not yet", "nbf", 1_767_225_600L + 301, "it is not valid yet" },
        { "a little early", "nbf", 1_767_225_600L + 299, null },
        { "required claim missing", "hd", null, "required claim hd not present in ID token" },
        { "required claim wrong", "hd", "example.org", "required claim hd value does not match" },
        { "name missing", "sub", null, "claim sub is not present or no text" },
        { "name a number", "sub", 5, "claim sub is not present or no text" },
        { "groups a number", "groups", 5, "groups claim groups is neither a text nor a list of texts" },
        { "groups one text", "groups", "one", null },
    };

    public async Task InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync();
        _authenticator = Authenticator("""
              claimValidationRules: [{claim: hd, requiredValue: example.com}]
              claimMappings: {username: {claim: sub, prefix: "oidc:"}, groups: {claim: groups, prefix: "g:"}, uid: {claim: sub}}
            """);
    }

    public async Task DisposeAsync()
    {
        _authenticator.Dispose();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Token_Good_IsItsOwner()
    {
        var user = await AskAsync(_issuer.Sign(Claims()));

        Assert.Equal("oidc:jane", user!.Name);
        Assert.Equal(["g:devs", "g:ops", "system:authenticated"], user.Groups);
        Assert.Equal("jane", user.Uid);
        Assert.Equal(["JTI=id-1"], user.Extra["authentication.kubernetes.io/credential-id"]);
    }

    [Theory]
    [MemberData(nameof(BadClaims))]
    public async Task Token_WithClaim_HoldsOrSaysWhyNot(string situation, string? claim, object? value, string? message)
    {
        var claims = Claims();
        if (value is null) { claims.Remove(claim!); } else { claims[claim!] = value; }
        var failure = await Record.ExceptionAsync(() => AskAsync(_issuer.Sign(claims)));

        if (message is null) { Assert.True(failure is null, situation); return; }
        Assert.Contains(message, Assert.IsType<AuthenticationFailedException>(failure).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jane", null)]
    [InlineData("system:jane", "names of the system are the system's")]
    [InlineData("joe", "only jane")]
    public async Task Expressions_OverClaims_MakeAndCheckTheUser(string subject, string? message)
    {
        using var authenticator = Authenticator("""
              claimValidationRules: [{expression: "claims.sub.endsWith('jane')", message: only jane}, {expression: "claims.exp - claims.iat <= 86400"}]
              claimMappings:
                username: {expression: "claims.sub"}
                groups: {expression: "claims.groups.map(g, 'x:' + g)"}
                uid: {expression: "claims.jti"}
                extra: [{key: example.com/domain, valueExpression: "claims.hd"}]
              userValidationRules: [{expression: "!user.username.startsWith('system:')", message: names of the system are the system's}]
            """);
        var claims = Claims();
        claims["sub"] = subject;
        claims["iat"] = _time.GetUtcNow().ToUnixTimeSeconds();
        UserInfo? user = null;
        var failure = await Record.ExceptionAsync(async () => user = await AskAsync(_issuer.Sign(claims), authenticator));

        if (message is not null) { Assert.EndsWith(message, Assert.IsType<AuthenticationFailedException>(failure).Message, StringComparison.Ordinal); return; }
        Assert.Null(failure);
        Assert.Equal(("jane", "id-1"), (user!.Name, user.Uid));
        Assert.Equal(["x:devs", "x:ops", "system:authenticated"], user.Groups);
        Assert.Equal(["example.com"], user.Extra["example.com/domain"]);
    }

    [Fact]
    public async Task Token_GroupsElsewhere_AreFetchedWithItsCredentials()
    {
        var asked = new List<string>();
        var elsewhere = Claims();
        elsewhere["groups"] = new[] { "far" };
        _issuer.Others = (path, credentials) => { asked.Add($"{path} {credentials}"); return _issuer.Sign(elsewhere); };

        var user = await AskAsync(_issuer.Sign(Elsewhere("/groups", "pass")));

        Assert.Equal(["g:far", "system:authenticated"], user!.Groups);
        Assert.Equal(["/groups Bearer pass"], asked);
    }

    public static TheoryData<string, string> BadSources() => new()
    {
        { "over", "its distributed claim does not hold" },
        { "for another", "its distributed claim does not hold" },
        { "without groups", "the source of its distributed claim does not have groups" },
        { "of nobody", "its distributed claim is of an issuer that is not at an https address" },
        { "no token", "the source of its distributed claim did not answer with a token" },
        { "not there", "the source of its distributed claim answered 404" },
        { "plain http", "its claim source is not at an https address" },
        { "no source", "it names a claim source that it does not have" },
    };

    [Theory]
    [MemberData(nameof(BadSources))]
    public async Task Token_GroupsElsewhereThatDoNotHold_IsRefused(string situation, string message)
    {
        var elsewhere = Claims();
        elsewhere["groups"] = new[] { "far" };
        var claims = Elsewhere("/groups", "pass");
        switch (situation)
        {
            case "over": elsewhere["exp"] = 1L; break;
            case "for another": elsewhere["aud"] = "other"; break;
            case "without groups": elsewhere.Remove("groups"); break;
            case "of nobody": elsewhere["iss"] = "nobody"; break;
            case "plain http": claims["_claim_sources"] = Element(new { src = new { endpoint = "http://127.0.0.1/groups" } }); break;
            case "no source": claims["_claim_sources"] = Element(new { other = new { endpoint = "https://127.0.0.1/groups" } }); break;
            default: break;
        }

        _issuer.Others = (_, _) => situation switch { "no token" => "hello", "not there" => null, _ => _issuer.Sign(elsewhere) };
        var refused = await Assert.ThrowsAsync<AuthenticationFailedException>(() => AskAsync(_issuer.Sign(claims)));

        Assert.EndsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", refused.ToString(), StringComparison.Ordinal);
    }

    private static System.Text.Json.JsonElement Element(object value) => System.Text.Json.JsonSerializer.SerializeToElement(value);

    private Dictionary<string, object> Elsewhere(string path, string token)
    {
        var claims = Claims();
        claims.Remove("groups");
        claims["_claim_names"] = Element(new { groups = "src" });
        claims["_claim_sources"] = Element(new { src = new { endpoint = _issuer.Url + path, access_token = token } });
        return claims;
    }

    [Fact]
    public async Task Token_SignedWithAnotherKeyUnderTheSameName_IsRefused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AskAsync(_issuer.Sign(Claims(), other)));
    }

    [Fact]
    public async Task Token_OfAnotherIssuer_IsLeftToOthers()
    {
        var claims = Claims();
        claims["iss"] = "https://elsewhere";
        Assert.Null(await AskAsync(_issuer.Sign(claims)));
        Assert.Null(await AskAsync("abcdef.0123456789abcdef"));
        Assert.Null(await AskAsync("a.b.c"));
    }

    [Fact]
    public async Task Keys_Rotated_AreFetchedAgainButNotForEveryToken()
    {
        await AskAsync(_issuer.Sign(Claims()));
        _issuer.Rotate();
        var fresh = Claims();
        fresh["jti"] = "id-2";
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AskAsync(_issuer.Sign(fresh)));
        Assert.Equal(1, _issuer.Fetches);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull(await AskAsync(_issuer.Sign(fresh)));
        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task Keys_GrownOld_ServeUntilNewOnesHaveCome_AndAreFetchedOnce()
    {
        await AskAsync(_issuer.Sign(Claims()));
        var pause = new TaskCompletionSource();
        _issuer.Pause = pause.Task;
        _time.Advance(TimeSpan.FromMinutes(61));
        for (var number = 0; number < 5; number++)
        {
            var claims = Claims();
            claims["jti"] = $"later-{number}";
            Assert.NotNull(await AskAsync(_issuer.Sign(claims)).Within("a token whose key is known"));
        }

        await Patience.UntilAsync(() => Task.FromResult(_issuer.Fetches == 2), "the keys to be asked for");
        // One for each look, since what was found out is remembered for a while.
        var withdrawn = new Queue<string>();
        for (var number = 0; number < 2_000; number++)
        {
            var claims = Claims();
            claims["jti"] = $"withdrawn-{number}";
            withdrawn.Enqueue(_issuer.Sign(claims));
        }

        _issuer.Rotate();
        pause.SetResult();
        await Patience.UntilAsync(
            async () =>
            {
                try { await AskAsync(withdrawn.Dequeue()); }
                catch (AuthenticationFailedException) { return true; }

                return false;
            },
            "the withdrawn key to be forgotten");
        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task Email_NotShownToBeTheirs_IsNobodysName()
    {
        using var authenticator = Authenticator("  claimMappings: {username: {claim: email, prefix: \"\"}}");
        var claims = Claims();
        claims["email"] = "jane@example.com";
        Assert.Equal("jane@example.com", (await AskAsync(_issuer.Sign(claims), authenticator))!.Name);

        claims["email_verified"] = false;
        claims["jti"] = "id-2";
        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(() => AskAsync(_issuer.Sign(claims), authenticator));
        Assert.EndsWith("email not verified", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("issuer: {audiences: [a]}", "jwt[0].issuer.url: Required value: URL is required")]
    [InlineData("issuer: {url: \"http://x\", audiences: [a]}", "jwt[0].issuer.url: Invalid value: \"http://x\": URL scheme must be https")]
    [InlineData("issuer: {url: \"https://x\", audiences: [a, b]}", "jwt[0].issuer.audienceMatchPolicy: Invalid value: \"\": audienceMatchPolicy must be MatchAny for multiple audiences")]
    [InlineData("issuer: {url: \"https://x\", audiences: [a]}\n  claimMappings: {username: {claim: sub}}", "jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing")]
    [InlineData("issuer: {url: \"https://x\", audiences: [a], certificateAuthority: nonsense}", "jwt[0].issuer.certificateAuthority: Invalid value: \"<omitted>\": data does not contain any valid RSA or ECDSA certificates")]
    [InlineData("issuer: {url: \"https://x\", audiences: [a]}\n  claimMappings: {username: {expression: \"claims.\"}}", "jwt[0].claimMappings.username.expression: Invalid value: \"claims.\": compilation failed: ")]
    [InlineData("issuer: {url: \"https://x\", audiences: [a]}\n  claimMappings: {username: {expression: \"claims.email\"}}", "claims.email_verified must be used in claimMappings.username.expression")]
    [InlineData("issuer: {url: \"https://x\", audiences: [a]}\n  claimMappings: {username: {claim: sub, prefix: \"\"}}\n  userValidationRules: [{expression: \"user.name == ''\"}]", "jwt[0].userValidationRules[0].expression: Invalid value")]
    public void Configuration_Faulty_NamesTheField(string jwt, string message)
    {
        var text = $"apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt:\n- {jwt}\n";
        var failure = Assert.Throws<FormatException>(() => AuthenticationConfiguration.Checked(
            ConfigurationFile.Parse<AuthenticationConfigurationFile>(Encoding.UTF8.GetBytes(text), "file", "AuthenticationConfiguration", "apiserver.config.k8s.io/v1"), "file"));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private Dictionary<string, object> Claims() => new()
    {
        ["iss"] = _issuer.Url, ["aud"] = new[] { "other-client", "orch" }, ["sub"] = "jane", ["groups"] = new[] { "devs", "ops" }, ["hd"] = "example.com",
        ["exp"] = _time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), ["jti"] = "id-1",
    };

    private OidcAuthenticator Authenticator(string rest)
    {
        var text = $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthenticationConfiguration
            jwt:
            - issuer:
                url: {{_issuer.Url}}
                audiences: [orch, orch-cli]
                audienceMatchPolicy: MatchAny
                certificateAuthority: |
            {{string.Join('\n', _issuer.AuthorityPem.Split('\n').Select(line => "      " + line))}}
            {{rest}}
            """;
        var file = AuthenticationConfiguration.Checked(
            ConfigurationFile.Parse<AuthenticationConfigurationFile>(Encoding.UTF8.GetBytes(text), "file", "AuthenticationConfiguration", "apiserver.config.k8s.io/v1"), "file");
        return new OidcAuthenticator(file.Jwt!, _time, NullLogger<OidcAuthenticator>.Instance);
    }

    private async Task<UserInfo?> AskAsync(string token, OidcAuthenticator? authenticator = null)
        => await (authenticator ?? _authenticator).AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None);
}
