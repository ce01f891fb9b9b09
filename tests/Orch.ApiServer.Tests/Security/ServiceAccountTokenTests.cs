using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class ServiceAccountTokenTests : IDisposable
{
    private static readonly UserInfo Admin = new("admin", ["system:masters"]);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly V1ServiceAccount _account = new() { Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = "account-1" } };
    private readonly V1Pod _pod = new()
    {
        Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "shop", Uid = "pod-1" },
        Spec = new V1PodSpec { NodeName = "n1", ServiceAccountName = "web", Containers = [] },
    };

    private readonly FakeLookup _objects;
    private readonly ServiceAccountTokens _tokens;

    public ServiceAccountTokenTests()
    {
        _objects = new FakeLookup(_account, _pod);
        _tokens = new ServiceAccountTokens(_key, ["https://issuer"]);
    }

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Token_OfAPod_NamesAccountPodAndGroups()
    {
        var user = await AuthenticateAsync(await IssueAsync(new V1BoundObjectReference { Kind = "Pod", ApiVersion = "v1", Name = "p", Uid = "pod-1" }));

        Assert.Equal("system:serviceaccount:shop:web", user!.Name);
        Assert.Equal("account-1", user.Uid);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"], user.Groups);
        Assert.Equal(["p"], user.Extra["authentication.kubernetes.io/pod-name"]);
    }

    [Fact]
    public async Task Token_AfterItsTime_IsRefused()
    {
        var token = await IssueAsync(null, seconds: 600);
        Assert.NotNull(await AuthenticateAsync(token));

        _time.Advance(TimeSpan.FromSeconds(600));

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
    }

    [Fact]
    public async Task Keys_OldAndNew_VerifyWhileBothAreThereAndAllArePublished()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        using var publicPart = ECDsa.Create(_key.ExportParameters(includePrivateParameters: false));
        var token = await IssueAsync(null);
        var rotated = new ServiceAccountTokens(next, ["https://issuer"], [publicPart, rsa, publicPart]);
        var forgotten = new ServiceAccountTokens(next, ["https://issuer"]);

        Assert.Equal("web", (await rotated.VerifyAsync(token)).ServiceAccount.Name);
        await Assert.ThrowsAsync<Microsoft.IdentityModel.Tokens.SecurityTokenException>(() => forgotten.VerifyAsync(token).AsTask());

        var handler = new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler();
        var keys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(Encoding.UTF8.GetString(rotated.PublicKeys.Span)).GetSigningKeys();
        Assert.Equal(3, keys.Count);
        Assert.Equal(["ES256", "RS256"], rotated.Algorithms);
        Assert.Equal(3, keys.Select(static key => key.KeyId).Distinct().Count());
        Assert.Contains(keys, key => key.KeyId == handler.ReadJsonWebToken(token).Kid);
        // A public key is no secret: whoever uses it as one for a symmetric signature gets nowhere.
        var forged = handler.CreateToken(new Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["iss"] = "https://issuer", ["sub"] = "system:serviceaccount:shop:web" },
            SigningCredentials = new(new Microsoft.IdentityModel.Tokens.SymmetricSecurityKey(rsa.ExportSubjectPublicKeyInfo()), "HS256"),
        });
        await Assert.ThrowsAsync<Microsoft.IdentityModel.Tokens.SecurityTokenException>(() => rotated.VerifyAsync(forged).AsTask());
    }

    [Fact]
    public async Task Tokens_OfFurtherIssuers_AreAccepted_AndTheFirstIssues()
    {
        var before = await IssueAsync(null);
        var moved = new ServiceAccountTokens(_key, ["https://new", "https://issuer"]);
        var elsewhere = new ServiceAccountTokens(_key, ["https://new"]);
        var user = await new ServiceAccountAuthenticator(moved, _objects, _time).AuthenticateAsync(new RequestCredentials(before, null), CancellationToken.None);
        Assert.Equal("system:serviceaccount:shop:web", user?.Name);
        Assert.Null(await new ServiceAccountAuthenticator(elsewhere, _objects, _time).AuthenticateAsync(new RequestCredentials(before, null), CancellationToken.None));
        await Assert.ThrowsAsync<Microsoft.IdentityModel.Tokens.SecurityTokenException>(() => elsewhere.VerifyAsync(before).AsTask());

        var request = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { ExpirationSeconds = 3600 } };
        var made = (Authenticationv1TokenRequest)await new TokenRequestHandler(moved, _objects, _time).CreateAsync(new CreateCall(Admin, new ObjectKey("shop", "web"), request, false), CancellationToken.None);
        var token = new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().ReadJsonWebToken(made.Status.Token);
        Assert.Equal("https://new", token.Issuer);
        // Good for servers that do not know the new issuer's audience yet as well.
        Assert.Equal(["https://new", "https://issuer"], token.Audiences);
        Assert.Equal(["https://new", "https://issuer"], made.Spec.Audiences);
    }

    [Theory]
    [InlineData("https://a", "https://b,https://a", "Orch:ApiServer:AcceptedServiceAccountIssuers:1 \"https://a\" is already specified.")]
    [InlineData("https://a", "", "Orch:ApiServer:AcceptedServiceAccountIssuers:0 \"\" should not be an empty string.")]
    [InlineData("", "https://a", "Orch:ApiServer:ServiceAccountIssuer \"\" should not be an empty string.")]
    [InlineData("https://a", "://b", "Orch:ApiServer:AcceptedServiceAccountIssuers:0 \"://b\" contained a ':' but was not a valid URL: parse \"://b\": missing protocol scheme.")]
    [InlineData("kubernetes/me", "https://b,c", null)]
    public void Issuers_AreChecked(string first, string others, string? fault)
    {
        var options = new ApiServerOptions { Listens = false, ServiceAccountIssuer = first };
        foreach (var other in others.Split(',')) { options.AcceptedServiceAccountIssuers.Add(other); }
        string[] expected = fault is null ? [] : [fault];
        Assert.Equal(expected, new Orch.ApiServer.Hosting.ApiServerOptionsValidator().Validate(null, options).Failures ?? []);
    }

    [Fact]
    public async Task Issuer_OfTheServerItself_MayNotBeOneOfTheFile()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: [{issuer: {url: 'https://b', audiences: [x]}, claimMappings: {username: {claim: sub, prefix: ''}}}]\n");
            var options = new ApiServerOptions { Listens = false, ServiceAccountIssuer = "https://c", AcceptedServiceAccountIssuers = { "https://b" }, AuthenticationConfigurationFile = file };
            Assert.Contains(
                "jwt[0].issuer.url: Invalid value: \"https://b\": URL must not overlap with disallowed issuers: [https://b https://c]",
                Assert.Single(new Orch.ApiServer.Hosting.ApiServerOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
            options.AcceptedServiceAccountIssuers.Clear();
            Assert.True(new Orch.ApiServer.Hosting.ApiServerOptionsValidator().Validate(null, options).Succeeded);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Token_WhosePodIsGone_IsRefusedAtOnce()
    {
        var token = await IssueAsync(new V1BoundObjectReference { Kind = "Pod", ApiVersion = "v1", Name = "p", Uid = "pod-1" });
        Assert.NotNull(await AuthenticateAsync(token));

        _objects.Remove(_pod);

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
    }

    [Fact]
    public async Task Token_WhoseAccountWasMadeAnew_IsRefused()
    {
        var token = await IssueAsync(null);
        _objects.Remove(_account);
        _objects.Add(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = "account-2" } });

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
    }

    [Fact]
    public async Task Token_ForAnotherAudience_IsRefusedHere()
        => await Assert.ThrowsAsync<AuthenticationFailedException>(async () => await AuthenticateAsync(await IssueAsync(null, audience: "vault")));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Token_ChangedInAnyPart_IsRefused(int part)
    {
        var parts = (await IssueAsync(null)).Split('.');
        var changed = parts[part].ToCharArray();
        changed[changed.Length / 2] = changed[changed.Length / 2] == 'A' ? 'B' : 'A';
        parts[part] = new string(changed);

        UserInfo? user = null;
        try { user = await AuthenticateAsync(string.Join('.', parts)); }
        catch (AuthenticationFailedException) { }

        Assert.Null(user);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lzc3VlciJ9.")]
    public async Task Token_ThatIsNone_IsNobodys(string token)
    {
        UserInfo? user = null;
        try { user = await AuthenticateAsync(token); }
        catch (AuthenticationFailedException) { }

        Assert.Null(user);
    }

    [Theory]
    [InlineData(599)]
    [InlineData(1L << 33)]
    public async Task Request_LifetimeOutOfRange_NamesTheField(long seconds)
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => IssueAsync(null, seconds: seconds));

        Assert.True(refusal.IsInvalid);
        Assert.Contains("spec.expirationSeconds: Invalid value", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecretToken_WhileTheSecretHoldsIt_IsTheAccounts()
    {
        var token = SecretToken();
        var secret = new V1Secret { Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = "shop", Uid = "secret-1" }, Data = new Dictionary<string, byte[]> { ["token"] = Encoding.ASCII.GetBytes(token) } };
        _objects.Add(secret);
        Assert.Equal("system:serviceaccount:shop:web", (await AuthenticateAsync(token))!.Name);

        _objects.Remove(secret);
        _objects.Add(new V1Secret { Metadata = secret.Metadata, Data = new Dictionary<string, byte[]> { ["token"] = Encoding.ASCII.GetBytes("another") } });

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
    }

    private string SecretToken()
    {
        static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
        var signed = Encode("""{"alg":"ES256"}"""u8.ToArray()) + "." + Encode("""
            {"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"shop","kubernetes.io/serviceaccount/secret.name":"s",
             "kubernetes.io/serviceaccount/service-account.name":"web","kubernetes.io/serviceaccount/service-account.uid":"account-1","sub":"system:serviceaccount:shop:web"}
            """u8.ToArray());
        return $"{signed}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private async Task<string> IssueAsync(V1BoundObjectReference? bound, long seconds = 3600, string? audience = null)
    {
        var request = new Authenticationv1TokenRequest
        {
            Spec = new V1TokenRequestSpec { Audiences = audience is null ? [] : [audience], ExpirationSeconds = seconds, BoundObjectRef = bound },
        };
        var handler = new TokenRequestHandler(_tokens, _objects, _time);
        var answer = await handler.CreateAsync(new CreateCall(Admin, new ObjectKey("shop", "web"), request, false), CancellationToken.None);
        return ((Authenticationv1TokenRequest)answer).Status.Token;
    }

    private Task<UserInfo?> AuthenticateAsync(string token)
        => new ServiceAccountAuthenticator(_tokens, _objects, _time).AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None).AsTask();
}
