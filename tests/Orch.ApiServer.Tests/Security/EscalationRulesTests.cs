using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Bootstrap;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Where a right is held, and which verb on which role stands in for it.</summary>
public sealed class EscalationRulesTests
{
    private static readonly UserInfo Jane = new("jane", ["devs"]);
    private static readonly V1PolicyRule Pods = BootstrapPolicy.Rule("get", "core", "pods");
    private static readonly V1PolicyRule Secrets = BootstrapPolicy.Rule("get", "core", "secrets");

    public static TheoryData<string, string, string, bool> Bindings() => new()
    {
        // what jane has more in namespace a (verb/resource/name), the role that she binds, where, and whether she may
        { "", "ClusterRole/pods", "a", true },
        { "", "ClusterRole/pods", "b", false },
        { "", "ClusterRole/pods", "", false },
        { "", "Role/own", "a", true },
        { "", "Role/own", "b", false },
        { "", "Role/secrets", "a", false },
        { "", "ClusterRole/secrets", "a", false },
        { "", "ClusterRole/nothing", "a", true },
        { "", "ClusterRole/nothing", "", true },
        { "bind/roles/secrets", "Role/secrets", "a", true },
        { "bind/roles/", "Role/secrets", "a", true },
        { "bind/roles/other", "Role/secrets", "a", false },
        { "bind/clusterroles/secrets", "Role/secrets", "a", false },
        { "bind/roles/secrets", "ClusterRole/secrets", "a", false },
        { "bind/clusterroles/secrets", "ClusterRole/secrets", "a", true },
        { "bind/clusterroles/secrets", "ClusterRole/secrets", "b", false },
        { "bind/clusterroles/secrets", "ClusterRole/secrets", "", false },
        { "escalate/clusterroles/secrets", "ClusterRole/secrets", "a", false },
        { "*/*/", "ClusterRole/secrets", "a", true },
    };

    [Theory]
    [MemberData(nameof(Bindings))]
    public async Task Binding_OnlyOfWhatIsHeldThere_OrByTheVerbOnThatRole(string more, string role, string space, bool isAllowed)
    {
        var (kind, name) = (role.Split('/')[0], role.Split('/')[1]);
        var reference = new V1RoleRef { ApiGroup = BootstrapPolicy.Group, Kind = kind, Name = name };
        IKubernetesObject<V1ObjectMeta> binding = space.Length == 0
            ? new V1ClusterRoleBinding { Metadata = new V1ObjectMeta { Name = "x" }, RoleRef = reference }
            : new V1RoleBinding { Metadata = new V1ObjectMeta { Name = "x", NamespaceProperty = space }, RoleRef = reference };
        Assert.Equal(isAllowed, await RefusalAsync(Lookup(more), binding, null, space) is null);
    }

    public static TheoryData<string, string, string, bool> Roles() => new()
    {
        // what jane has more in namespace a, what the role gives, where, and whether she may
        { "", "pods", "a", true },
        { "", "pods", "b", false },
        { "", "pods", "", false },
        { "", "secrets", "a", false },
        { "escalate/roles/x", "secrets", "a", true },
        { "escalate/roles/y", "secrets", "a", false },
        { "escalate/clusterroles/x", "secrets", "a", false },
        { "escalate/roles/x", "secrets", "", false },
        { "bind/roles/x", "secrets", "a", false },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Role_OnlyOfWhatIsHeldThere_OrByTheVerbOnThatRole(string more, string resource, string space, bool isAllowed)
    {
        var rule = BootstrapPolicy.Rule("get", "core", resource);
        IKubernetesObject<V1ObjectMeta> role = space.Length == 0 ? BootstrapPolicy.ClusterRole("x", rule) : BootstrapPolicy.Role(space, "x", [rule]);
        Assert.Equal(isAllowed, await RefusalAsync(Lookup(more), role, null, space) is null);
    }

    [Fact]
    public async Task Update_OfOwnersAlone_IsNotJudged_AndAnythingElseIs()
    {
        var lookup = Lookup(string.Empty);
        await JudgesAsync(() => new V1Role { Metadata = Labelled("a"), Rules = [Secrets] }, static role => role.Rules = [Secrets, Pods]);
        await JudgesAsync(() => new V1ClusterRole { Metadata = Labelled(null), Rules = [Secrets] }, static role => role.Rules = [Secrets, Pods]);
        await JudgesAsync(() => new V1ClusterRole { Metadata = Labelled(null), Rules = [Pods], AggregationRule = new V1AggregationRule() }, static role => role.AggregationRule = null);
        await JudgesAsync(() => new V1RoleBinding { Metadata = Labelled("a"), RoleRef = Reference("secrets"), Subjects = [] }, static binding => binding.Subjects = [new Rbacv1Subject { Kind = "User", Name = "jane" }]);
        await JudgesAsync(() => new V1ClusterRoleBinding { Metadata = Labelled(null), RoleRef = Reference("secrets"), Subjects = [] }, static binding => binding.Subjects = [new Rbacv1Subject { Kind = "User", Name = "jane" }]);
        await JudgesAsync(() => new V1RoleBinding { Metadata = Labelled("a"), RoleRef = Reference("pods"), Subjects = [] }, static binding => binding.RoleRef = Reference("secrets"));
        await JudgesAsync(() => new V1ClusterRoleBinding { Metadata = Labelled(null), RoleRef = Reference("nothing"), Subjects = [] }, static binding => binding.RoleRef = Reference("secrets"));

        async Task JudgesAsync<T>(Func<T> make, Action<T> change)
            where T : class, IKubernetesObject<V1ObjectMeta>
        {
            var (old, now) = (make(), make());
            now.Metadata.OwnerReferences = [new V1OwnerReference { Name = "o" }];
            now.Metadata.Finalizers = ["a.example/b"];
            Assert.Null(await AskAsync());
            change(now);
            Assert.NotNull(await AskAsync());
            if (old is V1RoleBinding { RoleRef.Name: "pods" } or V1ClusterRoleBinding { RoleRef.Name: "nothing" }) { return; }
            foreach (var relabel in (Action<V1ObjectMeta>[])[static metadata => metadata.Labels = null, static metadata => metadata.Annotations = null])
            {
                now = make();
                relabel(now.Metadata);
                Assert.NotNull(await AskAsync());
            }

            Task<string?> AskAsync() => RefusalAsync(lookup, now, old, now.Metadata.NamespaceProperty ?? string.Empty);
        }

        static V1ObjectMeta Labelled(string? space) => new()
        {
            Name = "x", NamespaceProperty = space, Labels = new Dictionary<string, string> { ["a"] = "b" }, Annotations = new Dictionary<string, string> { ["a"] = "b" },
        };

        static V1RoleRef Reference(string name) => new() { ApiGroup = BootstrapPolicy.Group, Kind = "ClusterRole", Name = name };
    }

    [Theory]
    [InlineData("escalate/roles/x", false, false)]
    [InlineData("escalate/clusterroles/x", true, true)]
    [InlineData("*/*/", true, false)]
    [InlineData("*/*/ paths", true, true)]
    public async Task ClusterRole_NeedsTheVerbOnClusterRoles_AndToGatherEverything(string more, bool mayWrite, bool mayGather)
    {
        var parts = more.Split(' ')[0].Split('/');
        List<V1PolicyRule> rules = [new V1PolicyRule { Verbs = [parts[0]], ApiGroups = ["*"], Resources = [parts[1]], ResourceNames = parts[2].Length == 0 ? null : [parts[2]] }];
        if (more.EndsWith("paths", StringComparison.Ordinal)) { rules.Add(new V1PolicyRule { Verbs = ["*"], NonResourceURLs = ["*"] }); }
        // What stands in for everything is the verb itself, which whoever may do everything has.
        if (parts[0] == "*") { rules[0].Verbs = ["get", "list"]; }
        if (parts[0] == "*" && mayGather) { rules[0].Verbs = ["*"]; }
        var lookup = Lookup(string.Empty);
        lookup.Add(BootstrapPolicy.ClusterRole("everywhere", [.. rules]));
        lookup.Add(BootstrapPolicy.Bind("everywhere", "everywhere", BootstrapPolicy.User("jane")));
        V1ClusterRole Role(V1AggregationRule? gathers, params V1PolicyRule[] given) => new() { Metadata = new V1ObjectMeta { Name = "x" }, Rules = given, AggregationRule = gathers };

        Assert.Equal(mayWrite, await RefusalAsync(lookup, Role(null, Secrets), null, string.Empty) is null);
        const string Refused = "clusterroles.rbac.authorization.k8s.io \"x\" is forbidden: must have cluster-admin privileges to use the aggregationRule";
        Assert.Equal(mayGather ? null : Refused, await RefusalAsync(lookup, Role(new V1AggregationRule()), null, string.Empty));
        // One that gathered until now has had its rules of others.
        Assert.Equal(mayGather ? null : Refused, await RefusalAsync(lookup, Role(null), Role(new V1AggregationRule()), string.Empty));
    }

    [Fact]
    public async Task Refusal_SaysWhichRolesCouldNotBeLookedAt()
    {
        var lookup = Lookup(string.Empty);
        lookup.Add(Bind("lost"));
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"x\" is forbidden: user \"jane\" (groups=[\"devs\"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}; "
            + "resolution errors: [role.rbac.authorization.k8s.io \"lost\" not found]",
            await RefusalAsync(lookup, BootstrapPolicy.Role("a", "x", [Secrets]), null, "a"));
        Assert.EndsWith("Verbs:[\"get\"]}", await RefusalAsync(Lookup(string.Empty), BootstrapPolicy.Role("a", "x", [Secrets]), null, "a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_OfMorePartsThanAreLookedInto_AreRefused()
    {
        var many = Enumerable.Range(0, 400).Select(static index => $"r{index}").ToList();
        var role = BootstrapPolicy.Role("a", "x", [new V1PolicyRule { Verbs = ["get"], ApiGroups = many, Resources = many }]);
        Assert.Equal("roles.rbac.authorization.k8s.io \"x\" is forbidden: the rules have more than 100000 parts", await RefusalAsync(Lookup(string.Empty), role, null, "a"));
    }

    [Fact]
    public async Task Binding_OfARoleThatIsNotThere_IsNotFound_AndOfSuperusersIsNotJudged()
    {
        V1RoleBinding Bound(string kind) => new() { Metadata = new V1ObjectMeta { Name = "x", NamespaceProperty = "a" }, RoleRef = new V1RoleRef { Kind = kind, Name = "none" } };
        Assert.Equal("roles.rbac.authorization.k8s.io \"none\" not found", await RefusalAsync(Lookup(string.Empty), Bound("Role"), null, "a"));
        Assert.Equal("clusterroles.rbac.authorization.k8s.io \"none\" not found", await RefusalAsync(Lookup(string.Empty), Bound("ClusterRole"), null, "a"));
        Assert.Null(await RefusalAsync(Lookup(string.Empty), Bound("Role"), null, "a", new UserInfo("root", ["system:masters"])));
    }

    [Theory]
    [InlineData(AdmissionOperation.Create, "rbac.authorization.k8s.io", "", true)]
    [InlineData(AdmissionOperation.Update, "rbac.authorization.k8s.io", "", true)]
    [InlineData(AdmissionOperation.Delete, "rbac.authorization.k8s.io", "", false)]
    [InlineData(AdmissionOperation.Update, "rbac.authorization.k8s.io", "status", false)]
    [InlineData(AdmissionOperation.Create, "example.com", "", false)]
    public void Handles_WritesOfPolicy(AdmissionOperation operation, string group, string subresource, bool handles)
    {
        var lookup = Lookup(string.Empty);
        using var rbac = new RbacAuthorizer(lookup);
        Assert.Equal(handles, new RbacEscalation(rbac, rbac.AuthorizeAsync, lookup).Handles(operation, new GroupVersionResource(group, "v1", "roles"), subresource));
    }

    private static async Task<string?> RefusalAsync(FakeLookup lookup, IKubernetesObject<V1ObjectMeta> now, IKubernetesObject<V1ObjectMeta>? old, string space, UserInfo? user = null)
    {
        using var rbac = new RbacAuthorizer(lookup);
        var resource = now switch { V1Role => "roles", V1ClusterRole => "clusterroles", V1RoleBinding => "rolebindings", _ => "clusterrolebindings" };
        var request = new AdmissionRequest(
            old is null ? AdmissionOperation.Create : AdmissionOperation.Update, new GroupVersionResource(BootstrapPolicy.Group, "v1", resource), new GroupVersionKind(BootstrapPolicy.Group, "v1", "X"), user ?? Jane)
        {
            Namespace = space, Name = "x", Object = now, OldObject = old,
        };
        return (await Record.ExceptionAsync(() => new RbacEscalation(rbac, rbac.AuthorizeAsync, lookup).ValidateAsync(request, CancellationToken.None).AsTask()))?.Message;
    }

    private static FakeLookup Lookup(string more)
    {
        var lookup = new FakeLookup(
            BootstrapPolicy.ClusterRole("pods", Pods), BootstrapPolicy.ClusterRole("secrets", Secrets), BootstrapPolicy.ClusterRole("nothing"),
            BootstrapPolicy.Role("a", "own", [Pods]), BootstrapPolicy.Role("b", "own", [Pods]), BootstrapPolicy.Role("a", "secrets", [Secrets]), Bind("own"));
        if (more.Length == 0) { return lookup; }
        var parts = more.Split('/');
        var rule = new V1PolicyRule { Verbs = [parts[0]], ApiGroups = parts[1] == "*" ? ["*"] : [BootstrapPolicy.Group], Resources = [parts[1]], ResourceNames = parts[2].Length == 0 ? null : [parts[2]] };
        lookup.Add(BootstrapPolicy.Role("a", "more", [rule]));
        lookup.Add(Bind("more"));
        return lookup;
    }

    private static V1RoleBinding Bind(string role) => new()
    {
        Metadata = new V1ObjectMeta { Name = role, NamespaceProperty = "a" },
        RoleRef = new V1RoleRef { ApiGroup = BootstrapPolicy.Group, Kind = "Role", Name = role },
        Subjects = [new Rbacv1Subject { Kind = "User", Name = "jane" }],
    };
}
