namespace Orch.Client.Queues;

/// <summary>Hands out keys to workers: each key once at a time, never lost, coalesced while it waits.</summary>
/// <remarks>
/// A key added while a worker holds it is handed out again after <see cref="Done"/>. The guarantees are those of client-go's
/// work queue: https://pkg.go.dev/k8s.io/client-go/util/workqueue. Delays run on the injected clock.
/// </remarks>
/// <typeparam name="TKey">Equality decides what is the same work.</typeparam>
public interface IWorkQueue<TKey>
    where TKey : notnull
{
    /// <summary>Keys that wait, without those in work or delayed.</summary>
    int Count { get; }

    /// <summary>Adds a key to be handed out as soon as possible.</summary>
    void Add(TKey key);

    /// <summary>Adds a key after a delay; if it is already delayed, the earlier time wins.</summary>
    void AddAfter(TKey key, TimeSpan delay);

    /// <summary>Adds a key after a delay that grows with each failure of this key.</summary>
    void AddRateLimited(TKey key);

    /// <summary>Forgets the failures of a key.</summary>
    void Forget(TKey key);

    /// <summary>Failures of a key since it was last forgotten.</summary>
    int Failures(TKey key);

    /// <summary>Waits for a key; the caller must call <see cref="Done"/> for it.</summary>
    ValueTask<TKey> TakeAsync(CancellationToken cancellationToken);

    /// <summary>Gives a key back after work on it.</summary>
    void Done(TKey key);
}
