using Orch.Storage;

namespace Orch.Contracts.Storage;

public abstract partial class StoreContract
{
    [SkippableFact]
    public async Task Compact_OldReadsFail_NewerOnesAndLiveKeysStay()
    {
        var first = await PutAsync("/a", "1");
        await PutAsync("/gone", "x");
        await DeleteAsync("/gone");
        var floor = await PutAsync("/a", "2");
        var newest = await PutAsync("/a", "3");
        await Store.CompactAsync(floor, Token);

        var failure = await FailsAsync(StoreErrorCode.Compacted, () => GetAsync("/a", first));
        Assert.True(failure.CompactRevision == Revision.None || failure.CompactRevision == floor);
        Assert.Equal("2", Text(await GetAsync("/a", floor)));
        Assert.Equal("3", Text(await GetAsync("/a", newest)));
        Assert.Equal("3", Text(await GetAsync("/a")));
        Assert.Equal(["/a"], await KeysAsync("/", floor));
        Assert.Equal(["/a"], await KeysAsync("/"));
        Assert.Equal(newest, await Store.CurrentRevisionAsync(Token));
    }

    [SkippableFact]
    public async Task Compact_KeyNotWrittenSince_Stays()
    {
        var written = await PutAsync("/quiet", "x");
        await PutAsync("/a", "1");
        var floor = await PutAsync("/a", "2");
        await Store.CompactAsync(floor, Token);

        var entry = (await GetAsync("/quiet", floor))!;
        Assert.Equal(("x", written), (Text(entry), entry.Modified));
        Assert.True((await Store.CommitAsync(CommitRequest.Put("/quiet", Bytes("y"), written), Token)).Succeeded);
    }

    [SkippableFact]
    public async Task Compact_Watches_FromBeforeFailAndFromThereGoOn()
    {
        var start = await Store.CurrentRevisionAsync(Token);
        await PutAsync("/w/a", "1");
        await PutAsync("/w/a", "2");
        var floor = await PutAsync("/w/a", "3");
        await PutAsync("/w/a", "4");
        await Store.CompactAsync(floor, Token);

        await using var old = Watch("/w/", start);
        await FailsAsync(StoreErrorCode.Compacted, () => old.NextEventsAsync());
        await using var watch = Watch("/w/", floor);
        Assert.Equal("/w/a=4", WatchProbe.Describe(Assert.Single((await watch.NextEventsAsync()).Events)));
    }

    [SkippableFact]
    public async Task Compact_LiveWatchThatHasCaughtUp_GoesOn()
    {
        await using var watch = Watch("/w/");
        await watch.NextAsync();
        await PutAsync("/w/a", "1");
        await watch.TakeAsync(1);
        var floor = await PutAsync("/elsewhere", "x");
        await Store.CompactAsync(floor, Token);

        await PutAsync("/w/a", "2");
        Assert.Equal("/w/a=2", WatchProbe.Describe(Assert.Single(await watch.TakeAsync(1))));
    }

    [SkippableFact]
    public async Task Compact_TwiceOrInTheFuture_IsRefused()
    {
        await PutAsync("/a", "1");
        var newest = await PutAsync("/a", "2");
        await FailsAsync(StoreErrorCode.FutureRevision, () => Store.CompactAsync(new Revision(newest.Value + 1), Token));
        await Store.CompactAsync(newest, Token);
        await FailsAsync(StoreErrorCode.Compacted, () => Store.CompactAsync(newest, Token));
        await FailsAsync(StoreErrorCode.InvalidArgument, () => Store.CompactAsync(Revision.None, Token));
    }
}
