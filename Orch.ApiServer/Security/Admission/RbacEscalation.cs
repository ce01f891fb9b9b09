using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Nobody grants more than they have, unless they may <c>escalate</c> the role or <c>bind</c> it.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping</remarks>
internal sealed class RbacEscalation(RbacAuthorizer rbac, IObjectLookup objects) : IValidatingAdmission
{
    private const string Group = "rbac.authorization.k8s.io";

    public string Name => "RbacEscalation";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => resource.Group == Group && subresource.Length == 0 && operation is (AdmissionOperation.Create or AdmissionOperation.Update);

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.User.IsInGroup(UserGroups.Masters)) { return; }
        var (wanted, verb, resource, name) = request.Object switch
        {
            V1Role role => (role.Rules, "escalate", "roles", role.Metadata.Name),
            V1ClusterRole role => (role.Rules, "escalate", "clusterroles", role.Metadata.Name),
            V1RoleBinding binding => (RulesOf(binding.RoleRef, request.Namespace), "bind", Plural(binding.RoleRef), binding.RoleRef.Name),
            V1ClusterRoleBinding binding => (RulesOf(binding.RoleRef, string.Empty), "bind", Plural(binding.RoleRef), binding.RoleRef.Name),
            _ => (null, string.Empty, string.Empty, string.Empty),
        };
        if (wanted is not { Count: > 0 }) { return; }
        var owned = rbac.RulesOf(request.User, request.Namespace);
        var missing = wanted.Where(rule => !PolicyRules.Covers(owned, rule)).ToList();
        if (missing.Count == 0) { return; }
        var asked = new AuthorizationAttributes(request.User, verb) { Group = Group, Version = "v1", Resource = resource, Namespace = request.Namespace, Name = name ?? string.Empty };
        if ((await rbac.AuthorizeAsync(asked, cancellationToken).ConfigureAwait(false)).Verdict == AuthorizationVerdict.Allow) { return; }
        throw ApiErrors.Forbidden(request.Resource, request.Name,
            $"user \"{request.User.Name}\" (groups=[{string.Join(" ", request.User.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC permissions not currently held:\n"
            + string.Join('\n', missing.Select(Describe)));
    }

    private static string Plural(V1RoleRef role) => role.Kind == "Role" ? "roles" : "clusterroles";

    private static string Describe(V1PolicyRule rule)
    {
        var parts = new List<string>();
        Add("APIGroups", rule.ApiGroups);
        Add("Resources", rule.Resources);
        Add("ResourceNames", rule.ResourceNames);
        Add("NonResourceURLs", rule.NonResourceURLs);
        Add("Verbs", rule.Verbs);
        return $"{{{string.Join(", ", parts)}}}";

        void Add(string title, IList<string>? values)
        {
            if (values is { Count: > 0 }) { parts.Add($"{title}:[{string.Join(" ", values.Select(value => $"\"{value}\""))}]"); }
        }
    }

    private IList<V1PolicyRule>? RulesOf(V1RoleRef role, string namespaceName) => role.Kind == "Role"
        ? objects.Find<V1Role>(new ObjectKey(namespaceName, role.Name))?.Rules
        : objects.Find<V1ClusterRole>(ObjectKey.Cluster(role.Name))?.Rules;
}
