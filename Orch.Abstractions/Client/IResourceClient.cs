using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client;

/// <summary>The verbs of one resource.</summary>
/// <remarks>Every member throws <see cref="ApiException"/> with the server's <c>Status</c> when the server refuses.</remarks>
public interface IResourceClient<T> : IObjectClient<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Creates; the namespace is the object's own.</summary>
    Task<T> CreateAsync(T resource, CancellationToken cancellationToken);

    /// <summary>Replaces; an object with a resource version must still be at it.</summary>
    Task<T> UpdateAsync(T resource, CancellationToken cancellationToken);

    /// <summary>Replaces the status alone.</summary>
    Task<T> UpdateStatusAsync(T resource, CancellationToken cancellationToken);

    /// <summary>Replaces a subresource that takes the whole object, such as a namespace's <c>finalize</c>.</summary>
    /// <returns>The object as it is afterwards.</returns>
    Task<T> UpdateSubresourceAsync(T resource, string subresource, CancellationToken cancellationToken);

    /// <summary>Posts to a subresource such as <c>binding</c>, <c>eviction</c> or <c>token</c>.</summary>
    /// <typeparam name="TBody">The subresource's own kind: <c>V1Binding</c>, <c>V1Eviction</c>, <c>Authenticationv1TokenRequest</c>.</typeparam>
    /// <returns>What the server answered, of the same kind; null where it answers with a bare success <c>Status</c>.</returns>
    Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject;

    /// <summary>Replaces a subresource such as <c>scale</c>, <c>resize</c> or a namespace's <c>finalize</c>.</summary>
    /// <typeparam name="TBody">The subresource's own kind: <c>V1Scale</c>, <c>V1Pod</c>, <c>V1Namespace</c>.</typeparam>
    Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject;

    /// <summary>Reads a subresource such as <c>scale</c>.</summary>
    Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject;
}

/// <summary>A collection at one resource version.</summary>
/// <param name="Items">In key order.</param>
/// <param name="ResourceVersion">Watch from here to miss nothing.</param>
/// <param name="Continue">Null on the last page.</param>
public sealed record ResourceList<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue);

/// <summary>What to list.</summary>
public sealed record ListRequest
{
    /// <summary>Everything, in all namespaces, at the newest version.</summary>
    public static ListRequest All { get; } = new();

    /// <summary>One namespace; empty for all (and for cluster-scoped resources).</summary>
    public string Namespace { get; init; } = string.Empty;

    /// <summary>In the API's syntax, such as <c>app=web,tier in (a,b)</c>; empty selects all.</summary>
    public string LabelSelector { get; init; } = string.Empty;

    /// <summary>In the API's syntax, such as <c>spec.nodeName=n1</c>; empty selects all.</summary>
    public string FieldSelector { get; init; } = string.Empty;

    /// <summary>Null: the newest, consistently; <c>0</c>: whatever the cache holds; else not older than this.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Page size; 0 for all at once.</summary>
    public int Limit { get; init; }

    /// <summary>The previous page's <see cref="ResourceList{T}.Continue"/>.</summary>
    public string? Continue { get; init; }
}

/// <summary>What to watch.</summary>
/// <param name="ResourceVersion">Deliver what changed after it; <c>0</c> or null: first everything that exists as <c>Added</c>.</param>
public sealed record WatchRequest(string? ResourceVersion)
{
    /// <summary>One namespace; empty for all.</summary>
    public string Namespace { get; init; } = string.Empty;

    /// <summary>In the API's syntax; an object that stops matching is delivered as <c>Deleted</c>.</summary>
    public string LabelSelector { get; init; } = string.Empty;

    /// <summary>In the API's syntax.</summary>
    public string FieldSelector { get; init; } = string.Empty;
}

/// <summary>What happened to an object.</summary>
public enum WatchEventKind
{
    /// <summary>It is new, or newly matches the selectors.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone, or no longer matches; the object is its last state, at the deletion's resource version.</summary>
    Deleted,

    /// <summary>No object: everything up to <see cref="WatchEvent{T}.ResourceVersion"/> has been delivered.</summary>
    Bookmark,
}

/// <summary>One event of a watch.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Object">Null only for a bookmark.</param>
/// <param name="ResourceVersion">Resume from here.</param>
public readonly record struct WatchEvent<T>(WatchEventKind Kind, T? Object, string ResourceVersion);

/// <summary>How a patch body is read.</summary>
public enum PatchKind
{
    /// <summary>RFC 6902, <c>application/json-patch+json</c>.</summary>
    Json,

    /// <summary>RFC 7386, <c>application/merge-patch+json</c>.</summary>
    Merge,

    /// <summary>Kubernetes' own, lists merged by key, <c>application/strategic-merge-patch+json</c>.</summary>
    StrategicMerge,

    /// <summary>Server-side apply, <c>application/apply-patch+yaml</c>: creates what is not there, and settles who owns which field.</summary>
    Apply,
}

/// <summary>A patch.</summary>
/// <param name="Kind">How the body is read.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Subresource">Such as <c>status</c> or <c>scale</c>; null for the object itself.</param>
public sealed record ResourcePatch(PatchKind Kind, ReadOnlyMemory<byte> Body, string? Subresource = null)
{
    /// <summary>Who owns what the patch sets; required for an apply, otherwise null means the client's own name.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Takes over fields that other managers own; for an apply only.</summary>
    public bool Force { get; init; }
}

/// <summary>How to delete.</summary>
public sealed record DeleteRequest
{
    /// <summary>With the kind's own defaults.</summary>
    public static DeleteRequest Default { get; } = new();

    /// <summary>At once, without waiting for the node to stop the pod.</summary>
    public static DeleteRequest Force { get; } = new() { GracePeriod = TimeSpan.Zero };

    /// <summary>Whole seconds; null for the object's own.</summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; null for the kind's default.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Delete only the object with this uid, else conflict.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Delete only at this resource version, else conflict.</summary>
    public string? PreconditionResourceVersion { get; init; }
}
