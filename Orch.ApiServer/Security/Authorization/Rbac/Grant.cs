using k8s.Models;

namespace Orch.ApiServer.Security.Authorization.Rbac;

/// <summary>What one binding gives one of its subjects.</summary>
/// <param name="role">The role's slot.</param>
/// <param name="namespaceName">Where it holds; null for everywhere.</param>
/// <param name="binding">The binding's name.</param>
/// <param name="roleRef">The role it names.</param>
/// <param name="subject">To whom.</param>
internal sealed class Grant(RoleSlot role, string? namespaceName, string binding, V1RoleRef roleRef, Rbacv1Subject subject)
{
    private string? _reason;

    /// <summary>Where it holds; null for everywhere.</summary>
    public string? Namespace { get; } = namespaceName;

    /// <summary>Null while there is no such role.</summary>
    public CompiledRules? Rules => role.Rules;

    /// <summary>Why a request was allowed, in upstream's words.</summary>
    public string Reason => _reason ??= Describe();

    /// <summary>What is wrong when the role is missing, in upstream's words.</summary>
    public string MissingRole => $"{roleRef.Kind.ToLowerInvariant()}.rbac.authorization.k8s.io \"{roleRef.Name}\" not found";

    private string Describe()
    {
        var whom = subject.Kind == "ServiceAccount"
            ? $"{subject.Kind} \"{subject.Name}/{(string.IsNullOrEmpty(subject.NamespaceProperty) ? Namespace : subject.NamespaceProperty)}\""
            : $"{subject.Kind} \"{subject.Name}\"";
        var which = Namespace is null ? $"ClusterRoleBinding \"{binding}\"" : $"RoleBinding \"{binding}/{Namespace}\"";
        return $"RBAC: allowed by {which} of {roleRef.Kind} \"{roleRef.Name}\" to {whom}";
    }
}
