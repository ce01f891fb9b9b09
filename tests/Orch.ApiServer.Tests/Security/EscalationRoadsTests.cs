using System.Net;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Whoever may write roles and bindings, and nothing else, gets no further by any road.</summary>
public sealed class EscalationRoadsTests : IAsyncLifetime
{
    private const string Api = "/apis/rbac.authorization.k8s.io/v1";
    private const string Roles = Api + "/namespaces/default/roles";
    private const string Bindings = Api + "/namespaces/default/rolebindings";
    private const string Head = "\"apiVersion\":\"rbac.authorization.k8s.io/v1\",";
    private const string Secrets = "\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"get\"]}]";
    private const string Admin = "\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"ed\"}]";

    private TestServer _server = null!;
    private HttpClient _http = null!;

    public static TheoryData<string, string, string, string> Roads() => new()
    {
        { "POST", Roles, "application/json", $$"""{{{Head}}"kind":"Role","metadata":{"name":"new"},{{Secrets}}}""" },
        { "POST", Roles, "application/yaml", $$"""{{{Head}}"kind":"Role","metadata":{"name":"new"},{{Secrets}}}""" },
        { "PUT", Roles + "/mine", "application/json", $$"""{{{Head}}"kind":"Role","metadata":{"name":"mine"},{{Secrets}}}""" },
        { "PUT", Roles + "/absent", "application/json", $$"""{{{Head}}"kind":"Role","metadata":{"name":"absent"},{{Secrets}}}""" },
        { "PATCH", Roles + "/mine", "application/merge-patch+json", $$"""{{{Secrets}}}""" },
        { "PATCH", Roles + "/mine", "application/strategic-merge-patch+json", $$"""{{{Secrets}}}""" },
        { "PATCH", Roles + "/mine", "application/json-patch+json", """[{"op":"add","path":"/rules/-","value":{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}}]""" },
        { "PATCH", Roles + "/mine?fieldManager=m&force=true", "application/apply-patch+yaml", $$"""{{{Head}}"kind":"Role","metadata":{"name":"mine"},{{Secrets}}}""" },
        { "PATCH", Roles + "/absent?fieldManager=m", "application/apply-patch+yaml", $$"""{{{Head}}"kind":"Role","metadata":{"name":"absent"},{{Secrets}}}""" },
        { "POST", Bindings, "application/json", $$"""{{{Head}}"kind":"RoleBinding","metadata":{"name":"new"},{{Admin}}}""" },
        { "PUT", Bindings + "/absent", "application/json", $$"""{{{Head}}"kind":"RoleBinding","metadata":{"name":"absent"},{{Admin}}}""" },
        { "PATCH", Bindings + "/absent?fieldManager=m", "application/apply-patch+yaml", $$"""{{{Head}}"kind":"RoleBinding","metadata":{"name":"absent"},{{Admin}}}""" },
        { "PATCH", Bindings + "/theirs", "application/merge-patch+json", """{"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"ed"}]}""" },
        { "POST", Api + "/clusterroles", "application/json", $$"""{{{Head}}"kind":"ClusterRole","metadata":{"name":"new","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"} },{{Secrets}}}""" },
        { "POST", Api + "/clusterroles", "application/json", $$"""{{{Head}}"kind":"ClusterRole","metadata":{"name":"new"},"aggregationRule":{"clusterRoleSelectors":[{}]} }""" },
        { "POST", Api + "/clusterrolebindings", "application/json", $$"""{{{Head}}"kind":"ClusterRoleBinding","metadata":{"name":"new"},{{Admin}}}""" },
        { "PATCH", Api + "/clusterrolebindings/new?fieldManager=m", "application/apply-patch+yaml", $$"""{{{Head}}"kind":"ClusterRoleBinding","metadata":{"name":"new"},{{Admin}}}""" },
    };

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http("ed/system:authenticated");
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(Role("roles", Rule("rbac.authorization.k8s.io", "*", "create update patch get list delete deletecollection")), default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding { Metadata = new V1ObjectMeta { Name = "ed" }, RoleRef = Ref("roles"), Subjects = [User("ed")] }, default);
        await _server.Admin.Resource<V1Role>().CreateAsync(new V1Role { Metadata = Meta("mine"), Rules = [Rule("rbac.authorization.k8s.io", "roles", "get")] }, default);
        await _server.Admin.Resource<V1RoleBinding>().CreateAsync(new V1RoleBinding { Metadata = Meta("theirs"), RoleRef = Ref("cluster-admin"), Subjects = [User("boss")] }, default);
        await CatchUpAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Grant_BeyondOnesOwn_IsRefusedOnEveryRoad(string method, string path, string type, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, type) };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, text);
        // Only some kinds are created by a PUT; those that are not were not reached at all.
        if (answer.StatusCode == HttpStatusCode.Forbidden) { Assert.Matches("is attempting to grant RBAC permissions not currently held|must have cluster-admin privileges to use the aggregationRule", text); }
        else { Assert.Equal("PUT", method); }
        Assert.DoesNotContain("ed", (await _server.Admin.Resource<V1RoleBinding>().GetAsync(new ObjectKey("default", "theirs"), default)).Subjects.Select(static subject => subject.Name));
        Assert.DoesNotContain((await _server.Admin.Resource<V1Role>().GetAsync(new ObjectKey("default", "mine"), default)).Rules, static rule => rule.Resources.Contains("secrets") || rule.Resources.Contains("*"));
    }

    [Fact]
    public async Task Grant_BeyondOnesOwnInTheProcess_IsRefused()
    {
        var client = _server.Client(ClientIdentity.Component("ed"));
        var role = new V1Role { Metadata = Meta("new"), Rules = [Rule("", "secrets", "get")] };

        Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => client.Resource<V1Role>().CreateAsync(role, default))).Code);
        Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => client.Resource<V1Role>().PatchAsync(new ObjectKey("default", "mine"), new ResourcePatch(PatchKind.Merge, Encoding.UTF8.GetBytes("{" + Secrets + "}")), default))).Code);
        Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => client.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding { Metadata = new V1ObjectMeta { Name = "x" }, RoleRef = Ref("cluster-admin"), Subjects = [User("ed")] }, default))).Code);
        Assert.Equal("own", (await client.Resource<V1Role>().CreateAsync(new V1Role { Metadata = Meta("own"), Rules = [Rule("rbac.authorization.k8s.io", "roles", "get")] }, default)).Metadata.Name);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/pods/p/exec?command=sh", "pods/exec")]
    [InlineData("/api/v1/namespaces/default/pods/p/attach", "pods/attach")]
    [InlineData("/api/v1/namespaces/default/pods/p/portforward", "pods/portforward")]
    public async Task Stream_ByWhoMayOnlyGet_IsRefused(string path, string resource)
    {
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(Role("reads", Rule("", "*", "get")), default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding { Metadata = new V1ObjectMeta { Name = "reader" }, RoleRef = Ref("reads"), Subjects = [User("reader")] }, default);
        await CatchUpAsync();
        using var reader = _server.Http("reader/system:authenticated");

        using var answer = await reader.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains($"cannot create resource \\\"{resource}\\\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // Authorization looks at the cache, which a consistent list waits for.
    private async Task CatchUpAsync() => await _server.Admin.Resource<V1RoleBinding>().ListAsync(new ListRequest(), default);

    private static V1ObjectMeta Meta(string name) => new() { Name = name, NamespaceProperty = "default" };

    private static V1ClusterRole Role(string name, params V1PolicyRule[] rules) => new() { Metadata = new V1ObjectMeta { Name = name }, Rules = rules };

    private static V1PolicyRule Rule(string group, string resources, string verbs) => new() { ApiGroups = [group], Resources = [resources], Verbs = verbs.Split(' ') };

    private static V1RoleRef Ref(string name) => new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = name };

    private static Rbacv1Subject User(string name) => new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "User", Name = name };
}
