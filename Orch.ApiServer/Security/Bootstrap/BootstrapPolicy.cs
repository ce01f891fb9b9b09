using k8s;
using k8s.Models;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>The roles and bindings that every cluster starts with.</summary>
/// <remarks>Names and reach as upstream's: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings</remarks>
internal static class BootstrapPolicy
{
    public const string Group = "rbac.authorization.k8s.io";

    /// <summary>Made anew with each call, so that the caller may own them.</summary>
    public static IEnumerable<IKubernetesObject<V1ObjectMeta>> Objects()
        => UserRoles.All().Concat<IKubernetesObject<V1ObjectMeta>>(ComponentRoles.All()).Concat(ControllerRoles.All());

    public static V1ClusterRole ClusterRole(string name, params IList<V1PolicyRule> rules)
        => new() { ApiVersion = $"{Group}/v1", Kind = "ClusterRole", Metadata = Meta(name), Rules = rules };

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

    /// <summary>A rule, verbs and resources separated by spaces; a group of <c>core</c> is the empty one.</summary>
    public static V1PolicyRule Rule(string verbs, string groups, string resources) => new()
    {
        Verbs = verbs.Split(' '),
        ApiGroups = [.. groups.Split(' ').Select(group => group == "core" ? string.Empty : group)],
        Resources = resources.Split(' '),
    };

    /// <summary>A rule for paths that are no resources.</summary>
    public static V1PolicyRule Paths(string verbs, string paths) => new() { Verbs = verbs.Split(' '), NonResourceURLs = paths.Split(' ') };

    /// <summary>Writing events, in both groups.</summary>
    public static V1PolicyRule Events() => Rule("create patch update", "core events.k8s.io", "events");

    private static V1ObjectMeta Meta(string name, string? namespaceName = null) => new()
    {
        Name = name,
        NamespaceProperty = namespaceName,
        Labels = new Dictionary<string, string> { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        Annotations = new Dictionary<string, string> { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
    };
}
