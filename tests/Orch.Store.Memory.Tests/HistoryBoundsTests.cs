using Microsoft.Extensions.Time.Testing;
using Orch.Contracts.Storage;
using Orch.Storage;

namespace Orch.Store.Memory.Tests;

public sealed class HistoryBoundsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task History_OverItsCount_IsForgottenFromTheOldEnd()
    {
        await using var store = new MemoryStore(new MemoryStoreOptions { MaxHistoryRevisions = 10 });
        var revisions = await WriteAsync(store, 25);

        await AssertCompactedAsync(store, revisions[14]);
        Assert.Equal("15", await ReadAsync(store, revisions[15]));
        Assert.Equal("24", await ReadAsync(store, revisions[24]));
    }

    [Fact]
    public async Task History_OverItsBytes_IsForgotten()
    {
        await using var store = new MemoryStore(new MemoryStoreOptions { MaxHistoryBytes = 10_000 });
        var large = new byte[3_000];
        Revision first = default;
        for (var i = 0; i < 5; i++)
        {
            var result = await store.CommitAsync(new CommitRequest([], [StoreWrite.Put("/a", large)]), default);
            first = i == 0 ? result.Revision : first;
        }

        await AssertCompactedAsync(store, first);
    }

    [Fact]
    public async Task History_OverItsAge_IsForgottenWithoutACommit()
    {
        var time = new FakeTimeProvider();
        await using var store = new MemoryStore(new MemoryStoreOptions { MaxHistoryAge = TimeSpan.FromMinutes(5) }, time);
        var old = await WriteAsync(store, 3);
        time.Advance(TimeSpan.FromMinutes(4));
        var recent = await WriteAsync(store, 2);
        Assert.Equal("0", await ReadAsync(store, old[0]));

        time.Advance(TimeSpan.FromMinutes(2));
        await AssertCompactedAsync(store, old[1]);
        Assert.Equal("2", await ReadAsync(store, old[2]));
        Assert.Equal("1", await ReadAsync(store, recent[1]));
    }

    [Fact]
    public async Task Watch_LaggingBeyondTheHistory_IsCompactedNotSilent()
    {
        await using var store = new MemoryStore(new MemoryStoreOptions { MaxHistoryRevisions = 10 });
        await using var watch = new WatchProbe(store, new StoreWatchRequest("/", Revision.None), Patience);
        await watch.NextAsync();
        await WriteAsync(store, 30);

        var failure = await Assert.ThrowsAsync<StoreException>(() => watch.TakeAsync(30));
        Assert.Equal(StoreErrorCode.Compacted, failure.Code);
    }

    [Fact]
    public async Task Watch_LaggingInTheBacklog_IsCompactedNotSilent()
    {
        await using var store = new MemoryStore(new MemoryStoreOptions { MaxHistoryRevisions = 10 });
        await WriteAsync(store, 8);
        await using var watch = new WatchProbe(store, new StoreWatchRequest("/", new Revision(1)), Patience);
        await watch.TakeAsync(1);
        await WriteAsync(store, 30);

        var failure = await Assert.ThrowsAsync<StoreException>(() => watch.TakeAsync(30));
        Assert.Equal(StoreErrorCode.Compacted, failure.Code);
    }

    [Fact]
    public async Task Watch_Ended_LeavesNothingBehind()
    {
        await using var store = new MemoryStore();
        for (var i = 0; i < 50; i++)
        {
            await using var watch = new WatchProbe(store, new StoreWatchRequest($"/{i % 7}/", Revision.None), Patience);
            await watch.NextAsync();
        }

        Assert.Equal(0, store.Watchers);
    }

    [Fact]
    public async Task DeletedKeys_Compacted_LeaveTheIndex()
    {
        await using var store = new MemoryStore();
        for (var i = 0; i < 500; i++)
        {
            await store.CommitAsync(new CommitRequest([], [StoreWrite.Put($"/{i}", default)]), default);
            await store.CommitAsync(new CommitRequest([], [StoreWrite.Delete($"/{i}")]), default);
        }

        Assert.Equal(500, store.IndexedKeys);
        await store.CompactAsync(await store.CurrentRevisionAsync(default), default);
        Assert.Equal(0, store.IndexedKeys);
    }

    private static async Task<List<Revision>> WriteAsync(MemoryStore store, int count)
    {
        var revisions = new List<Revision>();
        for (var i = 0; i < count; i++)
        {
            revisions.Add((await store.CommitAsync(new CommitRequest([], [StoreWrite.Put("/a", System.Text.Encoding.ASCII.GetBytes($"{i}"))]), default)).Revision);
        }

        return revisions;
    }

    private static async Task<string> ReadAsync(MemoryStore store, Revision at)
        => System.Text.Encoding.ASCII.GetString((await store.RangeAsync(RangeRequest.Key("/a") with { AtRevision = at }, default)).Entries[0].Value.Span);

    private static async Task AssertCompactedAsync(MemoryStore store, Revision at)
        => Assert.Equal(StoreErrorCode.Compacted, (await Assert.ThrowsAsync<StoreException>(() => ReadAsync(store, at))).Code);
}
