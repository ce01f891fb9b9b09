using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Security;

namespace Orch.ApiServer.Tests.Conformance.Auth;

/// <summary>What reviews say of a subject is what the subject then meets.</summary>
public sealed class SubjectReviewTests : HttpServerTests
{
    private const string Reviews = "/apis/authorization.k8s.io/v1";
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reviews_OfASubject_AgreeWithItsRequests(bool isGranted)
    {
        if (isGranted)
        {
            await _http.MakeAsync(Roles + "/roles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}]}""");
            await _http.MakeAsync(Roles + "/rolebindings", """{"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"e2e","namespace":"default"}]}""");
            await _server.CaughtUpAsync();
        }

        const string Spec = """{"resourceAttributes":{"verb":"list","resource":"configmaps","namespace":"default","version":"v1"},"user":"system:serviceaccount:default:e2e","groups":["system:authenticated","system:serviceaccounts","system:serviceaccounts:default"],"uid":"u"}""";
        var review = await _http.MakeAsync(Reviews + "/subjectaccessreviews", "{\"spec\":" + Spec + "}");
        var local = await _http.MakeAsync(Reviews + "/namespaces/default/localsubjectaccessreviews", "{\"metadata\":{\"namespace\":\"default\"},\"spec\":" + Spec + "}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default/configmaps");
        request.Headers.Add("Impersonate-User", "system:serviceaccount:default:e2e");
        request.Headers.Add("Impersonate-Uid", "u");
        foreach (var group in new[] { "system:authenticated", "system:serviceaccounts", "system:serviceaccounts:default" }) { request.Headers.Add("Impersonate-Group", group); }
        using var answer = await _http.SendAsync(request);

        Assert.Equal((isGranted, isGranted), ((bool)review["status"]!["allowed"]!, (bool)local["status"]!["allowed"]!));
        Assert.Equal(isGranted ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        if (isGranted) { Assert.Contains("RBAC: allowed by RoleBinding", (string)review["status"]!["reason"]!, StringComparison.Ordinal); }
    }

    [Fact]
    public async Task Token_ThatNobodyKnows_IsNotAuthenticated()
    {
        await using var server = await TestServer.ListenAsync(static options => options.Authenticators = ["hosts"], static services => services.AddSingleton<IAuthenticator, AdminAlone>());
        using var http = server.Http("admin/system:masters");
        var review = await http.MakeAsync("/apis/authentication.k8s.io/v1/tokenreviews", """{"spec":{"token":"somebody's"}}""");
        Assert.NotEqual(true, (bool?)review["status"]!["authenticated"]);
        Assert.Equal("invalid bearer token", (string?)review["status"]!["error"]);
        Assert.Empty(review["status"]!["user"]!.AsObject());
    }

    private sealed class AdminAlone : IAuthenticator
    {
        public string Name => "hosts";

        public ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
            => new(credentials.BearerToken == "admin/system:masters" ? new UserInfo("admin", ["system:masters", "system:authenticated"]) : null);
    }
}
