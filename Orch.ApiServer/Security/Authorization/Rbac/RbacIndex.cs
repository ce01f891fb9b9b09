using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization.Rbac;

/// <summary>Bindings by subject, kept up by the changes alone.</summary>
/// <remarks>
/// A request looks at the grants of its user and groups, everywhere and in its namespace; how many other bindings there are costs it
/// nothing. A changed role is compiled anew, a changed binding is taken out and put in; everything else stays.
/// Updated by one thread at a time, read by any at the same time.
/// </remarks>
internal sealed class RbacIndex(IObjectLookup objects) : IDisposable
{
    private readonly IObjectChanges<V1ClusterRole> _clusterRoles = objects.Follow<V1ClusterRole>();
    private readonly IObjectChanges<V1Role> _roles = objects.Follow<V1Role>();
    private readonly IObjectChanges<V1ClusterRoleBinding> _clusterBindings = objects.Follow<V1ClusterRoleBinding>();
    private readonly IObjectChanges<V1RoleBinding> _bindings = objects.Follow<V1RoleBinding>();
    private readonly Dictionary<ObjectKey, RoleSlot> _slots = [];
    private readonly Dictionary<(bool IsNamespaced, ObjectKey Key), Bound> _bound = [];
    private readonly ConcurrentDictionary<string, SubjectGrants> _users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SubjectGrants> _groups = new(StringComparer.Ordinal);

    /// <summary>Whether something changed that is not in here yet.</summary>
    public bool HasPending => _clusterRoles.HasPending || _roles.HasPending || _clusterBindings.HasPending || _bindings.HasPending;

    /// <summary>Takes in what changed.</summary>
    /// <returns>False when changes were lost and the index must be made anew.</returns>
    public bool Update()
        => _clusterRoles.Read((old, role) => SetRole(role, ObjectKey.Cluster(Name(old, role)), role?.Rules))
            && _roles.Read((old, role) => SetRole(role, (role ?? old)!.Key(), role?.Rules))
            && _clusterBindings.Read((old, binding) => SetBinding((false, ObjectKey.Cluster(Name(old, binding))), binding is null ? null : Bind(binding.Metadata.Name, null, binding.RoleRef, binding.Subjects)))
            && _bindings.Read((old, binding) => SetBinding((true, (binding ?? old)!.Key()), binding is null ? null : Bind(binding.Metadata.Name, binding.Metadata.NamespaceProperty, binding.RoleRef, binding.Subjects)));

    /// <summary>The first grant that covers a request, or null.</summary>
    public Grant? FirstAllowing(AuthorizationAttributes request)
    {
        if (_users.TryGetValue(request.User.Name, out var own) && own.FirstAllowing(request) is { } mine) { return mine; }
        var groups = request.User.Groups;
        for (var index = 0; index < groups.Count; index++)
        {
            if (_groups.TryGetValue(groups[index], out var shared) && shared.FirstAllowing(request) is { } ours) { return ours; }
        }

        return null;
    }

    /// <summary>Everything granted to a user everywhere and in one namespace.</summary>
    public IEnumerable<Grant> GrantsOf(UserInfo user, string namespaceName)
        => SubjectsOf(user).SelectMany(subject => subject.Everywhere.Concat(subject.In(namespaceName)));

    /// <inheritdoc />
    public void Dispose()
    {
        _clusterRoles.Dispose();
        _roles.Dispose();
        _clusterBindings.Dispose();
        _bindings.Dispose();
    }

    private static string Name<T>(T? old, T? now)
        where T : class, IKubernetesObject<V1ObjectMeta> => (now ?? old)!.Metadata.Name;

    private IEnumerable<SubjectGrants> SubjectsOf(UserInfo user)
    {
        if (_users.TryGetValue(user.Name, out var own)) { yield return own; }
        foreach (var group in user.Groups)
        {
            if (_groups.TryGetValue(group, out var shared)) { yield return shared; }
        }
    }

    private void SetRole(object? role, ObjectKey key, IList<V1PolicyRule>? rules)
    {
        var slot = SlotOf(key);
        slot.Rules = role is null ? null : CompiledRules.Of(rules);
        if (slot.IsUnused) { _slots.Remove(key); }
    }

    // The new grants come before the old go: who keeps a right is never without it.
    private void SetBinding((bool IsNamespaced, ObjectKey Key) key, Bound? bound)
    {
        _bound.Remove(key, out var old);
        if (bound is not null)
        {
            _bound[key] = bound;
            foreach (var (isGroup, name, grant) in bound.Grants) { (isGroup ? _groups : _users).GetOrAdd(name, static _ => new SubjectGrants()).Add(grant); }
        }

        if (old is null) { return; }
        foreach (var (isGroup, name, grant) in old.Grants) { Remove(isGroup ? _groups : _users, name, grant); }
        if (--_slots[old.Role].Bindings == 0 && _slots[old.Role].IsUnused) { _slots.Remove(old.Role); }
    }

    private static void Remove(ConcurrentDictionary<string, SubjectGrants> subjects, string name, Grant grant)
    {
        if (!subjects.TryGetValue(name, out var subject)) { return; }
        subject.Remove(grant);
        if (subject.IsEmpty) { subjects.TryRemove(name, out _); }
    }

    private Bound Bind(string binding, string? home, V1RoleRef role, IList<Rbacv1Subject>? subjects)
    {
        var key = role.Kind == "Role" && home is not null ? new ObjectKey(home, role.Name) : ObjectKey.Cluster(role.Name);
        var slot = SlotOf(key);
        slot.Bindings++;
        var grants = new List<(bool IsGroup, string Name, Grant Grant)>(subjects?.Count ?? 0);
        foreach (var subject in subjects ?? [])
        {
            var name = subject.Kind == "ServiceAccount"
                ? $"system:serviceaccount:{(string.IsNullOrEmpty(subject.NamespaceProperty) ? home : subject.NamespaceProperty)}:{subject.Name}"
                : subject.Name;
            if (subject.Kind is "User" or "Group" or "ServiceAccount") { grants.Add((subject.Kind == "Group", name, new Grant(slot, home, binding, role, subject))); }
        }

        return new Bound(key, grants);
    }

    private RoleSlot SlotOf(ObjectKey key)
    {
        if (!_slots.TryGetValue(key, out var slot)) { _slots[key] = slot = new RoleSlot(); }
        return slot;
    }

    private sealed record Bound(ObjectKey Role, List<(bool IsGroup, string Name, Grant Grant)> Grants);
}
