using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Who owns whom, over all kinds, kept from their changes; each change costs what it touches.</summary>
/// <remarks>
/// Says which objects deserve a look: those whose owners changed or went, and those that began to be deleted. It decides nothing:
/// the look reads the live object. An owner that no kind has shown yet is a virtual node, and is looked for.
/// </remarks>
internal sealed class OwnerGraph(Func<string, string, bool?> isNamespaced, Action<string> attemptToDelete, Action<string> attemptToOrphan)
{
    public const string ForegroundFinalizer = "foregroundDeletion";
    public const string OrphanFinalizer = "orphan";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, GraphNode> _nodes = new(StringComparer.Ordinal);

    public int Count
    {
        get { lock (_lock) { return _nodes.Count; } }
    }

    /// <summary>Told of each object that names an owner in another namespace; called under the graph's lock, so it must not call back.</summary>
    public Action<ObjectIdentity, V1OwnerReference> Misnamed { get; init; } = static (_, _) => { };

    /// <summary>What is known of an object, at one moment; null when nothing is.</summary>
    public NodeView? View(string uid)
    {
        lock (_lock)
        {
            return _nodes.TryGetValue(uid, out var node)
                ? new NodeView(node.Identity, node.IsVirtual, node.IsBeingDeleted, node.IsDeletingDependents, [.. node.Dependents.Select(dependent => Dependent(node, dependent))])
                : null;
        }
    }

    /// <summary>Whether an object is among its own dependents' dependents.</summary>
    public bool IsInCircle(string uid)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(uid, out var start)) { return false; }
            var seen = new HashSet<GraphNode>();
            var left = new Stack<GraphNode>(start.Dependents);
            while (left.TryPop(out var node))
            {
                if (ReferenceEquals(node, start)) { return true; }
                if (!seen.Add(node)) { continue; }
                foreach (var dependent in node.Dependents) { left.Push(dependent); }
            }

            return false;
        }
    }

    /// <summary>Whether an object that others name as their owner has been seen to go.</summary>
    public bool IsGone(string uid)
    {
        lock (_lock) { return _nodes.TryGetValue(uid, out var node) && node.IsGone; }
    }

    /// <summary>Looks for the objects of a kind that were only heard of, now that it is known where to look.</summary>
    public void RetryVirtual(GroupVersionKind kind)
    {
        lock (_lock)
        {
            foreach (var (uid, node) in _nodes)
            {
                if (node.IsVirtual && node.Identity.Kind == kind.Kind && node.Identity.ApiVersion.StartsWith($"{kind.Group}/", StringComparison.Ordinal)) { attemptToDelete(uid); }
            }
        }
    }

    /// <summary>Takes one change of one object in.</summary>
    public void Apply(GroupVersionKind kind, V1ObjectMeta? before, V1ObjectMeta? after)
    {
        lock (_lock)
        {
            if (before is not null && (after is null || after.Uid != before.Uid)) { Remove(before.Uid, isGone: true); }
            if (after is not null) { Put(new ObjectIdentity(kind.ApiVersion, kind.Kind, new ObjectKey(after.NamespaceProperty ?? string.Empty, after.Name), after.Uid), after); }
        }
    }

    /// <summary>Forgets an object that was looked for in vain.</summary>
    public void RemoveAbsent(ObjectIdentity identity)
    {
        lock (_lock)
        {
            // Seen in the meantime under another name or namespace: then only those who misname it are in error.
            if (!_nodes.TryGetValue(identity.Uid, out var node)) { return; }
            if (node.Identity == identity) { Remove(identity.Uid, node.IsGone); return; }
            foreach (var dependent in node.Dependents.Where(dependent => IdentityOf(dependent, identity.Uid) == identity)) { attemptToDelete(dependent.Identity.Uid); }
        }
    }

    private void Put(ObjectIdentity identity, V1ObjectMeta metadata)
    {
        var owners = metadata.OwnerReferences is { Count: > 0 } references ? new List<V1OwnerReference>(references) : [];
        if (!_nodes.TryGetValue(metadata.Uid, out var node))
        {
            node = new GraphNode(identity);
            _nodes.Add(metadata.Uid, node);
            node.Owners = owners;
            foreach (var owner in owners) { Link(node, owner); }
        }
        else
        {
            if (node.IsVirtual) { Materialize(node, identity); }
            Relink(node, owners);
        }

        NoteDeletion(node, metadata);
    }

    // What believed in another name or namespace of this uid was wrong.
    private void Materialize(GraphNode node, ObjectIdentity identity)
    {
        node.IsVirtual = false;
        node.IsGone = false;
        node.Identity = identity;
        foreach (var dependent in node.Dependents.Where(dependent => IdentityOf(dependent, identity.Uid) != identity))
        {
            NoteNamespace(dependent, dependent.Owners.First(owner => owner.Uid == identity.Uid), identity);
            attemptToDelete(dependent.Identity.Uid);
        }
    }

    // Only of what has been seen it is known where it is; what is in no namespace may own anything anywhere.
    private void NoteNamespace(GraphNode dependent, V1OwnerReference reference, ObjectIdentity owner)
    {
        if (owner.Key.Namespace.Length > 0 && owner.Key.Namespace != dependent.Identity.Key.Namespace) { Misnamed(dependent.Identity, reference); }
    }

    private void Relink(GraphNode node, IReadOnlyList<V1OwnerReference> owners)
    {
        var before = node.Owners;
        node.Owners = owners;
        foreach (var owner in before.Where(old => !owners.Any(now => now.Uid == old.Uid)))
        {
            if (_nodes.TryGetValue(owner.Uid, out var released))
            {
                released.Dependents.Remove(node);
                Unblock(released, owner, null);
                if (released.IsVirtual && released.Dependents.Count == 0) { _nodes.Remove(owner.Uid); }
            }
        }

        foreach (var owner in owners)
        {
            var old = before.FirstOrDefault(one => one.Uid == owner.Uid);
            if (old is null) { Link(node, owner); }
            else if (_nodes.TryGetValue(owner.Uid, out var kept)) { Unblock(kept, old, owner); }
        }
    }

    private void Unblock(GraphNode owner, V1OwnerReference before, V1OwnerReference? after)
    {
        if (owner.IsDeletingDependents && before.BlockOwnerDeletion == true && after?.BlockOwnerDeletion != true) { attemptToDelete(owner.Identity.Uid); }
    }

    private void Link(GraphNode node, V1OwnerReference reference)
    {
        if (!_nodes.TryGetValue(reference.Uid, out var owner))
        {
            owner = new GraphNode(IdentityOf(node, reference)) { IsVirtual = true };
            _nodes.Add(reference.Uid, owner);
            attemptToDelete(reference.Uid);
        }
        else if (!owner.IsVirtual && owner.Identity != IdentityOf(node, reference))
        {
            NoteNamespace(node, reference, owner.Identity);
            attemptToDelete(node.Identity.Uid);
        }

        owner.Dependents.Add(node);
        if (owner.IsDeletingDependents) { attemptToDelete(node.Identity.Uid); }
    }

    private void NoteDeletion(GraphNode node, V1ObjectMeta metadata)
    {
        if (metadata.DeletionTimestamp is null) { return; }
        node.IsBeingDeleted = true;
        var finalizers = metadata.Finalizers ?? [];
        if (finalizers.Contains(OrphanFinalizer)) { attemptToOrphan(node.Identity.Uid); }
        if (!finalizers.Contains(ForegroundFinalizer)) { return; }
        if (!node.IsDeletingDependents)
        {
            node.IsDeletingDependents = true;
            foreach (var dependent in node.Dependents) { attemptToDelete(dependent.Identity.Uid); }
        }

        attemptToDelete(node.Identity.Uid);
    }

    private void Remove(string uid, bool isGone)
    {
        if (!_nodes.Remove(uid, out var node)) { return; }
        foreach (var reference in node.Owners)
        {
            if (!_nodes.TryGetValue(reference.Uid, out var owner)) { continue; }
            owner.Dependents.Remove(node);
            if (owner.IsDeletingDependents) { attemptToDelete(owner.Identity.Uid); }
            if (owner.IsVirtual && owner.Dependents.Count == 0) { _nodes.Remove(reference.Uid); }
        }

        if (node.Dependents.Count == 0) { return; }
        // Dependents still name it; it stays as a shadow, until they have been looked at.
        var shadow = new GraphNode(node.Identity) { IsVirtual = true, IsGone = isGone };
        foreach (var dependent in node.Dependents) { shadow.Dependents.Add(dependent); attemptToDelete(dependent.Identity.Uid); }
        _nodes.Add(uid, shadow);
    }

    private ObjectIdentity IdentityOf(GraphNode dependent, string ownerUid) => IdentityOf(dependent, dependent.Owners.First(owner => owner.Uid == ownerUid));

    private ObjectIdentity IdentityOf(GraphNode dependent, V1OwnerReference reference)
    {
        var ownerNamespace = isNamespaced(reference.ApiVersion, reference.Kind) == false ? string.Empty : dependent.Identity.Key.Namespace;
        return new ObjectIdentity(reference.ApiVersion, reference.Kind, new ObjectKey(ownerNamespace, reference.Name), reference.Uid);
    }

    private static DependentView Dependent(GraphNode owner, GraphNode dependent)
        => new(dependent.Identity, dependent.IsDeletingDependents, dependent.Owners.Any(reference => reference.Uid == owner.Identity.Uid && reference.BlockOwnerDeletion == true));
}

/// <summary>A node as it was at one moment.</summary>
internal sealed record NodeView(ObjectIdentity Identity, bool IsVirtual, bool IsBeingDeleted, bool IsDeletingDependents, IReadOnlyList<DependentView> Dependents);

/// <summary>A dependent as it was at one moment.</summary>
internal sealed record DependentView(ObjectIdentity Identity, bool IsDeletingDependents, bool BlocksOwner);
