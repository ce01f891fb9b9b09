using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Who a request is from, over the wire.</summary>
public sealed class IdentityTests : ServerTests
{
    public static TheoryData<string, string[], string> Impersonations() => new()
    {
        // headers, then who one is or the refusal
        { "a user", ["User=joe"], "joe [] [system:authenticated]" },
        { "a user with a group", ["User=joe", "Group=devs"], "joe [] [devs system:authenticated]" },
        { "a service account", ["User=system:serviceaccount:shop:web"], "system:serviceaccount:shop:web [] [system:serviceaccounts system:serviceaccounts:shop system:authenticated]" },
        { "nobody in particular", ["User=system:anonymous"], "403 selfsubjectreviews.authentication.k8s.io is forbidden: User \"system:anonymous\" cannot create resource \"selfsubjectreviews\" in API group \"authentication.k8s.io\" at the cluster scope" },
        { "nobody who is somebody", ["User=system:anonymous", "Group=system:authenticated"], "system:anonymous [] [system:authenticated system:unauthenticated]" },
        { "somebody who is nobody", ["User=joe", "Group=system:unauthenticated"], "403 selfsubjectreviews.authentication.k8s.io is forbidden: User \"joe\" cannot create resource \"selfsubjectreviews\" in API group \"authentication.k8s.io\" at the cluster scope" },
        { "a service account with groups", ["User=system:serviceaccount:shop:web", "Group=devs"], "system:serviceaccount:shop:web [] [devs system:authenticated]" },
        { "with uid and extra", ["User=joe", "Uid=42", "Extra-Scopes=view", "Extra-Acme.com%2Fteam=a"], "joe [42] [system:authenticated] acme.com/team=a scopes=view" },
        { "groups alone", ["Group=devs"], "500 Internal error occurred: requested [Group devs] without impersonating a user" },
        { "uid alone", ["Uid=42"], "500 Internal error occurred: requested [UID 42] without impersonating a user" },
    };

    [Theory]
    [MemberData(nameof(Impersonations))]
    public async Task Impersonate_BySuperuser_ActsAsAsked(string situation, string[] headers, string expected)
        => Assert.True(expected == await WhoAmIAsync("admin/system:masters", headers), $"{situation}: {await WhoAmIAsync("admin/system:masters", headers)}");

    [Theory]
    [InlineData("users", "", "joe", new[] { "User=joe" }, null)]
    [InlineData("users", "", "jim", new[] { "User=joe" }, "users \"joe\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")]
    [InlineData("users", "", "joe", new[] { "User=joe", "Group=ops" }, "groups \"ops\" is forbidden: User \"jane\" cannot impersonate resource \"groups\" in API group \"\" at the cluster scope")]
    [InlineData("users", "", "joe", new[] { "User=joe", "Uid=1" }, "uids.authentication.k8s.io \"1\" is forbidden: User \"jane\" cannot impersonate resource \"uids\" in API group \"authentication.k8s.io\" at the cluster scope")]
    [InlineData("users", "", "joe", new[] { "User=joe", "Extra-Scopes=view" }, "userextras.authentication.k8s.io \"view\" is forbidden: User \"jane\" cannot impersonate resource \"userextras/scopes\" in API group \"authentication.k8s.io\" at the cluster scope")]
    public async Task Impersonate_EachPart_NeedsItsOwnRight(string resource, string group, string name, string[] headers, string? refusal)
    {
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(new V1ClusterRole
        {
            Metadata = new V1ObjectMeta { Name = "impersonator" }, Rules = [new V1PolicyRule { Verbs = ["impersonate"], ApiGroups = [group], Resources = [resource], ResourceNames = [name] }],
        }, default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding
        {
            Metadata = new V1ObjectMeta { Name = "impersonator" }, RoleRef = new V1RoleRef { Kind = "ClusterRole", Name = "impersonator" }, Subjects = [new Rbacv1Subject { Kind = "User", Name = "jane" }],
        }, default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().ListAsync(new ListRequest(), default);

        var answer = await WhoAmIAsync("jane/", headers);

        if (refusal is null) { Assert.StartsWith("joe ", answer, StringComparison.Ordinal); }
        else { Assert.Equal("403 " + refusal, answer); }
    }

    [Theory]
    [InlineData("system:serviceaccount:shop:web", "serviceaccounts \"web\" is forbidden: User \"jane\" cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"shop\"")]
    [InlineData("system:serviceaccount:Shop:web", null)]
    [InlineData("system:serviceaccount:shop:we_b", null)]
    [InlineData("system:serviceaccount:shop:", null)]
    [InlineData("system:serviceaccount::web", null)]
    [InlineData("system:serviceaccount:shop:web:x", null)]
    [InlineData("system:serviceaccount:shop", null)]
    public async Task Impersonate_WhatNoServiceAccountIsCalled_IsAUser(string name, string? refusal)
        => Assert.Equal(
            "403 " + (refusal ?? $"users \"{name}\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"), await WhoAmIAsync("jane/", ["User=" + name]));

    [Theory]
    [InlineData("system:anonymous", new[] { "system:unauthenticated" }, "system:unauthenticated")]
    [InlineData("system:anonymous", new string[0], "")]
    [InlineData("jane", new[] { "system:authenticated", "system:authenticated" }, "system:authenticated")]
    [InlineData("jane", new string[0], "system:authenticated")]
    [InlineData("", new[] { "devs" }, null)]
    public void RequestHeaders_OfNobody_AreNotThoseOfSomebody(string name, string[] groups, string? expected)
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Client("front-proxy");
        var authenticator = new RequestHeaderAuthenticator(new RequestHeaderOptions { CertificateAuthority = certificates.Authority }, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        context.Request.Headers["X-Remote-User"] = name;
        context.Request.Headers["X-Remote-Group"] = new(groups);
        var user = authenticator.Authenticate(context);
        Assert.Equal(expected, user is null ? null : string.Join(' ', user.Groups));
    }

    [Fact]
    public void RequestHeaders_OfAProxyWhoseUnitIsCalledSo_AreNotBelieved()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("OU=front-proxy, O=front-proxy", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        var options = new RequestHeaderOptions { CertificateAuthority = certificate, AllowedNames = { "front-proxy" } };
        var authenticator = new RequestHeaderAuthenticator(options, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        context.Request.Headers["X-Remote-User"] = "jane";
        Assert.Null(authenticator.Authenticate(context));
        Assert.NotNull(new RequestHeaderAuthenticator(new RequestHeaderOptions { CertificateAuthority = certificate }, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))).Authenticate(context));
    }

    [Fact]
    public async Task Issuer_Discovery_LeadsToTheKeysThatVerifyTokens()
    {
        using var http = _server.Http();
        using var document = await http.GetAsync(Path("/.well-known/openid-configuration"));
        Assert.Equal("application/json", document.Content.Headers.ContentType!.MediaType);
        var json = JsonDocument.Parse(await document.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("https://kubernetes.default.svc.cluster.local", json.GetProperty("issuer").GetString());
        Assert.Equal(new Uri(_server.Address, "/openid/v1/jwks").AbsoluteUri, json.GetProperty("jwks_uri").GetString());

        using var keys = await http.GetAsync(Path("/openid/v1/jwks"));
        Assert.Equal("application/jwk-set+json", keys.Content.Headers.ContentType!.MediaType);
        var set = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(await keys.Content.ReadAsStringAsync());
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" } }, default);
        using var made = await http.PostAsync(Path("/api/v1/namespaces/default/serviceaccounts/web/token"), new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["vault"]}}""", Encoding.UTF8, "application/json"));
        var token = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetProperty("token").GetString();
        var result = await new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().ValidateTokenAsync(token, new() { ValidIssuer = "https://kubernetes.default.svc.cluster.local", ValidAudience = "vault", IssuerSigningKeys = set.GetSigningKeys() });
        Assert.True(result.IsValid, result.Exception?.Message);

        using var nobody = _server.Http("jane/devs");
        using var refused = await nobody.GetAsync(Path("/openid/v1/jwks"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var account = _server.Http("x/system:serviceaccounts");
        using var allowed = await account.GetAsync(Path("/openid/v1/jwks"));
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Theory]
    [InlineData("https://new.example.com", HttpStatusCode.OK)]
    [InlineData("https://new.example.com?x=y", HttpStatusCode.NotFound)]
    [InlineData("https://new.example.com#x", HttpStatusCode.NotFound)]
    [InlineData("http://new.example.com", HttpStatusCode.NotFound)]
    [InlineData("kubernetes/serviceaccount/mine", HttpStatusCode.NotFound)]
    public async Task Issuer_Discovery_IsOfTheFirst_WhereItCanBeFound(string issuer, HttpStatusCode code)
    {
        await using var server = await TestServer.ListenAsync(options =>
        {
            options.ServiceAccountIssuer = issuer;
            options.AcceptedServiceAccountIssuers.Add("https://old.example.com");
        });
        using var http = server.Http();
        using var keys = await http.GetAsync(Path("/openid/v1/jwks"));
        Assert.Equal(code, keys.StatusCode);
        using var document = await http.GetAsync(Path("/.well-known/openid-configuration"));
        Assert.Equal(code, document.StatusCode);
        if (code != HttpStatusCode.OK) { return; }
        Assert.Equal(issuer, JsonDocument.Parse(await document.Content.ReadAsStringAsync()).RootElement.GetProperty("issuer").GetString());
    }

    [Theory]
    [InlineData("/version", HttpStatusCode.Unauthorized)]
    [InlineData("/livez", HttpStatusCode.OK)]
    public async Task Anonymous_LimitedToPaths_GoesNowhereElse(string path, HttpStatusCode code)
    {
        var file = System.IO.Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: true, conditions: [{path: /livez}]}\n");
            await using var server = await TestServer.ListenAsync(options => options.AuthenticationConfigurationFile = file);
            using var http = server.Http(null);
            using var answer = await http.GetAsync(Path(path));
            Assert.Equal(code, answer.StatusCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("front-proxy", true)]
    [InlineData("somebody", false)]
    public void RequestHeaders_OfTheProxyAlone_AreBelievedAndTakenOff(string name, bool isBelieved)
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Client(name);
        var options = new RequestHeaderOptions { CertificateAuthority = certificates.Authority, AllowedNames = { "front-proxy" }, UidHeaders = { "X-Remote-Uid" } };
        var authenticator = new RequestHeaderAuthenticator(options, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        context.Request.Headers["X-Remote-User"] = "jane";
        context.Request.Headers["X-Remote-Group"] = new(["devs", "ops"]);
        context.Request.Headers["X-Remote-Uid"] = "42";
        context.Request.Headers["X-Remote-Extra-Scopes"] = "view";

        var user = authenticator.Authenticate(context);

        Assert.Equal(isBelieved, user is not null);
        Assert.Equal(isBelieved ? 0 : 4, context.Request.Headers.Count);
        if (user is null) { return; }
        Assert.Equal(("jane", "42"), (user.Name, user.Uid));
        Assert.Equal(["devs", "ops", "system:authenticated"], user.Groups);
        Assert.Equal(["view"], user.Extra["scopes"]);
    }

    [Fact]
    public void RequestHeaders_WithACertificateOfAnother_AreNotBelieved()
    {
        using var ours = new TestCertificates();
        using var theirs = new TestCertificates();
        using var certificate = theirs.Client("front-proxy");
        var authenticator = new RequestHeaderAuthenticator(new RequestHeaderOptions { CertificateAuthority = ours.Authority }, TimeProvider.System);
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        context.Request.Headers["X-Remote-User"] = "jane";

        Assert.Null(authenticator.Authenticate(context));
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private async Task<string> WhoAmIAsync(string token, string[] headers)
    {
        using var http = _server.Http(token);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path("/apis/authentication.k8s.io/v1/selfsubjectreviews"))
        {
            Content = new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""", Encoding.UTF8, "application/json"),
        };
        foreach (var header in headers.GroupBy(text => text.Split('=')[0])) { request.Headers.TryAddWithoutValidation("Impersonate-" + header.Key, header.Select(text => text.Split('=')[1])); }
        using var response = await http.SendAsync(request);
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        if (!response.IsSuccessStatusCode) { return $"{(int)response.StatusCode} {json.GetProperty("message").GetString()}"; }
        var user = json.GetProperty("status").GetProperty("userInfo");
        var extra = user.TryGetProperty("extra", out var more) ? string.Concat(more.EnumerateObject().OrderBy(item => item.Name, StringComparer.Ordinal).Select(item => $" {item.Name}={item.Value[0].GetString()}")) : string.Empty;
        return $"{user.GetProperty("username").GetString()} [{(user.TryGetProperty("uid", out var uid) ? uid.GetString() : string.Empty)}] [{string.Join(' ', user.GetProperty("groups").EnumerateArray().Select(item => item.GetString()))}]{extra}";
    }
}
