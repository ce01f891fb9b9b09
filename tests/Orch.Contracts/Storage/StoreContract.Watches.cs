using Orch.Storage;

namespace Orch.Contracts.Storage;

public abstract partial class StoreContract
{
    [SkippableFact]
    public async Task Watch_FromNow_FirstNamesTheRevisionAtWhichItIsLive()
    {
        var before = await PutAsync("/w/a", "old");
        await using var watch = Watch("/w/");

        var first = await watch.NextAsync("the notice that the watch is live");
        Assert.Empty(first.Events);
        Assert.Equal(before, first.Revision);

        await PutAsync("/w/a", "new");
        Assert.Equal("/w/a=new", WatchProbe.Describe(Assert.Single((await watch.NextEventsAsync()).Events)));
    }

    [SkippableFact]
    public async Task Watch_PutChangeDelete_TellsNowAndBefore()
    {
        var start = await Store.CurrentRevisionAsync(Token);
        var created = await PutAsync("/w/a", "1");
        var changed = await PutAsync("/w/a", "2");
        var deleted = await DeleteAsync("/w/a");

        await using var watch = Watch("/w/", start);
        var events = await watch.TakeAsync(3);
        Assert.Equal([created, changed, deleted], events.Select(change => change.Revision));
        Assert.Equal(["1", "2", "(absent)"], events.Select(change => Text(change.Entry)));
        Assert.Equal(["(absent)", "1", "2"], events.Select(change => Text(change.Previous)));
        Assert.Equal((created, changed, 2L), (events[1].Entry!.Created, events[1].Entry!.Modified, events[1].Entry!.Version));
        Assert.Equal(created, events[1].Previous!.Modified);
        Assert.Equal(changed, events[2].Previous!.Modified);
    }

    [SkippableFact]
    public async Task Watch_OneCommitOfSeveralKeys_IsOneBatch()
    {
        await using var watch = Watch("/w/");
        await watch.NextAsync();
        var result = await Store.CommitAsync(
            new CommitRequest([], [StoreWrite.Put("/w/a", Bytes("1")), StoreWrite.Put("/elsewhere", Bytes("1")), StoreWrite.Put("/w/b", Bytes("1"))]), Token);

        var batch = await watch.NextEventsAsync();
        Assert.Equal(result.Revision, batch.Revision);
        Assert.Equal(["/w/a", "/w/b"], batch.Events.Select(change => change.Key).Order());
        Assert.All(batch.Events, change => Assert.Equal(result.Revision, change.Revision));
    }

    [SkippableFact]
    public async Task Watch_OtherPrefixes_AreNotSeen()
    {
        await using var watch = Watch("/w/pods/");
        await watch.NextAsync();
        foreach (var key in new[] { "/w/pod", "/w/podsx", "/w/pods", "/x/w/pods/a", "/w/pods0" })
        {
            await PutAsync(key, "x");
        }

        await PutAsync("/w/pods/a", "x");
        Assert.Equal("/w/pods/a", Assert.Single((await watch.NextEventsAsync()).Events).Key);
    }

    [SkippableTheory]
    [InlineData("outermost first", "/", "/w/", "/w/a/", "/w/a/1", "/w/b/")]
    [InlineData("innermost first", "/w/a/1", "/w/b/", "/w/a/", "/w/", "/")]
    public async Task Watch_NestedPrefixes_EachSeesItsOwn(string order, params string[] prefixes)
    {
        var watches = new Dictionary<string, WatchProbe>();
        foreach (var prefix in prefixes)
        {
            watches[prefix] = Watch(prefix);
            await watches[prefix].NextAsync(order);
        }

        await CheckAsync();
        await watches["/w/"].DisposeAsync();
        watches.Remove("/w/");
        await CheckAsync();
        foreach (var watch in watches.Values)
        {
            await watch.DisposeAsync();
        }

        async Task CheckAsync()
        {
            string[] keys = ["/z", "/w/x", "/w/b/1", "/w/a/2", "/w/a/1"];
            foreach (var key in keys)
            {
                await PutAsync(key, "x");
            }

            foreach (var (prefix, watch) in watches)
            {
                var expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
                Assert.Equal(expected, (await watch.TakeAsync(expected.Count)).Select(change => change.Key));
            }
        }
    }

    [SkippableFact]
    public async Task Watch_FromTheFuture_WaitsForIt()
    {
        var newest = await PutAsync("/w/a", "0");
        await using var watch = Watch("/w/", new Revision(newest.Value + 2));
        watch.Begin();
        for (var i = 1; i <= 4; i++)
        {
            await PutAsync("/w/a", $"{i}");
        }

        Assert.Equal(["3", "4"], (await watch.TakeAsync(2)).Select(change => Text(change.Entry)));
    }

    [SkippableFact]
    public async Task Watch_WhileWritersRace_HasNoGapNoDuplicateAndTheOrder()
    {
        const int Writers = 8, Each = 40;
        var start = await Store.CurrentRevisionAsync(Token);
        await using var early = Watch("/w/", start);
        early.Begin();
        var writers = Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                await PutAsync($"/w/{w}/{i % 5}", $"{i}");
            }
        })).ToArray();

        await Task.WhenAny(writers);
        await using var late = Watch("/w/", start);
        var lateEvents = await late.TakeAsync(Writers * Each);
        await Task.WhenAll(writers);

        var expected = Enumerable.Range(1, Writers * Each).Select(i => start.Value + i);
        Assert.Equal(expected, lateEvents.Select(change => change.Revision.Value));
        Assert.Equal(expected, (await early.TakeAsync(Writers * Each)).Select(change => change.Revision.Value));
    }

    [SkippableFact]
    public async Task Watch_StartedAfterARead_ContinuesItExactly()
    {
        for (var round = 0; round < 5; round++)
        {
            var writer = Task.Run(async () =>
            {
                var last = Revision.None;
                for (var i = 0; i < 60; i++)
                {
                    last = await PutAsync($"/w/{i % 7}", $"{i}");
                }

                return last;
            });
            var read = await Store.RangeAsync(RangeRequest.Prefix("/w/"), Token);
            await using var watch = Watch("/w/", read.Revision);
            watch.Begin();
            var missing = (int)((await writer).Value - read.Revision.Value);
            var events = await watch.TakeAsync(missing);
            Assert.Equal(Enumerable.Range(1, missing).Select(i => read.Revision.Value + i), events.Select(change => change.Revision.Value));
        }
    }

    [SkippableFact]
    public async Task Watch_Idle_SendsProgressThatKeepsItsPromise()
    {
        await using var watch = Watch("/w/", progress: TimeSpan.FromMilliseconds(200));
        var live = (await watch.NextAsync()).Revision;
        var elsewhere = await PutAsync("/elsewhere", "x");
        Assert.True(elsewhere > live);

        StoreWatchBatch notice;
        do
        {
            notice = await watch.NextAsync("progress notices to reach a change elsewhere");
            Assert.Empty(notice.Events);
        }
        while (notice.Revision < elsewhere);

        var next = await PutAsync("/w/a", "x");
        Assert.Equal(next, (await watch.NextEventsAsync()).Revision);
    }

    [SkippableFact]
    public async Task Watch_Cancelled_EndsAsCancelled()
    {
        await using var watch = Watch("/w/");
        await watch.NextAsync();
        watch.Begin();
        await watch.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.NextAsync());
    }

    [SkippableFact]
    public async Task Watch_LargeEvents_AreWhole()
    {
        var start = await Store.CurrentRevisionAsync(Token);
        for (var i = 0; i < 5; i++)
        {
            await Store.CommitAsync(new CommitRequest([], [StoreWrite.Put($"/w/{i % 2}", new byte[1_200_000])]), Token);
        }

        await using var watch = Watch("/w/", start);
        Assert.All(await watch.TakeAsync(5), change => Assert.Equal(1_200_000, change.Entry!.Value.Length));
    }
}
