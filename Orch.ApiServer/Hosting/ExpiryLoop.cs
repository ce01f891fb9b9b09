using Microsoft.Extensions.Logging;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;
using Orch.Storage;

namespace Orch.ApiServer.Hosting;

/// <summary>Removes objects of kinds that live for a time only, such as events.</summary>
/// <remarks>Follows the kind's changes and remembers when each object was last written, so that its cost grows with the changes and not with what is there.</remarks>
internal sealed partial class ExpiryLoop(ServedResources resources, IStore store, TimeProvider time, ILogger<ExpiryLoop> logger) : IBackgroundLoop
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public Task RunAsync(CancellationToken cancellationToken)
        => Task.WhenAll(resources.All
            .Where(static resource => resource.Declaration is { TimeToLive: not null, StoredAs: null })
            .Select(resource => FollowAsync(resource, resource.Declaration.TimeToLive!.Value, cancellationToken)));

    private async Task FollowAsync(ServedResource resource, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var interval = lifetime / 60 < LongestInterval ? lifetime / 60 : LongestInterval;
        while (true)
        {
            using var watch = resource.Cache.WatchFromNow(WatchScope.All, out var snapshot);
            var due = new Queue<(string Key, long Revision, DateTimeOffset At)>();
            // What was there before the start lives once more its whole time: when it was written is not known.
            foreach (var item in snapshot.Objects.Range(resource.Cache.Prefix, RangeRequest.PrefixEnd(resource.Cache.Prefix))) { due.Enqueue((item.Key, item.Revision, time.GetUtcNow() + lifetime)); }
            while (watch.End == WatchEnd.None)
            {
                await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
                var now = time.GetUtcNow();
                while (watch.TryRead(out var item))
                {
                    if (item.Current is { } current) { due.Enqueue((current.Key, current.Revision, now + lifetime)); }
                }

                while (due.TryPeek(out var oldest) && oldest.At <= now)
                {
                    due.Dequeue();
                    await RemoveAsync(oldest.Key, oldest.Revision, cancellationToken).ConfigureAwait(false);
                }
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    // An object that was written again has another revision and another place in the queue.
    private async Task RemoveAsync(string key, long revision, CancellationToken cancellationToken)
    {
        try { await store.CommitAsync(CommitRequest.Delete(key, new Revision(revision)), cancellationToken).ConfigureAwait(false); }
        catch (StoreException exception) { Log.NotRemoved(logger, key, exception); }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Key} outlived its time but could not be removed.")]
        public static partial void NotRemoved(ILogger logger, string key, Exception exception);
    }
}
