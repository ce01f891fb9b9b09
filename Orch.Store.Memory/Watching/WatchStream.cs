using System.Runtime.CompilerServices;
using Orch.Storage;

namespace Orch.Store.Memory.Watching;

/// <summary>One watch: the history first, then the chain that it shares with all watches of its prefix.</summary>
internal static class WatchStream
{
    public static async IAsyncEnumerable<StoreWatchBatch> RunAsync(
        StoreState state,
        StoreWatchRequest request,
        Func<CancellationToken, Task>? openAsync,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (openAsync is not null)
        {
            await openAsync(cancellationToken).ConfigureAwait(false);
        }

        WatchStart start;
        lock (state.Gate)
        {
            start = state.Attach(request.Prefix, request.After);
        }

        try
        {
            if (request.After == Revision.None)
            {
                yield return new StoreWatchBatch(new Revision(start.LiveFrom), []);
            }

            for (var record = start.Backlog; record is not null && record.Revision <= start.LiveFrom;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (record.Under(request.Prefix) is { } batch)
                {
                    yield return batch;
                }

                if (record.Revision == start.LiveFrom)
                {
                    break;
                }

                record = record.Next;
                if (ReferenceEquals(record, History.CommitRecord.Dropped))
                {
                    throw state.CompactedError(request.After.Value);
                }
            }

            var link = start.Link;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // In this order: with no next link afterwards, everything up to that revision has been delivered.
                var published = state.Published;
                if (link.Next is { } next)
                {
                    if (ReferenceEquals(next, WatchLink.Dropped))
                    {
                        throw state.CompactedError(link.Batch.Revision.Value + 1);
                    }

                    link = next;
                    if (link.Batch.Revision > request.After)
                    {
                        yield return link.Batch;
                    }
                }
                else if (!await HasArrivedAsync(link, request.ProgressInterval, time, cancellationToken).ConfigureAwait(false)
                    && published >= request.After.Value)
                {
                    yield return new StoreWatchBatch(new Revision(published), []);
                }
            }
        }
        finally
        {
            lock (state.Gate)
            {
                state.Detach(start);
            }
        }
    }

    private static async ValueTask<bool> HasArrivedAsync(WatchLink link, TimeSpan? limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var arrival = link.ArrivalAsync();
        await arrival.WaitAsync(limit ?? Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return arrival.IsCompleted;
    }
}
