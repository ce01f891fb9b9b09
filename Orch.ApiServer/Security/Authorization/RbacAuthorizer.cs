using k8s.Models;
using Orch.ApiServer.Security.Authorization.Rbac;
using Orch.ApiServer.Security.Lookup;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Role-based access control by the roles and bindings in the API.</summary>
internal sealed class RbacAuthorizer(IObjectLookup objects) : IAuthorizer, IDisposable
{
    private readonly Lock _lock = new();
    private RbacIndex? _index;

    public string Name => "RBAC";

    public ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        var index = Current();
        return ValueTask.FromResult(index.FirstAllowing(attributes) is { } grant
            ? AuthorizationDecision.Allow(grant.Reason)
            : new AuthorizationDecision(AuthorizationVerdict.NoOpinion, Missing(index, attributes)));
    }

    /// <summary>All rules that a user has in a namespace; empty for the cluster as a whole.</summary>
    public IReadOnlyList<V1PolicyRule> RulesOf(UserInfo user, string namespaceName)
        => [.. Current().GrantsOf(user, namespaceName).SelectMany(static grant => grant.Rules?.Rules ?? [])];

    /// <summary>What the roles that a user's bindings name, and that are not there, are called; with upstream's words.</summary>
    public IReadOnlyList<string> MissingRolesOf(UserInfo user, string namespaceName)
        => [.. Current().GrantsOf(user, namespaceName).Where(static grant => grant.Rules is null).Select(static grant => grant.MissingRole).Distinct()];

    public void Dispose() => _index?.Dispose();

    private static string Missing(RbacIndex index, AuthorizationAttributes attributes)
    {
        List<string>? missing = null;
        foreach (var grant in index.GrantsOf(attributes.User, attributes.NonResourcePath is null ? attributes.Namespace : string.Empty))
        {
            if (grant.Rules is null && (missing ??= []) is var all && !all.Contains(grant.MissingRole)) { all.Add(grant.MissingRole); }
        }

        return missing switch { null => string.Empty, [var one] => $"RBAC: {one}", _ => $"RBAC: [{string.Join(", ", missing)}]" };
    }

    private RbacIndex Current()
    {
        if (Volatile.Read(ref _index) is { HasPending: false } current) { return current; }
        lock (_lock)
        {
            if (_index is { } known && known.Update()) { return known; }
            _index?.Dispose();
            var made = new RbacIndex(objects);
            while (!made.Update())
            {
                made.Dispose();
                made = new RbacIndex(objects);
            }

            Volatile.Write(ref _index, made);
            return made;
        }
    }
}
