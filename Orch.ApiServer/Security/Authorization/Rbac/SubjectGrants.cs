using System.Collections.Concurrent;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization.Rbac;

/// <summary>All grants of one user or group; changed by one thread, read by any.</summary>
internal sealed class SubjectGrants
{
    private readonly ConcurrentDictionary<string, Grant[]> _byNamespace = new(StringComparer.Ordinal);
    private Grant[] _everywhere = [];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _everywhere.Length == 0 && _byNamespace.IsEmpty;

    /// <summary>Those that hold everywhere.</summary>
    public Grant[] Everywhere => Volatile.Read(ref _everywhere);

    /// <summary>Those that hold in one namespace alone.</summary>
    public Grant[] In(string namespaceName) => namespaceName.Length > 0 && _byNamespace.TryGetValue(namespaceName, out var grants) ? grants : [];

    public void Add(Grant grant)
    {
        if (grant.Namespace is not { } home) { Volatile.Write(ref _everywhere, [.. _everywhere, grant]); return; }
        _byNamespace[home] = _byNamespace.TryGetValue(home, out var grants) ? [.. grants, grant] : [grant];
    }

    public void Remove(Grant grant)
    {
        if (grant.Namespace is not { } home) { Volatile.Write(ref _everywhere, Without(_everywhere, grant)); return; }
        if (!_byNamespace.TryGetValue(home, out var grants)) { return; }
        var left = Without(grants, grant);
        if (left.Length == 0) { _byNamespace.TryRemove(home, out _); } else { _byNamespace[home] = left; }
    }

    /// <summary>The first grant that covers a request, or null.</summary>
    public Grant? FirstAllowing(AuthorizationAttributes request)
    {
        foreach (var grant in Everywhere)
        {
            if (grant.Rules?.Allows(request) == true) { return grant; }
        }

        if (request.NonResourcePath is not null) { return null; }
        foreach (var grant in In(request.Namespace))
        {
            if (grant.Rules?.Allows(request) == true) { return grant; }
        }

        return null;
    }

    private static Grant[] Without(Grant[] grants, Grant gone) => Array.FindAll(grants, grant => !ReferenceEquals(grant, gone));
}
