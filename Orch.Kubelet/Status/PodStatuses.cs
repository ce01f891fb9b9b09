using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Client.Queues;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Kubelet.Status;

/// <summary>Writes pods' statuses to the API when their content changed, and deletes pods that have ended their termination.</summary>
/// <remarks>The newest status of a pod wins; what came between is never written. Conditions of others are kept.</remarks>
internal sealed partial class PodStatuses(IClusterClient client, TimeProvider time, ILogger<PodStatuses> logger) : IDisposable
{
    private const int Workers = 4;
    private const int ConflictRetries = 3;
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly WorkQueue<string> _queue = new("pod-status", time);

    /// <summary>The pod with the status that this agent last gave it, where the API's copy may lag.</summary>
    public V1Pod WithLatest(V1Pod pod)
        => _entries.TryGetValue(pod.Metadata.Uid, out var entry) && entry.Status is { } status ? pod with { Status = Merge(status, pod.Status) } : pod;

    /// <summary>A pod's newest status, to be written soon if it differs.</summary>
    public void Set(V1Pod pod, V1PodStatus status)
    {
        var entry = _entries.GetOrAdd(pod.Metadata.Uid, static (_, p) => new Entry(p.Key()), pod);
        lock (entry)
        {
            if (entry.Status is not null && ApiJson.ContentEquals(entry.Status, status)) { return; }
            entry.Status = status;
        }

        _queue.Add(pod.Metadata.Uid);
    }

    /// <summary>The API shows a pod so: if somebody overwrote its status, it is written anew.</summary>
    public void Observe(V1Pod pod)
    {
        if (!_entries.TryGetValue(pod.Metadata.Uid, out var entry)) { return; }
        lock (entry)
        {
            if (Newer(pod, entry.Api)) { entry.Api = pod; }
            if (entry.Status is null || ApiJson.ContentEquals(Merge(entry.Status, pod.Status), pod.Status)) { return; }
        }

        _queue.Add(pod.Metadata.Uid);
    }

    /// <summary>Nothing of the pod is left on the node: after its last status the API object goes too.</summary>
    public void Delete(V1Pod pod)
    {
        var entry = _entries.GetOrAdd(pod.Metadata.Uid, static (_, p) => new Entry(p.Key()), pod);
        entry.MustDelete = true;
        _queue.Add(pod.Metadata.Uid);
    }

    public void Forget(string uid) => _entries.TryRemove(uid, out _);

    public Task RunAsync(CancellationToken cancellationToken)
        => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));

    public void Dispose() => _queue.Dispose();

    private static V1PodStatus Merge(V1PodStatus ours, V1PodStatus? api)
    {
        // A condition of others is whatever the API says now, not what it was when our status was made.
        var foreign = (api?.Conditions ?? []).Where(static c => !PodConditions.IsOwned(c.Type));
        return ours with { Conditions = [.. foreign, .. (ours.Conditions ?? []).Where(static c => PodConditions.IsOwned(c.Type))] };
    }

    private static bool Newer(V1Pod pod, V1Pod? other)
        => other is null || (ulong.TryParse(pod.Metadata.ResourceVersion, out var left) && ulong.TryParse(other.Metadata.ResourceVersion, out var right) && left > right);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            string uid;
            try
            {
                uid = await _queue.TakeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                if (_entries.TryGetValue(uid, out var entry)) { await WriteAsync(uid, entry, cancellationToken).ConfigureAwait(false); }
                _queue.Forget(uid);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.StatusNotWritten(logger, uid, e);
                _queue.AddRateLimited(uid);
            }
            finally
            {
                _queue.Done(uid);
            }
        }
    }

    private async Task WriteAsync(string uid, Entry entry, CancellationToken cancellationToken)
    {
        var pods = client.Resource<V1Pod>();
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                V1PodStatus? status;
                V1Pod? pod;
                lock (entry) { (status, pod) = (entry.Status, entry.Api); }
                if (status is null) { break; }
                if (pod is null || attempt > 0) { pod = await pods.GetAsync(entry.Key, cancellationToken).ConfigureAwait(false); }
                if (pod.Metadata.Uid != uid)
                {
                    Forget(uid);
                    return;
                }

                var merged = Merge(status, pod.Status);
                if (ApiJson.ContentEquals(merged, pod.Status))
                {
                    lock (entry) { entry.Api ??= pod; }
                    break;
                }

                try
                {
                    var written = await pods.UpdateStatusAsync(pod with { Status = merged }, cancellationToken).ConfigureAwait(false);
                    lock (entry) { entry.Api = written; }
                    break;
                }
                catch (ApiException e) when (e.IsConflict && attempt < ConflictRetries)
                {
                    // Somebody else wrote: once more from what is there now.
                }
            }

            if (entry.MustDelete)
            {
                await pods.DeleteAsync(entry.Key, DeleteRequest.Force with { PreconditionUid = uid }, cancellationToken).ConfigureAwait(false);
                Forget(uid);
            }
        }
        catch (ApiException e) when (e.IsNotFound || (e.IsConflict && entry.MustDelete && e.Message.Contains("UID", StringComparison.OrdinalIgnoreCase)))
        {
            Forget(uid);
        }
    }

    private sealed class Entry(ObjectKey key)
    {
        public ObjectKey Key { get; } = key;

        public V1PodStatus? Status { get; set; }

        // The pod as the API last showed or answered it.
        public V1Pod? Api { get; set; }

        public bool MustDelete { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The status of pod {Uid} could not be written, trying again")]
        public static partial void StatusNotWritten(ILogger logger, string uid, Exception exception);
    }
}
