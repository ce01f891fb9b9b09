using System.Text;
using Orch.Storage;

namespace Orch.Contracts.Storage;

/// <summary>Drives one watch by hand, every wait bounded.</summary>
public sealed class WatchProbe : IAsyncDisposable
{
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncEnumerator<StoreWatchBatch> _batches;
    private Task<bool>? _pending;

    public WatchProbe(IStore store, StoreWatchRequest request, TimeSpan patience)
    {
        _patience = patience;
        _batches = store.WatchAsync(request, _stop.Token).GetAsyncEnumerator(_stop.Token);
    }

    /// <summary>The next batch, notices included.</summary>
    public async Task<StoreWatchBatch> NextAsync(string waitingFor = "the next batch of a watch")
    {
        _pending ??= _batches.MoveNextAsync().AsTask();
        try
        {
            Assert.True(await _pending.WaitAsync(_patience), "A watch ended without an exception.");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {_patience} for {waitingFor}.");
        }

        _pending = null;
        return _batches.Current;
    }

    /// <summary>The next batch that has events.</summary>
    public async Task<StoreWatchBatch> NextEventsAsync(string waitingFor = "the next events of a watch")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < _patience)
        {
            var batch = await NextAsync(waitingFor);
            if (batch.Events.Count > 0)
            {
                return batch;
            }
        }

        throw new TimeoutException($"Waited {_patience} for {waitingFor}; only notices came.");
    }

    /// <summary>So many events, as <c>revision key=value</c> or <c>revision key-</c> for a deletion.</summary>
    public async Task<List<StoreEvent>> TakeAsync(int count)
    {
        var events = new List<StoreEvent>();
        while (events.Count < count)
        {
            var batch = await NextEventsAsync($"event {events.Count + 1} of {count}");
            Assert.All(batch.Events, change => Assert.True(change.Revision <= batch.Revision));
            events.AddRange(batch.Events);
        }

        return events;
    }

    /// <summary>Starts the watch without taking what it yields.</summary>
    public void Begin() => _pending ??= _batches.MoveNextAsync().AsTask();

    public Task CancelAsync() => _stop.CancelAsync();

    public static string Describe(StoreEvent change)
        => change.Entry is null ? $"{change.Key}-" : $"{change.Key}={Encoding.UTF8.GetString(change.Entry.Value.Span)}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_pending is not null)
        {
            await _pending.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).WaitAsync(_patience);
        }

        await _batches.DisposeAsync();
        _stop.Dispose();
    }
}
