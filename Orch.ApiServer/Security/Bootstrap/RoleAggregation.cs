using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>What a gathered role's rules are: those of all roles that its selectors pick, by name, each rule once.</summary>
/// <remarks>Pure.</remarks>
internal static class RoleAggregation
{
    /// <summary>The rules that a role with an aggregation rule should have.</summary>
    public static IList<V1PolicyRule> RulesOf(V1ClusterRole role, IEnumerable<V1ClusterRole> all)
    {
        var selectors = (role.AggregationRule?.ClusterRoleSelectors ?? []).Select(LabelSelector.From).ToList();
        var parts = all.Where(part => part.Metadata.Name != role.Metadata.Name).OrderBy(static part => part.Metadata.Name, StringComparer.Ordinal).ToList();
        var rules = new List<V1PolicyRule>();
        foreach (var part in selectors.SelectMany(selector => parts.Where(part => selector.Matches(part.Metadata.Labels))))
        {
            foreach (var rule in part.Rules ?? [])
            {
                if (!rules.Exists(have => ContentEquality.Same(have, rule))) { rules.Add(rule); }
            }
        }

        return rules;
    }

    /// <summary>The gathered roles, each after those that it gathers as far as they are not in a circle.</summary>
    public static IEnumerable<V1ClusterRole> InOrder(IReadOnlyCollection<V1ClusterRole> all)
    {
        var gathered = all.Where(static role => role.AggregationRule is not null).ToDictionary(static role => role.Metadata.Name, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var ordered = new List<V1ClusterRole>();
        foreach (var role in gathered.Values) { Visit(role); }
        return ordered;

        void Visit(V1ClusterRole role)
        {
            if (!done.Add(role.Metadata.Name)) { return; }
            var selectors = role.AggregationRule.ClusterRoleSelectors.Select(LabelSelector.From).ToList();
            foreach (var part in gathered.Values.Where(part => selectors.Exists(selector => selector.Matches(part.Metadata.Labels)))) { Visit(part); }
            ordered.Add(role);
        }
    }
}
