using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>What a role or binding of the first policy becomes when it is there already: nothing is taken away, what is missing is added.</summary>
/// <remarks>Pure. One whose annotation <c>rbac.authorization.kubernetes.io/autoupdate</c> is <c>false</c> stays as it is.</remarks>
internal static class PolicyReconciliation
{
    private const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

    /// <summary>The object to store; null when what is there will do.</summary>
    /// <param name="present">Shared, not changed.</param>
    /// <param name="wanted">Of the policy.</param>
    public static IKubernetesObject<V1ObjectMeta>? Reconcile(IKubernetesObject<V1ObjectMeta> present, IKubernetesObject<V1ObjectMeta> wanted)
    {
        if (present.Metadata.Annotations is { } notes && notes.TryGetValue(AutoUpdate, out var auto) && auto == "false") { return null; }
        var result = ApiJson.DeepCopy(present);
        var isChanged = AddMetadata(result.Metadata, wanted.Metadata);
        isChanged |= (result, wanted) switch
        {
            (V1ClusterRole { AggregationRule: null } role, V1ClusterRole { AggregationRule: { } aggregation }) => Set(() => role.AggregationRule = aggregation),
            (V1ClusterRole role, V1ClusterRole { AggregationRule: { } aggregation }) => AddSelectors(role.AggregationRule, aggregation),
            (V1ClusterRole role, V1ClusterRole more) => AddRules(role.Rules, more.Rules, rules => role.Rules = rules),
            (V1Role role, V1Role more) => AddRules(role.Rules, more.Rules, rules => role.Rules = rules),
            (V1ClusterRoleBinding binding, V1ClusterRoleBinding more) => AddSubjects(binding.Subjects, more.Subjects, subjects => binding.Subjects = subjects),
            (V1RoleBinding binding, V1RoleBinding more) => AddSubjects(binding.Subjects, more.Subjects, subjects => binding.Subjects = subjects),
            _ => false,
        };
        return isChanged ? result : null;
    }

    /// <summary>Whether a binding names another role than the policy wants: that cannot be changed, only made anew.</summary>
    public static bool NamesAnotherRole(IKubernetesObject<V1ObjectMeta> present, IKubernetesObject<V1ObjectMeta> wanted) => (present, wanted) switch
    {
        (V1ClusterRoleBinding there, V1ClusterRoleBinding binding) => !ContentEquality.Same(there.RoleRef, binding.RoleRef),
        (V1RoleBinding there, V1RoleBinding binding) => !ContentEquality.Same(there.RoleRef, binding.RoleRef),
        _ => false,
    };

    private static bool Set(Action change)
    {
        change();
        return true;
    }

    // Values of the cluster's owner stay, but for the annotation that says whether this goes on.
    private static bool AddMetadata(V1ObjectMeta metadata, V1ObjectMeta wanted)
    {
        metadata.Labels ??= new Dictionary<string, string>();
        metadata.Annotations ??= new Dictionary<string, string>();
        var before = metadata.Labels.Count + metadata.Annotations.Count;
        foreach (var (key, value) in wanted.Labels ?? new Dictionary<string, string>()) { metadata.Labels.TryAdd(key, value); }
        foreach (var (key, value) in wanted.Annotations ?? new Dictionary<string, string>()) { metadata.Annotations.TryAdd(key, value); }
        return metadata.Labels.Count + metadata.Annotations.Count != before;
    }

    private static bool AddRules(IList<V1PolicyRule>? present, IList<V1PolicyRule>? wanted, Action<IList<V1PolicyRule>> set)
    {
        var missing = RuleCoverage.Missing([.. present ?? []], wanted ?? []);
        if (missing.Count == 0) { return false; }
        set([.. present ?? [], .. missing]);
        return true;
    }

    private static bool AddSelectors(V1AggregationRule present, V1AggregationRule wanted)
    {
        var missing = wanted.ClusterRoleSelectors.Where(selector => present.ClusterRoleSelectors?.Any(there => ContentEquality.Same(there, selector)) != true).ToList();
        if (missing.Count > 0) { present.ClusterRoleSelectors = [.. present.ClusterRoleSelectors ?? [], .. missing]; }
        return missing.Count > 0;
    }

    private static bool AddSubjects(IList<Rbacv1Subject>? present, IList<Rbacv1Subject>? wanted, Action<IList<Rbacv1Subject>> set)
    {
        var missing = (wanted ?? []).Where(subject => present?.Any(there => Same(there, subject)) != true).ToList();
        if (missing.Count == 0) { return false; }
        set([.. present ?? [], .. missing]);
        return true;
    }

    private static bool Same(Rbacv1Subject left, Rbacv1Subject right)
        => left.Kind == right.Kind && left.Name == right.Name && (left.ApiGroup ?? string.Empty) == (right.ApiGroup ?? string.Empty)
            && (left.NamespaceProperty ?? string.Empty) == (right.NamespaceProperty ?? string.Empty);
}
