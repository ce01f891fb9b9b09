using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>What of a set of rules another set does not cover, and how that is told.</summary>
/// <remarks>
/// Rules are broken down to one verb on one resource (or path) each, as upstream does, so that what is missing is named exactly.
/// A rule's lists multiply; a set that would make more than <see cref="MaxParts"/> parts is not looked into any further.
/// </remarks>
internal static class RuleCoverage
{
    /// <summary>Parts that one set may be broken into.</summary>
    public const int MaxParts = 100_000;

    /// <summary>The parts of <paramref name="wanted"/> that no rule of <paramref name="owned"/> covers, those on one resource put together.</summary>
    /// <exception cref="InvalidOperationException">More than <see cref="MaxParts"/> parts.</exception>
    public static IReadOnlyList<V1PolicyRule> Missing(IReadOnlyCollection<V1PolicyRule> owned, IEnumerable<V1PolicyRule> wanted)
    {
        List<V1PolicyRule> missing = [];
        var parts = 0;
        foreach (var rule in wanted)
        {
            if (owned.Any(have => IsWithin(rule, have))) { continue; }
            foreach (var part in Parts(rule))
            {
                if (++parts > MaxParts) { throw new InvalidOperationException($"the rules have more than {MaxParts} parts"); }
                if (!owned.Any(have => PolicyRules.CoversPart(have, part))) { missing.Add(part); }
            }
        }

        return Compact(missing);
    }

    /// <summary>One line a rule, in order, in upstream's form: <c>{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}</c>.</summary>
    public static string Describe(IEnumerable<V1PolicyRule> rules) => string.Join('\n', rules.Select(Describe).Distinct().Order(StringComparer.Ordinal));

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
            if (values is { Count: > 0 }) { parts.Add($"{title}:[{string.Join(" ", values.Select(GoText.Quote))}]"); }
        }
    }

    // The common case, whole rules of the same form, without multiplying anything.
    private static bool IsWithin(V1PolicyRule rule, V1PolicyRule have)
        => Has(have.Verbs, "*") && Has(have.ApiGroups, "*") && Has(have.Resources, "*") && have.ResourceNames is not { Count: > 0 } && rule.NonResourceURLs is not { Count: > 0 };

    private static bool Has(IList<string>? values, string wanted) => values?.Contains(wanted) == true;

    private static IEnumerable<V1PolicyRule> Parts(V1PolicyRule rule)
    {
        foreach (var group in rule.ApiGroups ?? [])
        {
            foreach (var resource in rule.Resources ?? [])
            {
                foreach (var verb in rule.Verbs ?? [])
                {
                    if (rule.ResourceNames is not { Count: > 0 }) { yield return new V1PolicyRule { ApiGroups = [group], Resources = [resource], Verbs = [verb] }; continue; }
                    foreach (var name in rule.ResourceNames) { yield return new V1PolicyRule { ApiGroups = [group], Resources = [resource], Verbs = [verb], ResourceNames = [name] }; }
                }
            }
        }

        foreach (var path in rule.NonResourceURLs ?? [])
        {
            foreach (var verb in rule.Verbs ?? []) { yield return new V1PolicyRule { NonResourceURLs = [path], Verbs = [verb] }; }
        }
    }

    private static List<V1PolicyRule> Compact(List<V1PolicyRule> parts)
    {
        var together = new Dictionary<(string, string, string?), V1PolicyRule>();
        var all = new List<V1PolicyRule>();
        foreach (var part in parts)
        {
            if (part.NonResourceURLs is not null) { all.Add(part); continue; }
            var key = (part.ApiGroups[0], part.Resources[0], part.ResourceNames?[0]);
            if (together.TryGetValue(key, out var known)) { known.Verbs.Add(part.Verbs[0]); continue; }
            part.Verbs = new List<string>(part.Verbs);
            together[key] = part;
            all.Add(part);
        }

        return all;
    }
}
