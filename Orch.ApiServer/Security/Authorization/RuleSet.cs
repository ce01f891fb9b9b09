using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>All role bindings by subject, at one moment.</summary>
internal sealed class RuleSet
{
    private static readonly IList<V1PolicyRule> NoRules = [];
    private readonly Dictionary<string, List<Grant>> _bySubject = new(StringComparer.Ordinal);

    /// <summary>Rules that a subject has, in one namespace or (with null) everywhere.</summary>
    internal readonly record struct Grant(string? Namespace, IList<V1PolicyRule> Rules, string Binding);

    public static RuleSet Build(IObjectLookup objects)
    {
        var set = new RuleSet();
        foreach (var binding in objects.List<V1ClusterRoleBinding>())
        {
            var rules = objects.Find<V1ClusterRole>(ObjectKey.Cluster(binding.RoleRef.Name))?.Rules;
            set.Add(binding.Subjects, string.Empty, new Grant(null, rules ?? NoRules, binding.Metadata.Name));
        }

        foreach (var binding in objects.List<V1RoleBinding>())
        {
            var home = binding.Metadata.NamespaceProperty;
            var rules = binding.RoleRef.Kind == "ClusterRole"
                ? objects.Find<V1ClusterRole>(ObjectKey.Cluster(binding.RoleRef.Name))?.Rules
                : objects.Find<V1Role>(new ObjectKey(home, binding.RoleRef.Name))?.Rules;
            set.Add(binding.Subjects, home, new Grant(home, rules ?? NoRules, $"{home}/{binding.Metadata.Name}"));
        }

        return set;
    }

    /// <summary>Everything granted to a user of these groups.</summary>
    public IEnumerable<Grant> GrantsOf(string user, IReadOnlyList<string> groups)
    {
        foreach (var grant in Of("User:" + user)) { yield return grant; }
        foreach (var group in groups)
        {
            foreach (var grant in Of("Group:" + group)) { yield return grant; }
        }
    }

    private List<Grant> Of(string subject) => _bySubject.TryGetValue(subject, out var grants) ? grants : [];

    private void Add(IList<Rbacv1Subject>? subjects, string home, Grant grant)
    {
        if (grant.Rules.Count == 0) { return; }
        foreach (var subject in subjects ?? [])
        {
            var key = subject.Kind switch
            {
                "User" => "User:" + subject.Name,
                "Group" => "Group:" + subject.Name,
                "ServiceAccount" => $"User:system:serviceaccount:{(string.IsNullOrEmpty(subject.NamespaceProperty) ? home : subject.NamespaceProperty)}:{subject.Name}",
                _ => null,
            };
            if (key is null) { continue; }
            if (!_bySubject.TryGetValue(key, out var grants)) { _bySubject[key] = grants = []; }
            grants.Add(grant);
        }
    }
}
