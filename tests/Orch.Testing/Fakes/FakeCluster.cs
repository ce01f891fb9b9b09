using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Testing.Fakes;

/// <summary>A cluster's API in memory, for tests of whoever uses it.</summary>
/// <remarks>
/// Versions, conflicts, watches, selectors, status kept apart, finalizers and graceful deletion behave as the API does; defaults,
/// validation, authorization and controllers are absent (add what a test needs with <see cref="Admit"/>). Everything can be made to fail.
/// </remarks>
public sealed class FakeCluster : IClusterClient, IMetadataClusterClient, IScaleClusterClient, IClusterClientFactory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GroupVersionResource, FakeTable> _tables = [];
    private readonly ConcurrentQueue<ClusterAction> _actions = new();
    private readonly List<Func<ClusterAction, CancellationToken, Task>> _interceptors = [];
    private readonly List<Action<IKubernetesObject<V1ObjectMeta>>> _admitters = [];
    private readonly FakeWrites _writes;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _revision = 1;

    /// <param name="time">Gives creation and deletion times.</param>
    public FakeCluster(TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        _writes = new FakeWrites(this);
    }

    public TimeProvider Time { get; }

    /// <summary>The newest resource version.</summary>
    public long Revision
    {
        get { lock (_gate) { return _revision; } }
    }

    /// <summary>Every call so far, oldest first; objects put in by <see cref="Add{T}"/> are no calls.</summary>
    public IReadOnlyList<ClusterAction> Actions => [.. _actions];

    /// <summary>Calls that wrote.</summary>
    public IReadOnlyList<ClusterAction> Writes => [.. _actions.Where(action => action.Verb is not ("get" or "list" or "watch"))];

    /// <summary>How strategic merge patches are applied; null for the fake's own merge by usual keys.</summary>
    public Func<Type, JsonObject, ResourcePatch, JsonObject>? StrategicMerge { get; set; }

    /// <summary>How names are completed from <c>generateName</c>: a counter, so that tests can foretell them.</summary>
    public Func<string, string> GenerateName { get; set; } = CountingNames();

    internal Lock Gate => _gate;

    public IResourceClient<T> Resource<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => new FakeResourceClient<T>(this, ClientIdentity.Admin);

    public IObjectClient<PartialObjectMetadata> Metadata(GroupVersionResource resource) => new FakeMetadataClient(this, ClientIdentity.Admin, resource);

    public Task<V1Scale> GetScaleAsync(GroupVersionResource resource, ObjectKey key, CancellationToken cancellationToken)
        => new FakeMetadataClient(this, ClientIdentity.Admin, resource).GetScaleAsync(key, cancellationToken);

    public IClusterClient CreateClient(ClientIdentity identity) => new IdentityClient(this, identity);

    /// <summary>Forgets the calls so far.</summary>
    public void ClearActions() => _actions.Clear();

    /// <summary>Puts objects in, as if they had been there; not a call. Status is kept.</summary>
    public FakeCluster Add(params IKubernetesObject<V1ObjectMeta>[] objects)
    {
        lock (_gate)
        {
            foreach (var item in objects) { _writes.Create(item, keepStatus: true); }
        }

        return this;
    }

    /// <summary>Puts one object in and returns it as stored.</summary>
    public T Put<T>(T item)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate) { return (T)_writes.Create(item, keepStatus: true); }
    }

    /// <summary>The object, or null; not a call.</summary>
    public T? Find<T>(string namespaceName, string name)
        where T : class, IKubernetesObject<V1ObjectMeta> => Find<T>(new ObjectKey(namespaceName, name));

    /// <summary>The object, or null; not a call.</summary>
    public T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate) { return (T?)Table<T>().Find(key)?.Object; }
    }

    /// <summary>All objects of a kind; not a call.</summary>
    public IReadOnlyList<T> List<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate) { return [.. Table<T>().All.Select(entry => (T)entry.Object)]; }
    }

    /// <summary>Edits an object, status and all, as somebody else's write; not a call.</summary>
    public T Change<T>(ObjectKey key, Action<T> edit)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            var table = Table<T>();
            var entry = table.Find(key) ?? throw ApiErrors.NotFound(table.Kind.Resource, key.Name);
            var copy = ApiJson.DeepCopy((T)entry.Object);
            edit(copy);
            return (T)_writes.Store(table, entry, FakeWrites.ToJson(copy), force: true);
        }
    }

    /// <summary>Takes an object out at once, finalizers or not; not a call.</summary>
    public void Remove<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate)
        {
            Table<T>().Remove(key, NextRevision());
            Signal();
        }
    }

    /// <summary>Runs on each object that is created or updated, before it is stored: defaults, or a refusal by throwing.</summary>
    public FakeCluster Admit(Action<IKubernetesObject<V1ObjectMeta>> admit)
    {
        lock (_gate) { _admitters.Add(admit); }
        return this;
    }

    /// <summary>Runs before each call: wait, to hold it up; throw, to fail it.</summary>
    public FakeCluster Intercept(Func<ClusterAction, CancellationToken, Task> interceptor)
    {
        lock (_gate) { _interceptors.Add(interceptor); }
        return this;
    }

    /// <summary>Fails the next calls that match.</summary>
    /// <param name="verb">Null for any.</param>
    /// <param name="resource">The plural, such as <c>pods</c>; null for any.</param>
    /// <param name="error">Null for a 500.</param>
    public FakeCluster FailNext(int count, string? verb = null, string? resource = null, Exception? error = null)
    {
        var left = count;
        return Intercept((action, _) =>
        {
            var hit = (verb is null || action.Verb == verb) && (resource is null || action.Resource.Resource == resource) && Interlocked.Decrement(ref left) >= 0;
            return hit ? Task.FromException(error ?? ApiErrors.InternalError("injected fault")) : Task.CompletedTask;
        });
    }

    /// <summary>Ends every watch, cleanly or with an error.</summary>
    public void CutWatches(Exception? fault = null)
    {
        lock (_gate)
        {
            foreach (var table in _tables.Values) { table.CutWatches(fault); }
        }
    }

    /// <summary>Forgets history: versions older than now can be neither watched from nor continued.</summary>
    public void ExpireVersions()
    {
        lock (_gate)
        {
            _revision++;
            foreach (var table in _tables.Values) { table.Expire(_revision); }
        }
    }

    /// <summary>Sends every watcher a bookmark of the newest version.</summary>
    public void SendBookmarks()
    {
        lock (_gate)
        {
            foreach (var table in _tables.Values) { table.Bookmark(_revision); }
        }
    }

    /// <summary>Watches open now on a kind.</summary>
    public int WatcherCount<T>()
    {
        lock (_gate) { return Table<T>().WatcherCount; }
    }

    /// <summary>Waits until the cluster's content satisfies a condition, looking again after every change and call.</summary>
    public async Task WaitUntilAsync(Func<bool> condition, string what, TimeSpan? timeout = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            Task changed;
            lock (_gate) { changed = _changed.Task; }
            if (condition()) { return; }
            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"waited in vain for {what}; calls so far:\n{string.Join('\n', _actions.TakeLast(40))}");
            }
        }
    }

    internal FakeTable Table<T>() => Table(typeof(T));

    internal FakeTable Table(Type type)
    {
        var kind = ResourceTypes.Of(type);
        if (!_tables.TryGetValue(kind.Resource, out var table)) { _tables[kind.Resource] = table = new FakeTable(kind); }
        return table;
    }

    /// <summary>Null: no object of it has ever been there.</summary>
    internal FakeTable? Table(GroupVersionResource resource) => _tables.GetValueOrDefault(resource);

    internal long NextRevision() => ++_revision;

    internal void RunAdmission(IKubernetesObject<V1ObjectMeta> item)
    {
        foreach (var admit in _admitters) { admit(item); }
    }

    internal void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal FakeWrites Writer => _writes;

    internal async Task CallAsync(ClusterAction action, CancellationToken cancellationToken)
    {
        // Never completes on the caller's stack, as a real call would not.
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        _actions.Enqueue(action);
        Func<ClusterAction, CancellationToken, Task>[] interceptors;
        lock (_gate)
        {
            interceptors = [.. _interceptors];
            Signal();
        }

        foreach (var interceptor in interceptors) { await interceptor(action, cancellationToken); }
    }

    private static Func<string, string> CountingNames()
    {
        var count = 0;
        return prefix => $"{prefix}{Interlocked.Increment(ref count):d5}";
    }

    private sealed class IdentityClient(FakeCluster cluster, ClientIdentity identity) : IClusterClient, IMetadataClusterClient, IScaleClusterClient
    {
        public IResourceClient<T> Resource<T>()
            where T : class, IKubernetesObject<V1ObjectMeta> => new FakeResourceClient<T>(cluster, identity);

        public IObjectClient<PartialObjectMetadata> Metadata(GroupVersionResource resource) => new FakeMetadataClient(cluster, identity, resource);

        public Task<V1Scale> GetScaleAsync(GroupVersionResource resource, ObjectKey key, CancellationToken cancellationToken)
            => new FakeMetadataClient(cluster, identity, resource).GetScaleAsync(key, cancellationToken);
    }
}
