using System.Text;
using Orch.Contracts.Storage;
using Orch.Storage;
using Orch.Testing.Networking;
using Waiting = Orch.Testing.Time.Patience;

namespace Orch.Store.Etcd.Tests;

[Trait("Needs", "Etcd")]
public sealed class ReconnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly EtcdServer _server = new() { ProgressInterval = "10m" };

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [SkippableFact]
    public async Task Watch_EtcdKilledAndBack_GoesOnWithoutGapOrDuplicate()
    {
        EtcdServer.SkipIfMissing();
        using var store = _server.NewStore(timeout: Patience);
        using var other = _server.NewStore("/other", Patience);
        await using var watch = new WatchProbe(store, new StoreWatchRequest("/w/", Revision.None) { ProgressInterval = TimeSpan.FromMilliseconds(200) }, Patience);
        await using var idle = new WatchProbe(store, new StoreWatchRequest("/idle/", Revision.None), Patience);
        await watch.NextAsync();
        await idle.NextAsync();
        idle.Begin();

        var written = new List<long>();
        var seen = new List<long>();
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 10; i++)
            {
                written.Add(await PutAsync(store, "/w/a", $"{round}.{i}"));
            }

            // Half of them are read before the crash, the others wait in the old stream or are replayed by the new one.
            while (seen.Count < written.Count - 5)
            {
                seen.AddRange((await watch.NextEventsAsync()).Events.Select(change => change.Revision.Value));
            }

            await _server.KillAsync();
            await _server.StartAsync();
            await PutAsync(other, "/w/a", "not ours");
            written.Add(await PutAsync(store, "/w/a", $"{round}.after"));
            while (seen.Count < written.Count)
            {
                seen.AddRange((await watch.NextEventsAsync()).Events.Select(change => change.Revision.Value));
            }
        }

        Assert.Equal(written, seen);
        var last = await PutAsync(store, "/idle/a", "x");
        Assert.Equal(last, (await idle.NextEventsAsync()).Revision.Value);
    }

    [SkippableFact]
    public async Task Watch_CompactedWhileAway_SaysSo()
    {
        EtcdServer.SkipIfMissing();
        using var store = _server.NewStore(timeout: Patience);
        await using var watch = new WatchProbe(store, new StoreWatchRequest("/w/", Revision.None), Patience);
        await watch.NextAsync();
        await PutAsync(store, "/w/a", "seen");
        await watch.NextEventsAsync();

        // The watch is not being read, so that it notices the cut only afterwards.
        await _server.KillAsync();
        await _server.StartAsync();
        var floor = Revision.None;
        for (var i = 0; i < 5; i++)
        {
            floor = new Revision(await PutAsync(store, "/w/a", $"{i}"));
        }

        await store.CompactAsync(floor, default);
        var failure = await Assert.ThrowsAsync<StoreException>(() => watch.NextEventsAsync());
        Assert.Equal((StoreErrorCode.Compacted, floor), (failure.Code, failure.CompactRevision));
    }

    [SkippableFact]
    public async Task Requests_WhileEtcdIsAway_AreUnavailableInTime_AndWorkAfterwards()
    {
        EtcdServer.SkipIfMissing();
        using var store = _server.NewStore(timeout: TimeSpan.FromSeconds(1));
        await PutAsync(store, "/a", "1");
        await _server.KillAsync();

        Assert.Equal(StoreErrorCode.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "/a", "2"))).Code);
        Assert.Equal(StoreErrorCode.Unavailable, (await Assert.ThrowsAsync<StoreException>(async () => await store.RangeAsync(RangeRequest.Key("/a"), default))).Code);
        await _server.StartAsync();

        // On a busy machine a second may be too short at first.
        byte[]? found = null;
        await Waiting.UntilAsync(
            async () =>
            {
                try { found = (await store.RangeAsync(RangeRequest.Key("/a"), default)).Entries[0].Value.ToArray(); }
                catch (StoreException failure) when (failure.Code == StoreErrorCode.Unavailable) { return false; }
                return true;
            },
            "the store to be reached again");
        Assert.Equal("1", Encoding.ASCII.GetString(found!));
    }

    [SkippableFact]
    public async Task SeveralEndpoints_OneDead_UsesTheOther()
    {
        EtcdServer.SkipIfMissing();
        using var dead = Ports.Dead(out var port);
        using var store = _server.NewStore(others: $"http://127.0.0.1:{port}");
        await using var watch = new WatchProbe(store, new StoreWatchRequest("/", Revision.None), Patience);
        await watch.NextAsync();
        var revision = await PutAsync(store, "/a", "1");
        Assert.Equal(revision, (await watch.NextEventsAsync()).Revision.Value);
    }

    [SkippableFact]
    public async Task CurrentRevision_MovedOnElsewhere_BringsIdleWatchesThereAtOnce()
    {
        EtcdServer.SkipIfMissing();
        var options = new EtcdStoreOptions { KeyPrefix = "/mine" };
        options.Endpoints.Add(_server.Endpoint);
        using var store = new EtcdStore(options) { CanAskForProgressAsync = (_, _) => Task.FromResult(true) };
        using var other = _server.NewStore("/other");

        await using var watch = new WatchProbe(store, new StoreWatchRequest("/w/", Revision.None) { ProgressInterval = TimeSpan.FromHours(1) }, Patience);
        await watch.NextAsync();
        for (var i = 0; i < 3; i++)
        {
            watch.Begin();
            await PutAsync(other, "/a", $"{i}");
            var newest = await store.CurrentRevisionAsync(default);
            while ((await watch.NextAsync("the watch to reach a revision made elsewhere")).Revision < newest)
            {
            }
        }

        var last = await PutAsync(store, "/w/a", "x");
        Assert.Equal(last, (await watch.NextEventsAsync()).Revision.Value);
    }

    [SkippableFact]
    public async Task Compaction_StepsOfTwoServers_CompactOneIntervalBack()
    {
        EtcdServer.SkipIfMissing();
        using var store = _server.NewStore();
        var first = new Compaction.EtcdCompactor(store.Caller);
        var second = new Compaction.EtcdCompactor(store.Caller);
        var old = await PutAsync(store, "/a", "1");
        await PutAsync(store, "/a", "2");
        Assert.Null(await first.StepAsync(default));
        Assert.Null(await second.StepAsync(default));
        var recent = await PutAsync(store, "/a", "3");

        var compacted = await first.StepAsync(default);
        Assert.NotNull(compacted);
        Assert.InRange(compacted.Value.Value, old + 1, recent - 1);
        Assert.Null(await second.StepAsync(default));
        var failure = await Assert.ThrowsAsync<StoreException>(async () => await store.RangeAsync(RangeRequest.Key("/a") with { AtRevision = new Revision(old) }, default));
        Assert.Equal(StoreErrorCode.Compacted, failure.Code);
        Assert.Single((await store.RangeAsync(RangeRequest.Key("/a") with { AtRevision = new Revision(recent) }, default)).Entries);
    }

    private static async Task<long> PutAsync(EtcdStore store, string key, string value)
        => (await store.CommitAsync(new CommitRequest([], [StoreWrite.Put(key, Encoding.ASCII.GetBytes(value))]), default)).Revision.Value;
}
