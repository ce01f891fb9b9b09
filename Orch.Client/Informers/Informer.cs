using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Resources;

namespace Orch.Client.Informers;

/// <summary>A cache fed by a <see cref="Reflector{T}"/>, and the subscribers of its changes.</summary>
/// <remarks>
/// Handlers run on the feeding loop, one change at a time, so a slow one slows the watch instead of filling a buffer.
/// What is missed while the watch is down comes back as the difference between the cache and a fresh list.
/// </remarks>
internal sealed partial class Informer<T>(ILogger logger) : IInformer<T>, IReflectorTarget<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ObjectCache<T> _cache = new();
    private readonly Lock _dispatch = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<InformerEvent<T>>[] _handlers = [];
    private volatile string _resourceVersion = string.Empty;

    public bool HasSynced => _synced.Task.IsCompleted;

    public string ResourceVersion => _resourceVersion;

    public T? Find(ObjectKey key) => _cache.Find(key);

    public IReadOnlyCollection<T> List() => _cache.List();

    public IReadOnlyCollection<T> ByIndex(string index, string value) => _cache.ByIndex(index, value);

    public void AddIndex(string index, Func<T, IEnumerable<string>> values) => _cache.AddIndex(index, values);

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    public IDisposable Subscribe(Action<InformerEvent<T>> handler)
    {
        // Wrapped, so that the same handler can subscribe twice and each subscription ends alone.
        Action<InformerEvent<T>> own = change => handler(change);
        lock (_dispatch)
        {
            foreach (var item in _cache.List()) { Call(own, new InformerEvent<T>(null, item)); }
            _handlers = [.. _handlers, own];
        }

        return new Subscription(this, own);
    }

    void IReflectorTarget<T>.Replace(IReadOnlyCollection<T> items, string resourceVersion)
    {
        lock (_dispatch)
        {
            var present = new HashSet<ObjectKey>(items.Count);
            foreach (var item in items)
            {
                present.Add(item.Key());
                Put(item);
            }

            foreach (var key in _cache.Keys())
            {
                if (!present.Contains(key)) { Remove(key, null); }
            }

            _resourceVersion = resourceVersion;
        }

        _synced.TrySetResult();
    }

    void IReflectorTarget<T>.Apply(WatchEvent<T> change)
    {
        lock (_dispatch)
        {
            switch (change.Kind)
            {
                case WatchEventKind.Added or WatchEventKind.Modified: Put(change.Object!); break;
                case WatchEventKind.Deleted: Remove(change.Object!.Key(), change.Object); break;
                case WatchEventKind.Bookmark: break;
            }

            _resourceVersion = change.ResourceVersion;
        }
    }

    private void Put(T item)
    {
        var key = item.Key();
        var old = _cache.Find(key);
        // The same revision again, as after a fresh list: the object that others hold stays.
        if (old is not null && old.Metadata.ResourceVersion is { Length: > 0 } version && version == item.Metadata.ResourceVersion) { return; }
        _cache.Set(key, item);
        // Deleted and made anew under the same name while nobody looked: both are told.
        if (old is not null && old.Metadata.Uid != item.Metadata.Uid)
        {
            Dispatch(new InformerEvent<T>(old, null));
            old = null;
        }

        Dispatch(new InformerEvent<T>(old, item));
    }

    private void Remove(ObjectKey key, T? last)
    {
        if (_cache.Set(key, null) is { } old) { Dispatch(new InformerEvent<T>(last ?? old, null)); }
    }

    private void Dispatch(InformerEvent<T> change)
    {
        foreach (var handler in _handlers) { Call(handler, change); }
    }

    private void Call(Action<InformerEvent<T>> handler, InformerEvent<T> change)
    {
#pragma warning disable CA1031 // a handler's fault must not stop the feed of the others
        try
        {
            handler(change);
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(logger, exception, typeof(T).Name, change.Object.Key());
        }
#pragma warning restore CA1031
    }

    private void Unsubscribe(Action<InformerEvent<T>> handler)
    {
        lock (_dispatch) { _handlers = [.. _handlers.Where(other => other != handler)]; }
    }

    private sealed class Subscription(Informer<T> informer, Action<InformerEvent<T>> handler) : IDisposable
    {
        public void Dispose() => informer.Unsubscribe(handler);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A handler of {Kind} failed on {Key}")]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string kind, ObjectKey key);
    }
}
