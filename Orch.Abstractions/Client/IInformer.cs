using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client;

/// <summary>A live local copy of a collection, with indexes, shared by all who read it.</summary>
/// <remarks>
/// Lists, then watches; resumes after a cut stream, lists anew on 410, and turns what it missed into events, so that handlers see
/// every object's newest state though perhaps not each step on the way. Objects are shared and never mutated. Reads take no lock
/// that a writer holds for long and are safe from any thread. The cache may lag behind the caller's own writes.
/// </remarks>
public interface IInformer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>True once the first list has been taken in.</summary>
    bool HasSynced { get; }

    /// <summary>The newest resource version taken in; empty before the first list.</summary>
    string ResourceVersion { get; }

    /// <summary>The object, or null.</summary>
    T? Find(ObjectKey key);

    /// <summary>All objects at one moment, in no order.</summary>
    IReadOnlyCollection<T> List();

    /// <summary>The objects that an index files under a value; empty when there are none.</summary>
    /// <exception cref="ArgumentException">No index has the name.</exception>
    IReadOnlyCollection<T> ByIndex(string index, string value);

    /// <summary>Adds an index, at any time; the same name twice keeps the first.</summary>
    /// <param name="index">Its name.</param>
    /// <param name="values">Pure: the values an object is filed under; may be empty.</param>
    void AddIndex(string index, Func<T, IEnumerable<string>> values);

    /// <summary>Calls a handler for what exists (as added) and for every later change, one at a time, in order.</summary>
    /// <param name="handler">Quick and non-blocking: it maps to keys and enqueues. An exception is logged and does not stop the informer.</param>
    /// <returns>Dispose to stop.</returns>
    IDisposable Subscribe(Action<InformerEvent<T>> handler);

    /// <summary>Completes when <see cref="HasSynced"/> and every subscriber has seen the first list.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);
}

/// <summary>One change in an informer's cache.</summary>
/// <param name="Old">Null: the object is new to the cache.</param>
/// <param name="New">Null: the object is gone.</param>
public readonly record struct InformerEvent<T>(T? Old, T? New)
    where T : class
{
    /// <summary>Whichever of both is there, the newer first.</summary>
    public T Object => New ?? Old!;
}

/// <summary>Gives out one informer a kind and selection, shared within the factory.</summary>
public interface IInformerFactory : IAsyncDisposable
{
    /// <summary>The informer of a kind; made on first use, started by <see cref="Start"/> or at once if that has been called.</summary>
    /// <param name="selection">Namespace and selectors; its paging and version are ignored. Null for everything.</param>
    IInformer<T> Informer<T>(ListRequest? selection = null)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Starts all informers, those asked for later too.</summary>
    void Start();

    /// <summary>Completes when every informer asked for so far has synced.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);
}
