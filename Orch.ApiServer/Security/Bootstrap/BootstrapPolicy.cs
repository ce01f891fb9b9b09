using k8s;
using k8s.Models;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>The roles and bindings that every cluster starts with.</summary>
/// <remarks>Names and reach as upstream's: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings</remarks>
internal static class BootstrapPolicy
{
    public const string Group = "rbac.authorization.k8s.io";

    /// <summary>Made anew with each call, so that the caller may own them; gathered roles have their rules already.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects()
    {
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> all = [.. UserRoles.All(), .. ComponentRoles.All(), .. ControllerRoles.All(), .. NamespaceRoles.All()];
        var roles = all.OfType<V1ClusterRole>().ToList();
        foreach (var role in RoleAggregation.InOrder(roles)) { role.Rules = RoleAggregation.RulesOf(role, roles); }
        return all;
    }

    public static V1ClusterRole ClusterRole(string name, params IList<V1PolicyRule> rules)
        => new() { ApiVersion = $"{Group}/v1", Kind = "ClusterRole", Metadata = Meta(name), Rules = rules };

    /// <summary>A role whose rules are another's too: every role labelled <c>aggregate-to-NAME</c> is gathered into the role of that name.</summary>
    public static V1ClusterRole PartOf(string whole, V1ClusterRole role)
    {
        role.Metadata.Labels[$"rbac.authorization.k8s.io/aggregate-to-{whole}"] = "true";
        return role;
    }

    /// <summary>A role that is gathered from those labelled for it.</summary>
    public static V1ClusterRole Gathered(string name)
    {
        var role = ClusterRole(name);
        role.Rules = null;
        role.AggregationRule = new V1AggregationRule
        {
            ClusterRoleSelectors = [new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [$"rbac.authorization.k8s.io/aggregate-to-{name}"] = "true" } }],
        };
        return role;
    }

    public static V1ClusterRoleBinding Bind(string name, string role, params IList<Rbacv1Subject> subjects) => new()
    {
        ApiVersion = $"{Group}/v1",
        Kind = "ClusterRoleBinding",
        Metadata = Meta(name),
        RoleRef = new V1RoleRef { ApiGroup = Group, Kind = "ClusterRole", Name = role },
        Subjects = subjects,
    };

    public static V1Role Role(string namespaceName, string name, params IList<V1PolicyRule> rules)
        => new() { ApiVersion = $"{Group}/v1", Kind = "Role", Metadata = Meta(name, namespaceName), Rules = rules };

    public static V1RoleBinding BindRole(string namespaceName, string name, params IList<Rbacv1Subject> subjects) => new()
    {
        ApiVersion = $"{Group}/v1",
        Kind = "RoleBinding",
        Metadata = Meta(name, namespaceName),
        RoleRef = new V1RoleRef { ApiGroup = Group, Kind = "Role", Name = name },
        Subjects = subjects,
    };

    public static Rbacv1Subject User(string name) => new() { ApiGroup = Group, Kind = "User", Name = name };

    public static Rbacv1Subject GroupOf(string name) => new() { ApiGroup = Group, Kind = "Group", Name = name };

    public static Rbacv1Subject ServiceAccount(string name) => new() { Kind = "ServiceAccount", Name = name, NamespaceProperty = "kube-system" };

    public static Rbacv1Subject ServiceAccount(string namespaceName, string name) => new() { Kind = "ServiceAccount", Name = name, NamespaceProperty = namespaceName };

    /// <summary>A rule, each list separated by spaces and put in order as upstream's are; a group of <c>core</c> is the empty one.</summary>
    public static V1PolicyRule Rule(string verbs, string groups, string resources, string? names = null) => new()
    {
        Verbs = Sorted(verbs),
        ApiGroups = [.. groups.Split(' ').Select(static group => group == "core" ? string.Empty : group).Order(StringComparer.Ordinal)],
        Resources = Sorted(resources),
        ResourceNames = names is null ? null : Sorted(names),
    };

    /// <summary>A rule for paths that are no resources.</summary>
    public static V1PolicyRule Paths(string verbs, string paths) => new() { Verbs = Sorted(verbs), NonResourceURLs = Sorted(paths) };

    /// <summary>Writing events, in both groups.</summary>
    public static V1PolicyRule Events() => Rule("create patch update", "core events.k8s.io", "events");

    private static List<string> Sorted(string words) => [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static V1ObjectMeta Meta(string name, string? namespaceName = null) => new()
    {
        Name = name,
        NamespaceProperty = namespaceName,
        Labels = new Dictionary<string, string> { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        Annotations = new Dictionary<string, string> { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
    };
}
