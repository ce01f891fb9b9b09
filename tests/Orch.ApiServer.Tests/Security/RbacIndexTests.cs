using CsCheck;
using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Bootstrap;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

/// <summary>The index against the plainest evaluation there is: all bindings, all rules, one after another.</summary>
public sealed class RbacIndexTests
{
    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly string[] Users = ["jane", "joe", "system:serviceaccount:a:robot"];
    private static readonly string[] Groups = ["devs", "ops", "system:authenticated"];
    private static readonly string[] Spaces = ["a", "b", ""];
    private static readonly string[] Verbs = ["get", "list", "create", "*"];
    private static readonly string[] ApiGroups = ["", "apps", "*"];
    private static readonly string[] Resources = ["pods", "pods/log", "deployments", "*/scale", "*"];
    private static readonly string[] Names = ["x", "y"];

    private static readonly Gen<V1PolicyRule> Rule =
        from verbs in OneOf(Verbs).List[1, 2]
        from groups in OneOf(ApiGroups).List[1, 2]
        from resources in OneOf(Resources).List[1, 3]
        from names in OneOf(Names).List[0, 1]
        from isPath in Gen.Int[0, 6]
        select isPath == 0
            ? new V1PolicyRule { Verbs = verbs, NonResourceURLs = ["/metrics", "/logs/*"] }
            : new V1PolicyRule { Verbs = verbs, ApiGroups = groups, Resources = resources, ResourceNames = names };

    private static readonly Gen<Rbacv1Subject> Subject = Gen.OneOf(
        OneOf("jane", "joe").Select(BootstrapPolicy.User), OneOf(Groups).Select(BootstrapPolicy.GroupOf),
        OneOf<string?>("a", "b", null).Select(space => new Rbacv1Subject { Kind = "ServiceAccount", Name = "robot", NamespaceProperty = space }));

    private static readonly Gen<IKubernetesObject<V1ObjectMeta>> Object = Gen.OneOf(
        from name in OneOf("r0", "r1", "r2") from rules in Rule.List[0, 8]
        select (IKubernetesObject<V1ObjectMeta>)BootstrapPolicy.ClusterRole(name, rules),
        from name in OneOf("r0", "r1") from space in OneOf("a", "b") from rules in Rule.List[0, 8]
        select (IKubernetesObject<V1ObjectMeta>)BootstrapPolicy.Role(space, name, rules),
        from name in OneOf("b0", "b1") from role in OneOf("r0", "r1", "r2") from subjects in Subject.List[0, 3]
        select (IKubernetesObject<V1ObjectMeta>)BootstrapPolicy.Bind(name, role, subjects),
        from name in OneOf("b0", "b1") from space in OneOf("a", "b") from role in OneOf("r0", "r1") from kind in OneOf("Role", "ClusterRole") from subjects in Subject.List[0, 3]
        select (IKubernetesObject<V1ObjectMeta>)Binding(space, name, kind, role, subjects));

    private static readonly Gen<AuthorizationAttributes> Request =
        from user in OneOf(Users) from groups in OneOf(Groups).List[0, 2] from space in OneOf(Spaces)
        from verb in OneOf("get", "list", "create") from what in OneOf("pods", "pods/log", "deployments", "deployments/scale", "/metrics", "/logs/x", "/logs")
        from kindGroup in OneOf("", "apps") from name in OneOf("", "x")
        select what[0] == '/'
            ? new AuthorizationAttributes(new UserInfo(user, groups), verb) { NonResourcePath = what }
            : new AuthorizationAttributes(new UserInfo(user, groups), verb)
            {
                Group = kindGroup, Resource = what.Split('/')[0], Subresource = what.Contains('/', StringComparison.Ordinal) ? what.Split('/')[1] : string.Empty, Namespace = space, Name = name,
            };

    [Fact]
    public void Authorize_AnyPolicyAndChanges_IsAsAllRulesOneByOne()
        => Gen.Select(Object.List[0, 12], Object.List[1, 8], Request.List[1, 12]).Sample((first, changes, requests) =>
        {
            var present = new Dictionary<(Type, string, string), IKubernetesObject<V1ObjectMeta>>();
            foreach (var item in first) { present[KeyOf(item)] = item; }
            var lookup = new FakeLookup(present.Values);
            using var authorizer = new RbacAuthorizer(lookup);
            foreach (var change in changes)
            {
                Check(authorizer, present.Values, requests);
                // What is there twice goes, so that there are all three: additions, changes, removals.
                if (!present.TryGetValue(KeyOf(change), out var old)) { present[KeyOf(change)] = change; lookup.Add(change); }
                else if (change.Metadata.Name.EndsWith('0')) { present[KeyOf(change)] = change; lookup.Replace(old, change); }
                else { present.Remove(KeyOf(change)); lookup.Remove(old); }
            }

            Check(authorizer, present.Values, requests);
        }, iter: 2_000);

    [Fact]
    public async Task Authorize_Allowed_SaysByWhichBinding()
    {
        var lookup = new FakeLookup(
            BootstrapPolicy.ClusterRole("reader", BootstrapPolicy.Rule("get", "core", "pods")), BootstrapPolicy.Bind("readers", "reader", BootstrapPolicy.User("jane")),
            Binding("a", "robots", "ClusterRole", "reader", [new Rbacv1Subject { Kind = "ServiceAccount", Name = "robot" }]));
        using var authorizer = new RbacAuthorizer(lookup);

        Assert.Equal("RBAC: allowed by ClusterRoleBinding \"readers\" of ClusterRole \"reader\" to User \"jane\"", (await AskAsync("jane")).Reason);
        Assert.Equal("RBAC: allowed by RoleBinding \"robots/a\" of ClusterRole \"reader\" to ServiceAccount \"robot/a\"", (await AskAsync("system:serviceaccount:a:robot")).Reason);

        async Task<AuthorizationDecision> AskAsync(string user) => await authorizer.AuthorizeAsync(
            new AuthorizationAttributes(new UserInfo(user, []), "get") { Resource = "pods", Namespace = "a", Name = "p" }, CancellationToken.None);
    }

    [Fact]
    public async Task Authorize_RoleMissing_IsSaidUntilItIsThere()
    {
        var lookup = new FakeLookup(BootstrapPolicy.Bind("b", "late", BootstrapPolicy.User("jane")));
        using var authorizer = new RbacAuthorizer(lookup);
        var request = new AuthorizationAttributes(new UserInfo("jane", []), "get") { Resource = "pods", Namespace = "a", Name = "p" };
        Assert.Equal(new AuthorizationDecision(AuthorizationVerdict.NoOpinion, "RBAC: clusterrole.rbac.authorization.k8s.io \"late\" not found"), await authorizer.AuthorizeAsync(request, CancellationToken.None));

        lookup.Add(BootstrapPolicy.ClusterRole("late", BootstrapPolicy.Rule("get", "core", "pods")));

        Assert.Equal(AuthorizationVerdict.Allow, (await authorizer.AuthorizeAsync(request, CancellationToken.None)).Verdict);
    }

    private static void Check(RbacAuthorizer authorizer, IReadOnlyCollection<IKubernetesObject<V1ObjectMeta>> policy, IEnumerable<AuthorizationAttributes> requests)
    {
        foreach (var request in requests)
        {
            var answer = authorizer.AuthorizeAsync(request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            Assert.Equal(Naive(policy, request), answer.Verdict == AuthorizationVerdict.Allow);
        }
    }

    private static bool Naive(IReadOnlyCollection<IKubernetesObject<V1ObjectMeta>> policy, AuthorizationAttributes request)
    {
        foreach (var item in policy)
        {
            var (space, role, subjects) = item switch
            {
                V1ClusterRoleBinding binding => (null, binding.RoleRef, binding.Subjects),
                V1RoleBinding binding => (binding.Metadata.NamespaceProperty, binding.RoleRef, binding.Subjects),
                _ => ((string?)null, (V1RoleRef?)null, (IList<Rbacv1Subject>?)null),
            };
            if (role is null || (space is not null && (request.NonResourcePath is not null || space != request.Namespace))) { continue; }
            if (!subjects!.Any(subject => IsSubject(subject, request.User, space))) { continue; }
            var rules = role.Kind == "ClusterRole"
                ? policy.OfType<V1ClusterRole>().FirstOrDefault(found => found.Metadata.Name == role.Name)?.Rules
                : policy.OfType<V1Role>().FirstOrDefault(found => found.Metadata.Name == role.Name && found.Metadata.NamespaceProperty == space)?.Rules;
            if ((rules ?? []).Any(rule => Covers(rule, request))) { return true; }
        }

        return false;
    }

    private static bool IsSubject(Rbacv1Subject subject, UserInfo user, string? space) => subject.Kind switch
    {
        "User" => user.Name == subject.Name,
        "Group" => user.Groups.Contains(subject.Name),
        _ => user.Name == $"system:serviceaccount:{subject.NamespaceProperty ?? space}:{subject.Name}",
    };

    private static bool Covers(V1PolicyRule rule, AuthorizationAttributes request)
    {
        bool Has(IList<string>? values, string value) => values is not null && (values.Contains("*") || values.Contains(value));
        if (!Has(rule.Verbs, request.Verb)) { return false; }
        if (request.NonResourcePath is { } path) { return rule.NonResourceURLs?.Any(url => url == path || (url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal))) == true; }
        var whole = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        return Has(rule.ApiGroups, request.Group)
            && (Has(rule.Resources, whole) || (request.Subresource.Length > 0 && rule.Resources?.Contains($"*/{request.Subresource}") == true))
            && (rule.ResourceNames is not { Count: > 0 } || (request.Name.Length > 0 && rule.ResourceNames.Contains(request.Name)));
    }

    private static (Type, string, string) KeyOf(IKubernetesObject<V1ObjectMeta> item) => (item.GetType(), item.Metadata.NamespaceProperty ?? string.Empty, item.Metadata.Name);

    private static V1RoleBinding Binding(string space, string name, string kind, string role, IList<Rbacv1Subject> subjects) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
        RoleRef = new V1RoleRef { ApiGroup = BootstrapPolicy.Group, Kind = kind, Name = role },
        Subjects = subjects,
    };
}
