using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.GarbageCollection;

/// <summary>An object as ownership sees it.</summary>
/// <param name="ApiVersion">As its owner references name it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Its namespace, empty when it is cluster-scoped, and name.</param>
/// <param name="Uid">What tells it from others of its name.</param>
internal sealed record ObjectIdentity(string ApiVersion, string Kind, ObjectKey Key, string Uid)
{
    public override string ToString() => $"{ApiVersion} {Kind} {Key} ({Uid})";
}

/// <summary>One object in the graph; changed by <see cref="OwnerGraph"/> alone, under its lock.</summary>
internal sealed class GraphNode(ObjectIdentity identity)
{
    public ObjectIdentity Identity { get; set; } = identity;

    public IReadOnlyList<V1OwnerReference> Owners { get; set; } = [];

    public HashSet<GraphNode> Dependents { get; } = [];

    /// <summary>Only heard of as somebody's owner; whether it exists is to be found out.</summary>
    public bool IsVirtual { get; set; }

    /// <summary>It was there and has been seen to go; the node stays as long as dependents name it.</summary>
    public bool IsGone { get; set; }

    public bool IsBeingDeleted { get; set; }

    /// <summary>It waits, in foreground deletion, for its dependents to go.</summary>
    public bool IsDeletingDependents { get; set; }
}
