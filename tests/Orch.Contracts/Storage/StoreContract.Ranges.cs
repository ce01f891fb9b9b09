using Orch.Storage;

namespace Orch.Contracts.Storage;

public abstract partial class StoreContract
{
    [SkippableFact]
    public async Task Range_Prefix_IsInOrderAndLeavesNeighboursOut()
    {
        foreach (var key in new[] { "/r/pods/b", "/r/pods/a", "/r/pods/a/x", "/r/pod", "/r/podsz", "/r/pods0", "/r/pods.x", "/r/pods/~", "/r/pods/-" })
        {
            await PutAsync(key, key);
        }

        Assert.Equal(["/r/pods/-", "/r/pods/a", "/r/pods/a/x", "/r/pods/b", "/r/pods/~"], await KeysAsync("/r/pods/"));
        Assert.Equal(9, (await KeysAsync(string.Empty)).Length);
        Assert.Empty(await KeysAsync("/none/"));
    }

    [SkippableFact]
    public async Task Range_Bounds_AreInclusiveAndExclusive()
    {
        foreach (var key in new[] { "/a", "/b", "/c", "/d" })
        {
            await PutAsync(key, "x");
        }

        var result = await Store.RangeAsync(new RangeRequest("/b", "/d"), Token);
        Assert.Equal(["/b", "/c"], result.Entries.Select(entry => entry.Key));
        Assert.Equal((2L, false), (result.Count, result.More));
        Assert.Empty((await Store.RangeAsync(new RangeRequest("/d", "/b"), Token)).Entries);
    }

    [SkippableFact]
    public async Task Range_AbsentKey_IsEmptyAtTheNewestRevision()
    {
        var newest = await PutAsync("/a", "1");
        var result = await Store.RangeAsync(RangeRequest.Key("/b"), Token);
        Assert.Equal((newest, 0, 0L, false), (result.Revision, result.Entries.Count, result.Count, result.More));
    }

    [SkippableFact]
    public async Task Range_WithLimit_PagesThroughOneRevision()
    {
        for (var i = 0; i < 10; i++)
        {
            await PutAsync($"/p/{i}", "old");
        }

        var keys = new List<string>();
        var request = RangeRequest.Prefix("/p/") with { Limit = 4 };
        while (true)
        {
            var page = await Store.RangeAsync(request, Token);
            Assert.All(page.Entries, entry => Assert.Equal("old", Text(entry)));
            keys.AddRange(page.Entries.Select(entry => entry.Key));
            if (!page.More)
            {
                Assert.Equal(page.Entries.Count, page.Count);
                break;
            }

            Assert.Equal(4, page.Entries.Count);
            Assert.True(page.Count > 4);
            request = request with
            {
                From = page.Entries[^1].Key + "\0",
                AtRevision = request.AtRevision == Revision.None ? page.Revision : request.AtRevision,
            };

            // Changes between the pages are not seen.
            await PutAsync("/p/9", "new");
            await DeleteAsync("/p/8");
            await PutAsync("/p/91", "new");
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"/p/{i}"), keys);
    }

    [SkippableFact]
    public async Task Range_LimitThatFitsExactly_HasNoMore()
    {
        await PutAsync("/p/1", "x");
        await PutAsync("/p/2", "x");
        var result = await Store.RangeAsync(RangeRequest.Prefix("/p/") with { Limit = 2 }, Token);
        Assert.Equal((2, 2L, false), (result.Entries.Count, result.Count, result.More));
    }

    [SkippableFact]
    public async Task Range_AtOldRevisions_SeesEachStateAndNamesTheNewest()
    {
        var created = await PutAsync("/a", "1");
        var changed = await PutAsync("/a", "2");
        var deleted = await DeleteAsync("/a");
        var again = await PutAsync("/a", "3");

        Assert.Equal("1", Text(await GetAsync("/a", created)));
        Assert.Equal("2", Text(await GetAsync("/a", changed)));
        Assert.Null(await GetAsync("/a", deleted));
        Assert.Equal("3", Text(await GetAsync("/a", again)));
        Assert.Empty(await KeysAsync("/", deleted));
        Assert.Equal(again, (await Store.RangeAsync(RangeRequest.Key("/a") with { AtRevision = created }, Token)).Revision);
    }

    [SkippableFact]
    public async Task Range_InTheFuture_IsRefused()
    {
        var newest = await PutAsync("/a", "1");
        await FailsAsync(StoreErrorCode.FutureRevision, () => GetAsync("/a", new Revision(newest.Value + 1)));
    }

    [SkippableFact]
    public async Task Range_KeysOnlyAndCountOnly_LeaveTheRestOut()
    {
        var first = await PutAsync("/k/1", "value");
        await PutAsync("/k/2", "value");

        var keys = await Store.RangeAsync(RangeRequest.Prefix("/k/") with { KeysOnly = true, Limit = 1 }, Token);
        Assert.Equal(("/k/1", 0, first), (keys.Entries[0].Key, keys.Entries[0].Value.Length, keys.Entries[0].Modified));
        Assert.Equal((1, 2L, true), (keys.Entries.Count, keys.Count, keys.More));

        var count = await Store.RangeAsync(RangeRequest.Prefix("/k/") with { CountOnly = true }, Token);
        Assert.Equal((0, 2L, false), (count.Entries.Count, count.Count, count.More));
    }

    [SkippableFact]
    public async Task Range_ManyKeys_AreAllThereInOrder()
    {
        const int Count = 3000;
        var keys = Enumerable.Range(0, Count).Select(i => $"/many/{(i * 7919) % Count:d5}").ToArray();
        foreach (var chunk in keys.Chunk(100))
        {
            await Store.CommitAsync(new CommitRequest([], [.. chunk.Select(key => StoreWrite.Put(key, Bytes(key)))]), Token);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"/many/{i:d5}"), await KeysAsync("/many/"));
        foreach (var chunk in keys.Where((_, i) => i % 3 != 0).Chunk(100))
        {
            await Store.CommitAsync(new CommitRequest([], [.. chunk.Select(StoreWrite.Delete)]), Token);
        }

        Assert.Equal(keys.Where((_, i) => i % 3 == 0).Order(StringComparer.Ordinal), await KeysAsync("/many/"));
    }

    [SkippableFact]
    public async Task Range_LargerThanOneMessage_IsWhole()
    {
        var value = new byte[1_000_000];
        for (var i = 0; i < 6; i++)
        {
            await Store.CommitAsync(CommitRequest.Create($"/large/{i}", value), Token);
        }

        Assert.Equal(6, (await Store.RangeAsync(RangeRequest.Prefix("/large/"), Token)).Entries.Count(entry => entry.Value.Length == value.Length));
    }
}
