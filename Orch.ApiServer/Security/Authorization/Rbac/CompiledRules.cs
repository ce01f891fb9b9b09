using k8s.Models;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization.Rbac;

/// <summary>A role's rules, found by what a request is about.</summary>
internal sealed class CompiledRules
{
    // Below this a walk is as fast; above the other a rule would take more room than it saves time.
    private const int FewRules = 4;
    private const int MaxTargets = 256;

    private readonly Dictionary<Target, List<V1PolicyRule>>? _byTarget;
    private readonly List<V1PolicyRule> _others = [];
    private readonly List<V1PolicyRule> _paths = [];

    private CompiledRules(IList<V1PolicyRule> rules)
    {
        Rules = rules;
        if (rules.Count > FewRules) { _byTarget = []; }
        foreach (var rule in rules)
        {
            if (rule.NonResourceURLs is { Count: > 0 }) { _paths.Add(rule); }
            if (rule.Resources is not { Count: > 0 } || rule.ApiGroups is not { Count: > 0 }) { continue; }
            if (_byTarget is null || !IsPlain(rule)) { _others.Add(rule); continue; }
            foreach (var group in rule.ApiGroups)
            {
                foreach (var resource in rule.Resources) { Add(_byTarget, TargetOf(group, resource), rule); }
            }
        }
    }

    private readonly record struct Target(string Group, string Resource, string Subresource);

    /// <summary>As the role has them.</summary>
    public IList<V1PolicyRule> Rules { get; }

    public static CompiledRules Of(IList<V1PolicyRule>? rules) => new(rules ?? []);

    /// <summary>Whether one of the rules covers a request.</summary>
    public bool Allows(AuthorizationAttributes request)
    {
        if (request.NonResourcePath is not null) { return AnyAllows(_paths, request); }
        if (_byTarget is not null && _byTarget.TryGetValue(new Target(request.Group, request.Resource, request.Subresource), out var rules) && AnyAllows(rules, request)) { return true; }
        return AnyAllows(_others, request);
    }

    private static bool AnyAllows(List<V1PolicyRule> rules, AuthorizationAttributes request)
    {
        foreach (var rule in rules)
        {
            if (PolicyRules.Allows(rule, request)) { return true; }
        }

        return false;
    }

    private static bool IsPlain(V1PolicyRule rule)
        => (long)rule.ApiGroups.Count * rule.Resources.Count <= MaxTargets && !rule.ApiGroups.Contains("*")
            && !rule.Resources.Any(static resource => resource.StartsWith('*'));

    private static Target TargetOf(string group, string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new Target(group, resource, string.Empty) : new Target(group, resource[..slash], resource[(slash + 1)..]);
    }

    private static void Add(Dictionary<Target, List<V1PolicyRule>> targets, Target target, V1PolicyRule rule)
    {
        if (!targets.TryGetValue(target, out var rules)) { targets[target] = rules = []; }
        rules.Add(rule);
    }
}
