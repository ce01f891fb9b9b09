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

    public static TheoryData<string, string, string, string, string?> Bindings() => new()
    {
        // version, kind, name, uid, and the refusal
        { "v1", "Pod", "p", "", null },
        { "v1", "Pod", "p", "pod-1", null },
        { "v1", "Pod", "p", "pod-2", "409 Operation cannot be fulfilled on Pod \"p\": the UID in the bound object reference (pod-2) does not match the UID in record. The object might have been deleted and then recreated" },
        { "v1", "Pod", "none", "", "404 pods \"none\" not found" },
        { "v1", "Pod", "other", "", "400 cannot bind token for serviceaccount \"web\" to pod running with different serviceaccount name." },
        { "apps/v1", "Pod", "p", "", "400 cannot bind token to object of type apps/v1, Kind=Pod" },
        { "v1", "Secret", "s", "secret-1", null },
        { "v1", "Secret", "s", "secret-2", "409 Operation cannot be fulfilled on Secret \"s\": the UID in the bound object reference (secret-2) does not match the UID in record. The object might have been deleted and then recreated" },
        { "v1", "Node", "n1", "", null },
        { "v1", "Node", "n2", "", "404 nodes \"n2\" not found" },
        { "v1", "ConfigMap", "c", "", "400 cannot bind token to object of type /v1, Kind=ConfigMap" },
        { "v1", "", "p", "", "400 cannot bind token to object of type /v1, Kind=" },
        { "", "", "", "", "400 cannot bind token to object of type /, Kind=" },
    };

    [Theory]
    [MemberData(nameof(Bindings))]
    public async Task Request_ToBind_BindsOrIsRefused_NeverLeavesTheTokenUnbound(string version, string kind, string name, string uid, string? refusal)
    {
        _objects.Add(new V1Secret { Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = "shop", Uid = "secret-1" } });
        _objects.Add(new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Uid = "node-1" } });
        _objects.Add(new V1Pod { Metadata = new V1ObjectMeta { Name = "other", NamespaceProperty = "shop" }, Spec = new V1PodSpec { ServiceAccountName = "admin", Containers = [] } });
        var bound = new V1BoundObjectReference { ApiVersion = version, Kind = kind, Name = name, Uid = uid };
        if (refusal is not null)
        {
            var status = (await Assert.ThrowsAsync<ApiException>(() => IssueAsync(bound))).Status;
            Assert.Equal(refusal, $"{status.Code} {status.Message}");
            return;
        }

        var claims = await _tokens.VerifyAsync(await IssueAsync(bound));
        Assert.Equal(kind, claims.Pod is not null ? "Pod" : claims.Secret is not null ? "Secret" : claims.Node is not null ? "Node" : "");
    }

    [Fact]
    public async Task Request_WithAUid_MeansThatAccountAlone()
    {
        var request = new Authenticationv1TokenRequest { Metadata = new V1ObjectMeta { Uid = "account-0" }, Spec = new V1TokenRequestSpec { ExpirationSeconds = 600 } };
        var handler = new TokenRequestHandler(_tokens, _objects, _time);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => handler.CreateAsync(new CreateCall(Admin, new ObjectKey("shop", "web"), request, false), CancellationToken.None).AsTask());
        Assert.Equal((409, "Operation cannot be fulfilled on TokenRequest.authentication.k8s.io \"web\": the UID in the token request (account-0) does not match the UID of the service account (account-1)"), (refusal.Status.Code, refusal.Message));
        request.Metadata.Uid = "account-1";
        await handler.CreateAsync(new CreateCall(Admin, new ObjectKey("shop", "web"), request, false), CancellationToken.None);
    }

    [Theory]
    [InlineData(true, "node-1")]
    [InlineData(false, "")]
    public async Task Token_OfAPod_SaysItsNode_AlsoWhereThatIsGone(bool isThere, string uid)
    {
        if (isThere) { _objects.Add(new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Uid = "node-1" } }); }
        var token = await IssueAsync(new V1BoundObjectReference { Kind = "Pod", ApiVersion = "v1", Name = "p" });
        var user = (await AuthenticateAsync(token))!;
        Assert.Equal(["n1"], user.Extra["authentication.kubernetes.io/node-name"]);
        Assert.Equal(isThere, user.Extra.ContainsKey("authentication.kubernetes.io/node-uid"));
        var node = (await _tokens.VerifyAsync(token)).Node!.Value;
        Assert.Equal(("n1", uid), (node.Name, node.Uid));
        Assert.Equal(["pod-1"], user.Extra["authentication.kubernetes.io/pod-uid"]);
        Assert.StartsWith("JTI=", Assert.Single(user.Extra["authentication.kubernetes.io/credential-id"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pod")]
    [InlineData("Secret")]
    [InlineData("Node")]
    [InlineData("ServiceAccount")]
    public async Task Token_WhatItIsBoundTo_DeletedOrMadeAnew_EndsIt(string kind)
    {
        k8s.IKubernetesObject<V1ObjectMeta> Made(string uid, DateTime? deleted) => kind switch
        {
            "Pod" => new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "shop", Uid = uid, DeletionTimestamp = deleted }, Spec = _pod.Spec },
            "Secret" => new V1Secret { Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = "shop", Uid = uid, DeletionTimestamp = deleted } },
            "Node" => new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Uid = uid, DeletionTimestamp = deleted } },
            _ => new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = uid, DeletionTimestamp = deleted } },
        };
        var now = _time.GetUtcNow().UtcDateTime;
        var there = Made("u", null);
        if (kind == "Pod") { _objects.Remove(_pod); }
        if (kind == "ServiceAccount") { _objects.Remove(_account); }
        _objects.Add(there);
        var token = await IssueAsync(kind == "ServiceAccount" ? null : new V1BoundObjectReference { Kind = kind, ApiVersion = "v1", Name = there.Metadata.Name });
        Assert.NotNull(await AuthenticateAsync(token));

        // What is just going has a minute.
        var going = Made("u", now.AddSeconds(-60));
        _objects.Replace(there, going);
        Assert.NotNull(await AuthenticateAsync(token));
        var gone = Made("u", now.AddSeconds(-61));
        _objects.Replace(going, gone);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
        var anew = Made("v", null);
        _objects.Replace(gone, anew);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
        _objects.Remove(anew);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
    }

    [Fact]
    public async Task Token_OfAPod_OutlivesTheNode()
    {
        var node = new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Uid = "node-1" } };
        _objects.Add(node);
        var token = await IssueAsync(new V1BoundObjectReference { Kind = "Pod", ApiVersion = "v1", Name = "p" });
        _objects.Remove(node);
        Assert.NotNull(await AuthenticateAsync(token));
    }

    [Fact]
    public async Task Token_OfAnAheadClock_HoldsWithinAMinute()
    {
        var token = await IssueAsync(null);
        Task<UserInfo?> Behind(int seconds) => new ServiceAccountAuthenticator(_tokens, _objects, new FakeTimeProvider(_time.GetUtcNow().AddSeconds(-seconds)))
            .AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None).AsTask();
        Assert.NotNull(await Behind(60));
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => Behind(61));
    }

    [Fact]
    public async Task SecretToken_MarkedInvalid_HoldsUntilTheMarkIsTakenOff()
    {
        var token = SecretToken();
        V1Secret Held(string? since, DateTime? deleted = null) => new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "s", NamespaceProperty = "shop", Uid = "secret-1", DeletionTimestamp = deleted,
                Labels = since is null ? null : new Dictionary<string, string> { ["kubernetes.io/legacy-token-invalid-since"] = since },
            },
            Data = new Dictionary<string, byte[]> { ["token"] = Encoding.ASCII.GetBytes(token) },
        };
        var marked = Held("2025-10-25");
        _objects.Add(marked);
        Assert.Equal(
            "token of service account shop/web does not hold: it is marked invalid by label kubernetes.io/legacy-token-invalid-since of secret s", (await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token))).Message);
        var empty = Held(string.Empty);
        _objects.Replace(marked, empty);
        Assert.NotNull(await AuthenticateAsync(token));
        var going = Held(null, _time.GetUtcNow().UtcDateTime);
        _objects.Replace(empty, going);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
        _objects.Remove(going);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AuthenticateAsync(token));
    }

    [Theory]
    [InlineData(600, null)]
    [InlineData(1L << 32, null)]
    [InlineData(599, "may not specify a duration less than 10 minutes")]
    [InlineData((1L << 32) + 1, "may not specify a duration larger than 2^32 seconds")]
    public async Task Request_Lifetime_HasBothEnds(long seconds, string? fault)
    {
        if (fault is null) { Assert.NotEmpty(await IssueAsync(null, seconds)); return; }
        Assert.EndsWith(fault, (await Assert.ThrowsAsync<ApiException>(() => IssueAsync(null, seconds))).Message, StringComparison.Ordinal);
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
