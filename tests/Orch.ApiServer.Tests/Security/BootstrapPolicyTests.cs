using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Bootstrap;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class BootstrapPolicyTests
{
    [Fact]
    public void Policy_Names_AreUniqueAndEveryRoleThatIsBoundIsThere()
    {
        var all = BootstrapPolicy.Objects().ToList();
        Assert.Equal(all.Count, all.Select(item => (item.GetType(), item.Metadata.NamespaceProperty, item.Metadata.Name)).Distinct().Count());
        foreach (var binding in all.OfType<V1ClusterRoleBinding>()) { Assert.Contains(all.OfType<V1ClusterRole>(), role => role.Metadata.Name == binding.RoleRef.Name); }
        foreach (var binding in all.OfType<V1RoleBinding>())
        {
            Assert.Contains(all.OfType<V1Role>(), role => role.Metadata.Name == binding.RoleRef.Name && role.Metadata.NamespaceProperty == binding.Metadata.NamespaceProperty);
        }
    }

    [Theory]
    [InlineData("view", "get", "", "secrets", false)]
    [InlineData("view", "get", "", "serviceaccounts/token", false)]
    [InlineData("view", "get", "", "pods/exec", false)]
    [InlineData("view", "list", "", "configmaps", true)]
    [InlineData("view", "get", "rbac.authorization.k8s.io", "roles", false)]
    [InlineData("edit", "get", "", "secrets", true)]
    [InlineData("edit", "create", "", "endpoints", false)]
    [InlineData("edit", "impersonate", "", "serviceaccounts", true)]
    [InlineData("edit", "create", "rbac.authorization.k8s.io", "roles", false)]
    [InlineData("edit", "update", "", "resourcequotas", false)]
    [InlineData("admin", "create", "rbac.authorization.k8s.io", "rolebindings", true)]
    [InlineData("admin", "create", "", "pods", true)]
    [InlineData("admin", "update", "", "namespaces", false)]
    public async Task FirstStart_GatheredRole_ReachesAsFarAsItsName(string role, string verb, string group, string resource, bool allowed)
    {
        await using var server = await TestServer.StartAsync();
        var rules = (await server.Admin.Resource<V1ClusterRole>().GetAsync(ObjectKey.Cluster(role), default)).Rules;
        var parts = resource.Split('/');

        Assert.Equal(allowed, rules.Any(rule => PolicyRules.Allows(rule, new AuthorizationAttributes(UserInfo.Anonymous, verb)
        {
            Group = group, Resource = parts[0], Subresource = parts.Length > 1 ? parts[1] : string.Empty, Namespace = "a", Name = "x",
        })));
    }

    [Fact]
    public async Task Aggregation_RoleWithTheLabelComesAndGoes_ChangesTheGatheredRole()
    {
        await using var server = await TestServer.StartAsync();
        var roles = server.Admin.Resource<V1ClusterRole>();
        var part = BootstrapPolicy.PartOf("view", BootstrapPolicy.ClusterRole("crontabs-viewer", BootstrapPolicy.Rule("get", "stable.example.com", "crontabs")));

        part = await roles.CreateAsync(part, default);
        foreach (var name in new[] { "view", "edit", "admin" }) { await RulesAsync(name, has: true); }
        await roles.DeleteAsync(part.Key(), DeleteRequest.Default, default);
        foreach (var name in new[] { "view", "edit", "admin" }) { await RulesAsync(name, has: false); }

        async Task RulesAsync(string name, bool has)
        {
            var request = new WatchRequest(string.Empty) { FieldSelector = $"metadata.name={name}" };
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await foreach (var change in roles.WatchAsync(request, limit.Token))
            {
                if (change.Object?.Rules.Any(rule => rule.Resources?.Contains("crontabs") == true) == has) { return; }
            }
        }
    }

    [Fact]
    public void Reconcile_RoleWithLessAndMore_GetsWhatIsMissingAndKeepsTheRest()
    {
        var wanted = BootstrapPolicy.ClusterRole("r", BootstrapPolicy.Rule("get list", "core", "pods"));
        var present = BootstrapPolicy.ClusterRole("r", BootstrapPolicy.Rule("get", "core", "pods"), BootstrapPolicy.Rule("get", "core", "secrets"));
        present.Metadata.Labels.Clear();
        present.Metadata.Labels["mine"] = "yes";

        var result = (V1ClusterRole)PolicyReconciliation.Reconcile(present, wanted)!;

        Assert.Equal("{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\"]}\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\"]}\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}",
            RuleCoverage.Describe(result.Rules));
        Assert.Equal("yes", result.Metadata.Labels["mine"]);
        Assert.Equal("rbac-defaults", result.Metadata.Labels["kubernetes.io/bootstrapping"]);
        Assert.Equal(2, present.Rules.Count);
        Assert.Null(PolicyReconciliation.Reconcile(result, wanted));
    }

    [Fact]
    public void Reconcile_AutoupdateFalse_LeavesEverything()
    {
        var present = BootstrapPolicy.ClusterRole("r");
        present.Metadata.Annotations["rbac.authorization.kubernetes.io/autoupdate"] = "false";

        Assert.Null(PolicyReconciliation.Reconcile(present, BootstrapPolicy.ClusterRole("r", BootstrapPolicy.Rule("get", "core", "pods"))));
    }

    [Fact]
    public void Reconcile_BindingWithoutASubject_GetsIt()
    {
        var present = BootstrapPolicy.Bind("b", "r", BootstrapPolicy.User("jane"));

        var result = (V1ClusterRoleBinding)PolicyReconciliation.Reconcile(present, BootstrapPolicy.Bind("b", "r", BootstrapPolicy.GroupOf("devs")))!;

        Assert.Equal(["User/jane", "Group/devs"], result.Subjects.Select(subject => $"{subject.Kind}/{subject.Name}"));
        Assert.True(PolicyReconciliation.NamesAnotherRole(present, BootstrapPolicy.Bind("b", "other")));
    }
}
