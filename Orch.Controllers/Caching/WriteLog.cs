using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.Caching;

/// <summary>Remembers a controller's own writes until its cache shows them, so that it never decides from a state older than its own acts.</summary>
/// <remarks>
/// Upstream counts expected events for the same purpose; this asks the cache instead, so a missed event costs nothing. A write
/// that the cache has not shown within <see cref="Patience"/> is forgotten: the worst outcome is then a repeated, idempotent decision.
/// Memory: one entry a write that the cache has not shown yet.
/// </remarks>
internal sealed class WriteLog<T>(IInformer<T> cache, TimeProvider time)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ConcurrentDictionary<ObjectKey, ConcurrentQueue<Write>> _writes = new();

    /// <summary>As long as upstream's expectations live.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Notes what a create or an update answered.</summary>
    public void Wrote(ObjectKey owner, T item) => Add(owner, new Write(item.Key(), item.Metadata.Uid, item.Metadata.ResourceVersion, time.GetUtcNow()));

    /// <summary>Notes that the deletion of an object began.</summary>
    public void Deleted(ObjectKey owner, T item) => Add(owner, new Write(item.Key(), item.Metadata.Uid, null, time.GetUtcNow()));

    /// <summary>Forgets an owner that is gone.</summary>
    public void Forget(ObjectKey owner) => _writes.TryRemove(owner, out _);

    /// <summary>Whether the cache shows every write made for an owner.</summary>
    public bool IsCaughtUp(ObjectKey owner)
    {
        if (!_writes.TryGetValue(owner, out var writes)) { return true; }
        while (writes.TryPeek(out var write))
        {
            if (!IsShown(write) && time.GetUtcNow() - write.At < Patience) { return false; }
            writes.TryDequeue(out _);
        }

        return true;
    }

    private void Add(ObjectKey owner, Write write) => _writes.GetOrAdd(owner, static _ => new ConcurrentQueue<Write>()).Enqueue(write);

    private bool IsShown(Write write)
    {
        var cached = cache.Find(write.Key);
        if (write.ResourceVersion is null) { return cached is null || cached.Metadata.Uid != write.Uid || cached.IsDeleting(); }
        return ResourceVersions.IsAtLeast(cached?.Metadata.ResourceVersion, write.ResourceVersion) || ResourceVersions.IsAtLeast(cache.ResourceVersion, write.ResourceVersion);
    }

    private sealed record Write(ObjectKey Key, string Uid, string? ResourceVersion, DateTimeOffset At);
}
