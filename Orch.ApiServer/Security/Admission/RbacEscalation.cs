using k8s;
using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Nobody grants more than they have, unless they may <c>escalate</c> the role or <c>bind</c> it.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping</remarks>
internal sealed class RbacEscalation(RbacAuthorizer rbac, AuthorizationDecider decider, IObjectLookup objects) : IValidatingAdmission
{
    private const string Group = "rbac.authorization.k8s.io";
    private static readonly GroupVersionResource ClusterRoles = new(Group, "v1", "clusterroles");
    private static readonly GroupVersionResource Roles = new(Group, "v1", "roles");
    private static readonly V1PolicyRule[] Everything = [new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }, new() { Verbs = ["*"], NonResourceURLs = ["*"] }];

    public string Name => "RbacEscalation";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => resource.Group == Group && subresource.Length == 0 && operation is (AdmissionOperation.Create or AdmissionOperation.Update);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.User.IsInGroup(UserGroups.Masters) || ChangesOwnershipAlone(request)) { return ValueTask.CompletedTask; }
        return request.Object switch
        {
            V1Role role => CheckRoleAsync(request, role.Metadata, role.Rules, null, cancellationToken),
            V1ClusterRole role => CheckRoleAsync(request, role.Metadata, role.Rules, role, cancellationToken),
            V1RoleBinding binding => CheckBindingAsync(request, binding.Metadata, binding.RoleRef, cancellationToken),
            V1ClusterRoleBinding binding => CheckBindingAsync(request, binding.Metadata, binding.RoleRef, cancellationToken),
            _ => ValueTask.CompletedTask,
        };
    }

    // The garbage collector sets owners and finalizers of roles that it could not have made.
    private static bool ChangesOwnershipAlone(AdmissionRequest request) => (request.Object, request.OldObject) switch
    {
        (V1Role now, V1Role old) => ContentEquality.Same(now.Rules, old.Rules) && SameMetadata(now, old),
        (V1ClusterRole now, V1ClusterRole old) => ContentEquality.Same(now.Rules, old.Rules) && ContentEquality.Same(now.AggregationRule, old.AggregationRule) && SameMetadata(now, old),
        (V1RoleBinding now, V1RoleBinding old) => ContentEquality.Same(now.Subjects, old.Subjects) && ContentEquality.Same(now.RoleRef, old.RoleRef) && SameMetadata(now, old),
        (V1ClusterRoleBinding now, V1ClusterRoleBinding old) => ContentEquality.Same(now.Subjects, old.Subjects) && ContentEquality.Same(now.RoleRef, old.RoleRef) && SameMetadata(now, old),
        _ => false,
    };

    private static bool SameMetadata(IKubernetesObject<V1ObjectMeta> now, IKubernetesObject<V1ObjectMeta> old)
        => ContentEquality.Same(now.Metadata.Labels, old.Metadata.Labels) && ContentEquality.Same(now.Metadata.Annotations, old.Metadata.Annotations);

    private async ValueTask CheckRoleAsync(AdmissionRequest request, V1ObjectMeta metadata, IList<V1PolicyRule>? rules, V1ClusterRole? cluster, CancellationToken cancellationToken)
    {
        var name = metadata.Name ?? string.Empty;
        if (await MayAsync(request, "escalate", cluster is null ? "roles" : "clusterroles", name, cancellationToken).ConfigureAwait(false)) { return; }
        Confirm(request, name, rules);
        // What it gathers may be anything.
        if ((cluster?.AggregationRule ?? (request.OldObject as V1ClusterRole)?.AggregationRule) is not null
            && RuleCoverage.Missing(rbac.RulesOf(request.User, request.Namespace), Everything).Count > 0)
        {
            throw ApiErrors.Forbidden(request.Resource, name, "must have cluster-admin privileges to use the aggregationRule");
        }
    }

    private async ValueTask CheckBindingAsync(AdmissionRequest request, V1ObjectMeta metadata, V1RoleRef role, CancellationToken cancellationToken)
    {
        var isNamespaced = role.Kind == "Role";
        if (await MayAsync(request, "bind", isNamespaced ? "roles" : "clusterroles", role.Name, cancellationToken).ConfigureAwait(false)) { return; }
        // A role that was made a moment ago need not be in the cache yet.
        if (isNamespaced ? objects.Find<V1Role>(new ObjectKey(request.Namespace, role.Name)) is null : objects.Find<V1ClusterRole>(ObjectKey.Cluster(role.Name)) is null)
        {
            await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }

        var rules = isNamespaced
            ? (objects.Find<V1Role>(new ObjectKey(request.Namespace, role.Name)) ?? throw ApiErrors.NotFound(Roles, role.Name)).Rules
            : (objects.Find<V1ClusterRole>(ObjectKey.Cluster(role.Name)) ?? throw ApiErrors.NotFound(ClusterRoles, role.Name)).Rules;
        Confirm(request, metadata.Name ?? string.Empty, rules);
    }

    private async ValueTask<bool> MayAsync(AdmissionRequest request, string verb, string resource, string name, CancellationToken cancellationToken)
    {
        var asked = new AuthorizationAttributes(request.User, verb) { Group = Group, Version = "v1", Resource = resource, Namespace = request.Namespace, Name = name };
        return (await decider(asked, cancellationToken).ConfigureAwait(false)).Verdict == AuthorizationVerdict.Allow;
    }

    private void Confirm(AdmissionRequest request, string name, IList<V1PolicyRule>? wanted)
    {
        if (wanted is not { Count: > 0 }) { return; }
        IReadOnlyList<V1PolicyRule> missing;
        try { missing = RuleCoverage.Missing(rbac.RulesOf(request.User, request.Namespace), wanted); }
        catch (InvalidOperationException tooMany) { throw ApiErrors.Forbidden(request.Resource, name, tooMany.Message); }
        if (missing.Count == 0) { return; }
        var unresolved = rbac.MissingRolesOf(request.User, request.Namespace);
        throw ApiErrors.Forbidden(request.Resource, name,
            $"user {GoText.Quote(request.User.Name)} (groups=[{string.Join(" ", request.User.Groups.Select(GoText.Quote))}]) is attempting to grant RBAC permissions not currently held:\n"
            + RuleCoverage.Describe(missing) + (unresolved.Count == 0 ? string.Empty : $"; resolution errors: [{string.Join(", ", unresolved)}]"));
    }
}
