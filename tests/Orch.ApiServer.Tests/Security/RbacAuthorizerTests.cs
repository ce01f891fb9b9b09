using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Bootstrap;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class RbacAuthorizerTests
{
    private static readonly UserInfo Jane = new("jane", ["devs", "system:authenticated"]);
    private static readonly UserInfo Robot = new("system:serviceaccount:ci:robot", ["system:serviceaccounts", "system:serviceaccounts:ci", "system:authenticated"]);

    public static TheoryData<string, UserInfo, string, string, string, string, string, bool> Cases() => new()
    {
        { "verb and resource", Jane, "get", "", "pods", "", "a", true },
        { "another verb", Jane, "delete", "", "pods", "", "a", false },
        { "another namespace", Jane, "get", "", "pods", "", "b", false },
        { "all namespaces", Jane, "get", "", "pods", "", "", false },
        { "subresource not named", Jane, "get", "", "pods", "log", "a", false },
        { "subresource of any resource", Jane, "update", "apps", "deployments", "scale", "a", true },
        { "main resource of such a rule", Jane, "update", "apps", "deployments", "", "a", false },
        { "another group", Jane, "get", "apps", "pods", "", "a", false },
        { "by group everywhere", Jane, "list", "", "nodes", "", "", true },
        { "service account by its name", Robot, "create", "", "configmaps", "", "ci", true },
        { "service account elsewhere", Robot, "create", "", "configmaps", "", "a", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Authorize_Case_IsDecided(string situation, UserInfo user, string verb, string group, string resource, string subresource, string space, bool allowed)
    {
        var decision = await Authorizer().AuthorizeAsync(
            new AuthorizationAttributes(user, verb) { Group = group, Resource = resource, Subresource = subresource, Namespace = space, Name = "x" }, CancellationToken.None);

        Assert.True(allowed == (decision.Verdict == AuthorizationVerdict.Allow), situation);
    }

    [Theory]
    [InlineData("named", "get", true)]
    [InlineData("other", "get", false)]
    [InlineData("", "list", false)]
    public async Task Authorize_RuleWithNames_HoldsForThoseAlone(string name, string verb, bool allowed)
    {
        var lookup = new FakeLookup(
            Role("a", "r", new V1PolicyRule { Verbs = ["*"], ApiGroups = [""], Resources = ["secrets"], ResourceNames = ["named"] }), RoleBinding("a", "r", "User", "jane"));

        var decision = await new RbacAuthorizer(lookup).AuthorizeAsync(
            new AuthorizationAttributes(Jane, verb) { Resource = "secrets", Namespace = "a", Name = name }, CancellationToken.None);

        Assert.Equal(allowed, decision.Verdict == AuthorizationVerdict.Allow);
    }

    [Theory]
    [InlineData("/healthz", true)]
    [InlineData("/healthz/etcd", true)]
    [InlineData("/healthzz", false)]
    [InlineData("/metrics", false)]
    public async Task Authorize_Path_MatchesExactlyOrBelowAStar(string path, bool allowed)
    {
        var lookup = new FakeLookup(BootstrapPolicy.ClusterRole("r", BootstrapPolicy.Paths("get", "/healthz /healthz/*")), BootstrapPolicy.Bind("b", "r", BootstrapPolicy.User("jane")));

        var decision = await new RbacAuthorizer(lookup).AuthorizeAsync(new AuthorizationAttributes(Jane, "get") { NonResourcePath = path }, CancellationToken.None);

        Assert.Equal(allowed, decision.Verdict == AuthorizationVerdict.Allow);
    }

    [Fact]
    public async Task Authorize_BindingRemoved_HoldsNoLonger()
    {
        var role = Role("a", "r", BootstrapPolicy.Rule("get", "core", "pods"));
        var binding = RoleBinding("a", "r", "User", "jane");
        var lookup = new FakeLookup(role, binding);
        var authorizer = new RbacAuthorizer(lookup);
        var wanted = new AuthorizationAttributes(Jane, "get") { Resource = "pods", Namespace = "a", Name = "x" };
        Assert.Equal(AuthorizationVerdict.Allow, (await authorizer.AuthorizeAsync(wanted, CancellationToken.None)).Verdict);

        lookup.Remove(binding);

        Assert.Equal(AuthorizationVerdict.NoOpinion, (await authorizer.AuthorizeAsync(wanted, CancellationToken.None)).Verdict);
    }

    [Theory]
    [InlineData("get list", "pods", "get", "pods", true)]
    [InlineData("*", "*", "get delete", "pods secrets", true)]
    [InlineData("get", "pods", "get list", "pods", false)]
    [InlineData("get", "pods", "get", "pods secrets", false)]
    [InlineData("get", "pods", "get", "*", false)]
    public void Covers_OwnedAndWanted_NeedsEveryPart(string ownedVerbs, string ownedResources, string verbs, string resources, bool covered)
        => Assert.Equal(covered, PolicyRules.Covers([BootstrapPolicy.Rule(ownedVerbs, "core", ownedResources)], BootstrapPolicy.Rule(verbs, "core", resources)));

    [Fact]
    public async Task FirstRoles_Scheduler_BindsPodsAndReadsNoSecret()
    {
        var authorizer = new RbacAuthorizer(new FakeLookup(BootstrapPolicy.Objects()));
        var scheduler = new UserInfo("system:kube-scheduler", ["system:authenticated"]);

        Assert.Equal(AuthorizationVerdict.Allow, (await authorizer.AuthorizeAsync(
            new AuthorizationAttributes(scheduler, "create") { Resource = "pods", Subresource = "binding", Namespace = "a", Name = "p" }, CancellationToken.None)).Verdict);
        Assert.Equal(AuthorizationVerdict.NoOpinion, (await authorizer.AuthorizeAsync(
            new AuthorizationAttributes(scheduler, "get") { Resource = "secrets", Namespace = "a", Name = "s" }, CancellationToken.None)).Verdict);
    }

    [Theory]
    [InlineData("edit", "create", "deployments", "apps", true)]
    [InlineData("view", "create", "deployments", "apps", false)]
    [InlineData("view", "get", "secrets", "", false)]
    [InlineData("edit", "get", "secrets", "", true)]
    [InlineData("admin", "create", "rolebindings", "rbac.authorization.k8s.io", true)]
    [InlineData("edit", "create", "rolebindings", "rbac.authorization.k8s.io", false)]
    public async Task FirstRoles_ForPeople_ReachAsFarAsTheirName(string role, string verb, string resource, string group, bool allowed)
    {
        var lookup = new FakeLookup([.. BootstrapPolicy.Objects(), BootstrapPolicy.Bind("jane", role, BootstrapPolicy.User("jane"))]);

        var decision = await new RbacAuthorizer(lookup).AuthorizeAsync(
            new AuthorizationAttributes(Jane, verb) { Group = group, Resource = resource, Namespace = "a", Name = "x" }, CancellationToken.None);

        Assert.Equal(allowed, decision.Verdict == AuthorizationVerdict.Allow);
    }

    private static RbacAuthorizer Authorizer() => new(new FakeLookup(
        Role("a", "r", BootstrapPolicy.Rule("get list", "core", "pods"), BootstrapPolicy.Rule("update", "apps", "*/scale")),
        RoleBinding("a", "r", "User", "jane"),
        BootstrapPolicy.ClusterRole("nodes", BootstrapPolicy.Rule("list", "core", "nodes")),
        BootstrapPolicy.Bind("nodes", "nodes", BootstrapPolicy.GroupOf("devs")),
        BootstrapPolicy.ClusterRole("maps", BootstrapPolicy.Rule("create", "core", "configmaps")),
        RoleBinding("ci", "maps", "ServiceAccount", "robot", "ClusterRole")));

    private static V1Role Role(string space, string name, params IList<V1PolicyRule> rules) => BootstrapPolicy.Role(space, name, rules);

    private static V1RoleBinding RoleBinding(string space, string role, string kind, string subject, string roleKind = "Role") => new()
    {
        Metadata = new V1ObjectMeta { Name = $"{role}-{subject}", NamespaceProperty = space },
        RoleRef = new V1RoleRef { ApiGroup = BootstrapPolicy.Group, Kind = roleKind, Name = role },
        Subjects = [new Rbacv1Subject { Kind = kind, Name = subject }],
    };
}
