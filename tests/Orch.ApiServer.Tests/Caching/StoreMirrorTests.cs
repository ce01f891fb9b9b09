using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Kinds;
using Orch.Store.Memory;
using Orch.Storage;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Caching;

public sealed class StoreMirrorTests
{
    private const string Prefix = "/registry/core/configmaps/";

    [Theory]
    [InlineData(StoreErrorCode.Unavailable, WatchEnd.None)]
    [InlineData(StoreErrorCode.Compacted, WatchEnd.Reset)]
    public async Task Watch_OfTheStoreBreaks_CacheIsRightAgain(StoreErrorCode code, object end)
    {
        await using var memory = new MemoryStore();
        await memory.OpenAsync(CancellationToken.None);
        var store = new BreakableStore(memory);
        await PutAsync(memory, "a");
        await using var mirror = new StoreMirror(store, new ResourceCatalog(BuiltInResources.All()), new CacheLimits(), TimeProvider.System, NullLogger<StoreMirror>.Instance);
        await mirror.StartAsync(CancellationToken.None);
        var cache = mirror.CacheOf(Prefix);
        Assert.Equal(1, cache.Snapshot.Objects.Count);
        using var watch = cache.WatchFromNow(WatchScope.All, out _);

        await store.Following.Task.Within("the mirror to follow");
        store.Break(new StoreException(code, "broken by the test"));
        var revision = await PutAsync(memory, "b");
        await mirror.WaitForAsync(revision, CancellationToken.None).AsTask().Within("the mirror to recover");

        Assert.Equal(2, cache.Snapshot.Objects.Count);
        Assert.Equal((WatchEnd)end, watch.End);
        if (watch.End == WatchEnd.None)
        {
            Assert.True(watch.TryRead(out var item));
            Assert.Equal(Prefix + "ns/b", item.Key);
        }
    }

    [Fact]
    public async Task Read_OfARevisionNotSeenYet_Waits()
    {
        await using var memory = new MemoryStore();
        await memory.OpenAsync(CancellationToken.None);
        await using var mirror = new StoreMirror(memory, new ResourceCatalog(BuiltInResources.All()), new CacheLimits(), TimeProvider.System, NullLogger<StoreMirror>.Instance);
        await mirror.StartAsync(CancellationToken.None);
        var waits = Enumerable.Range(1, 20).Select(step => mirror.WaitForAsync(mirror.Observed + step, CancellationToken.None).AsTask()).ToList();
        Assert.False(waits[^1].IsCompleted);
        for (var count = 0; count < 20; count++) { await PutAsync(memory, $"c{count}"); }
        await Task.WhenAll(waits).Within("all waiters");
    }

    [Fact]
    public async Task Batch_OfSeveralResources_IsShownInTheOrderOfTheirLastChanges()
    {
        const string Other = "/registry/core/secrets/";
        await using var memory = new MemoryStore();
        await memory.OpenAsync(CancellationToken.None);
        var store = new BatchingStore(memory);
        var clock = new NoticingClock();
        await using var mirror = new StoreMirror(store, new ResourceCatalog(BuiltInResources.All()), new CacheLimits(), clock, NullLogger<StoreMirror>.Instance);
        await mirror.StartAsync(CancellationToken.None);
        var (first, second) = (mirror.CacheOf(Prefix), mirror.CacheOf(Other));
        var seen = new List<(int, int)>();
        clock.Noticed = () => seen.Add((first.Snapshot.Objects.Count, second.Snapshot.Objects.Count));

        await PutAsync(memory, "a");
        await PutAsync(memory, "b", Other);
        var last = await PutAsync(memory, "c");
        store.Gathered.SetResult(last);
        await mirror.WaitForAsync(last, CancellationToken.None).AsTask().Within("the mirror");

        Assert.Equal((2, 1), (first.Snapshot.Objects.Count, second.Snapshot.Objects.Count));
        Assert.Contains((0, 1), seen);
        Assert.DoesNotContain((2, 0), seen);
    }

    private static async Task<long> PutAsync(MemoryStore store, string name, string prefix = Prefix)
    {
        var json = System.Text.Encoding.UTF8.GetBytes("{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"ns\"}}");
        return (await store.CommitAsync(new CommitRequest([], [StoreWrite.Put($"{prefix}ns/{name}", json)]), CancellationToken.None)).Revision.Value;
    }

    private sealed class BreakableStore(IStore inner) : IStore
    {
        private readonly TaskCompletionSource<StoreException> _break = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _watches;

        public TaskCompletionSource Following { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Break(StoreException exception) => _break.SetResult(exception);

        public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken) => inner.CommitAsync(request, cancellationToken);

        public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken) => inner.RangeAsync(request, cancellationToken);

        public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken) => inner.CurrentRevisionAsync(cancellationToken);

        public Task CompactAsync(Revision revision, CancellationToken cancellationToken) => inner.CompactAsync(revision, cancellationToken);

        public async IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _watches) == 1)
            {
                Following.SetResult();
                throw await _break.Task.WaitAsync(cancellationToken);
            }

            await foreach (var batch in inner.WatchAsync(request, cancellationToken)) { yield return batch; }
        }
    }

    /// <summary>Hands on what happened up to a revision as one batch.</summary>
    private sealed class BatchingStore(IStore inner) : IStore
    {
        public TaskCompletionSource<long> Gathered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken) => inner.CommitAsync(request, cancellationToken);

        public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken) => inner.RangeAsync(request, cancellationToken);

        public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken) => inner.CurrentRevisionAsync(cancellationToken);

        public Task CompactAsync(Revision revision, CancellationToken cancellationToken) => inner.CompactAsync(revision, cancellationToken);

        public async IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var last = await Gathered.Task.WaitAsync(cancellationToken);
            var events = new List<StoreEvent>();
            await foreach (var batch in inner.WatchAsync(request, cancellationToken))
            {
                events.AddRange(batch.Events);
                if (batch.Revision.Value < last) { continue; }
                yield return batch with { Events = [.. events] };
                events.Clear();
            }
        }
    }

    private sealed class NoticingClock : TimeProvider
    {
        public Action? Noticed { get; set; }

        public override long GetTimestamp()
        {
            Noticed?.Invoke();
            return base.GetTimestamp();
        }
    }
}
