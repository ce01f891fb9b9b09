using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Resources;

namespace Orch.Kubelet.References;

/// <summary>Copies of the single objects that pods on this node refer to, each kept up to date by a watch of its own.</summary>
/// <remarks>One object a watch, since a node may not read others' (https://kubernetes.io/docs/reference/access-authn-authz/node/).</remarks>
internal sealed partial class WatchedObjects<T>(IResourceClient<T> client, TimeProvider time, ILogger logger, Action<string> onChanged) : IAsyncDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Makes an owner's references exactly these; watches begin and end with their first and last owner.</summary>
    public void Retain(string owner, IReadOnlyCollection<ObjectKey> keys)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (!_entries.TryGetValue(key, out var entry))
                {
                    entry = new Entry(CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
                    _entries[key] = entry;
                    entry.Loop = Task.Run(() => RunAsync(key, entry, entry.Stop.Token));
                }

                entry.Owners.Add(owner);
            }

            foreach (var (key, entry) in _entries.Where(e => !keys.Contains(e.Key) && e.Value.Owners.Remove(owner) && e.Value.Owners.Count == 0).ToList())
            {
                _entries.Remove(key);
                entry.Stop.Cancel();
            }
        }
    }

    public void Release(string owner) => Retain(owner, []);

    /// <summary>The object, or null if it does not exist; from the copy once that has been filled.</summary>
    public async Task<T?> FindAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.HasSynced) { return entry.Current; }
        }

        try
        {
            return await client.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) { return; }
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] loops;
        lock (_gate)
        {
            loops = [.. _entries.Values.Select(static e => e.Loop)];
        }

        await Task.WhenAll(loops).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(ObjectKey key, Entry entry, CancellationToken cancellationToken)
    {
        var selector = $"metadata.name={key.Name}";
        try
        {
            while (true)
            {
                try
                {
                    var list = await client.ListAsync(new ListRequest { Namespace = key.Namespace, FieldSelector = selector }, cancellationToken).ConfigureAwait(false);
                    Set(entry, list.Items.FirstOrDefault(i => i.Metadata.Name == key.Name));
                    await FollowAsync(key, entry, selector, list.ResourceVersion, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    if (e is not ApiException { IsExpired: true }) { Log.WatchFailed(logger, key, e); }
                    await Task.Delay(RetryAfter, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            entry.Stop.Dispose();
        }
    }

    private async Task FollowAsync(ObjectKey key, Entry entry, string selector, string version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new WatchRequest(version) { Namespace = key.Namespace, FieldSelector = selector };
            await foreach (var change in client.WatchAsync(request, cancellationToken).ConfigureAwait(false))
            {
                version = change.ResourceVersion;
                if (change.Kind == WatchEventKind.Bookmark || change.Object?.Metadata.Name != key.Name) { continue; }
                Set(entry, change.Kind == WatchEventKind.Deleted ? null : change.Object);
            }

            // A server that ends watches at once must not be asked in a tight loop.
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Set(Entry entry, T? value)
    {
        string[] owners;
        lock (_gate)
        {
            var isNew = !entry.HasSynced || entry.Current?.Metadata.ResourceVersion != value?.Metadata.ResourceVersion;
            (entry.Current, entry.HasSynced) = (value, true);
            if (!isNew) { return; }
            owners = [.. entry.Owners];
        }

        foreach (var owner in owners) { onChanged(owner); }
    }

    private sealed class Entry(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop { get; } = stop;

        public HashSet<string> Owners { get; } = [];

        public T? Current { get; set; }

        public bool HasSynced { get; set; }

        public Task Loop { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Watching {Key} failed, trying again")]
        public static partial void WatchFailed(ILogger logger, ObjectKey key, Exception exception);
    }
}
