using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Role-based access control by the roles and bindings in the API.</summary>
internal sealed class RbacAuthorizer(IObjectLookup objects) : IAuthorizer
{
    private Versioned? _current;
    private readonly Lock _lock = new();

    public string Name => "RBAC";

    public ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        foreach (var grant in Current().GrantsOf(attributes.User.Name, attributes.User.Groups))
        {
            if (grant.Namespace is not null && (grant.Namespace != attributes.Namespace || attributes.NonResourcePath is not null)) { continue; }
            foreach (var rule in grant.Rules)
            {
                if (PolicyRules.Allows(rule, attributes)) { return ValueTask.FromResult(AuthorizationDecision.Allow()); }
            }
        }

        return ValueTask.FromResult(AuthorizationDecision.NoOpinion);
    }

    /// <summary>All rules that a user has in a namespace; empty for the cluster as a whole.</summary>
    public IReadOnlyList<V1PolicyRule> RulesOf(UserInfo user, string namespaceName)
        => [.. Current().GrantsOf(user.Name, user.Groups)
            .Where(grant => grant.Namespace is null || grant.Namespace == namespaceName)
            .SelectMany(grant => grant.Rules)];

    // Roles change seldom and are asked for with every request: the whole set is made anew when one has changed.
    private RuleSet Current()
    {
        var version = objects.Version<V1ClusterRole>() + objects.Version<V1ClusterRoleBinding>() + objects.Version<V1Role>() + objects.Version<V1RoleBinding>();
        if (_current is { } current && current.Version == version) { return current.Rules; }
        lock (_lock)
        {
            if (_current is { } made && made.Version == version) { return made.Rules; }
            var rules = RuleSet.Build(objects);
            _current = new Versioned(version, rules);
            return rules;
        }
    }

    // A class, so that readers see version and rules together or not at all.
    private sealed record Versioned(long Version, RuleSet Rules);
}
