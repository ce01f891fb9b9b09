using k8s.Models;
using Orch.ApiServer.Security.Bootstrap;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Nobody grants more than they have; upstream's words.</summary>
public sealed class EscalationTests : IAsyncLifetime
{
    private const string NotHeld = "user \"jane\" (groups=[\"devs\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n";
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await GrantAsync("policy-writers", BootstrapPolicy.Rule("create update get", BootstrapPolicy.Group, "clusterroles clusterrolebindings roles rolebindings"), BootstrapPolicy.Rule("get list", "core", "pods"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public static TheoryData<string, V1PolicyRule[], string?> Roles() => new()
    {
        { "no more than one has", [BootstrapPolicy.Rule("get", "core", "pods")], null },
        { "nothing", [], null },
        { "other verbs", [BootstrapPolicy.Rule("delete get list watch", "core", "pods")], "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\" \"watch\"]}" },
        { "more resources and groups", [BootstrapPolicy.Rule("get", "apps core", "pods secrets")],
            "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}\n{APIGroups:[\"apps\"], Resources:[\"pods\"], Verbs:[\"get\"]}\n{APIGroups:[\"apps\"], Resources:[\"secrets\"], Verbs:[\"get\"]}" },
        { "names of what one has", [BootstrapPolicy.Rule("get", "core", "pods", "web")], null },
        { "names of what one has not", [BootstrapPolicy.Rule("get", "core", "secrets", "a b")],
            "{APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"a\"], Verbs:[\"get\"]}\n{APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"b\"], Verbs:[\"get\"]}" },
        { "paths", [BootstrapPolicy.Paths("get post", "/metrics")], "{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}\n{NonResourceURLs:[\"/metrics\"], Verbs:[\"post\"]}" },
        { "everything", [BootstrapPolicy.Rule("*", "*", "*")], "{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}" },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Create_Role_OnlyOfWhatOneHas(string situation, V1PolicyRule[] rules, string? missing)
    {
        var refusal = await Record.ExceptionAsync(() => Jane.Resource<V1ClusterRole>().CreateAsync(BootstrapPolicy.ClusterRole("wanted", rules), default));

        if (missing is null) { Assert.True(refusal is null, situation); return; }
        Assert.Equal($"clusterroles.rbac.authorization.k8s.io \"wanted\" is forbidden: {NotHeld}{missing}", Assert.IsType<ApiException>(refusal).Message);
    }

    [Fact]
    public async Task Create_Binding_OfARoleBeyondOnesOwnOrMissing_IsRefused()
    {
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(BootstrapPolicy.ClusterRole("deleter", BootstrapPolicy.Rule("delete", "core", "pods")), default);

        Assert.Equal($"clusterrolebindings.rbac.authorization.k8s.io \"b\" is forbidden: {NotHeld}{{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\"]}}",
            (await Assert.ThrowsAsync<ApiException>(() => BindAsync("deleter"))).Message);
        Assert.Equal("clusterroles.rbac.authorization.k8s.io \"none\" not found", (await Assert.ThrowsAsync<ApiException>(() => BindAsync("none"))).Message);

        await GrantAsync("binders", BootstrapPolicy.Rule("bind", BootstrapPolicy.Group, "clusterroles", "deleter"));
        await BindAsync("deleter");
    }

    [Fact]
    public async Task Update_Role_WithEscalate_IsAllowed()
    {
        var role = await _server.Admin.Resource<V1ClusterRole>().CreateAsync(BootstrapPolicy.ClusterRole("r", BootstrapPolicy.Rule("get", "core", "secrets")), default);
        var labelled = Orch.Serialization.ApiJson.DeepCopy(role);
        labelled.Metadata.Labels["a"] = "b";
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => Jane.Resource<V1ClusterRole>().UpdateAsync(labelled, default))).IsForbidden);

        // Owners alone change nothing of what is granted.
        var owned = Orch.Serialization.ApiJson.DeepCopy(role);
        owned.Metadata.Finalizers = ["example.com/f"];
        owned = await Jane.Resource<V1ClusterRole>().UpdateAsync(owned, default);

        await GrantAsync("escalators", BootstrapPolicy.Rule("escalate", BootstrapPolicy.Group, "clusterroles"));
        labelled.Metadata.ResourceVersion = owned.Metadata.ResourceVersion;
        labelled.Metadata.Finalizers = owned.Metadata.Finalizers;
        await Jane.Resource<V1ClusterRole>().UpdateAsync(labelled, default);
    }

    [Fact]
    public async Task Create_GatheringRole_NeedsEverything()
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => Jane.Resource<V1ClusterRole>().CreateAsync(BootstrapPolicy.Gathered("wanted"), default));

        Assert.Equal("clusterroles.rbac.authorization.k8s.io \"wanted\" is forbidden: must have cluster-admin privileges to use the aggregationRule", refusal.Message);
    }

    private IClusterClient Jane => _server.Client(new ClientIdentity("jane", ["devs"]));

    private Task<V1ClusterRoleBinding> BindAsync(string role) => Jane.Resource<V1ClusterRoleBinding>().CreateAsync(BootstrapPolicy.Bind("b", role, BootstrapPolicy.User("jim")), default);

    private async Task GrantAsync(string name, params V1PolicyRule[] rules)
    {
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(BootstrapPolicy.ClusterRole(name, rules), default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(BootstrapPolicy.Bind(name, name, BootstrapPolicy.User("jane")), default);
        // The server's own view of it has caught up once it is listed.
        await _server.Admin.Resource<V1ClusterRoleBinding>().ListAsync(new ListRequest(), default);
    }
}
