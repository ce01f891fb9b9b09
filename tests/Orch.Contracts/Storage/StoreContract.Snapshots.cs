using Orch.Storage;

namespace Orch.Contracts.Storage;

public abstract partial class StoreContract
{
    private IStoreSnapshots Snapshots
    {
        get
        {
            Skip.IfNot(Store is IStoreSnapshots, "This store takes no snapshots.");
            return (IStoreSnapshots)Store;
        }
    }

    [SkippableFact]
    public async Task Snapshot_Restored_BringsEverythingBack()
    {
        var snapshots = Snapshots;
        await PutAsync("/gone", "x");
        await DeleteAsync("/gone");
        await PutAsync("/a", "1");
        await PutAsync("/a", "2");
        var last = await PutAsync("/b", string.Empty);
        var before = (await Store.RangeAsync(RangeRequest.Prefix("/"), Token)).Entries;

        using var copy = new MemoryStream();
        Assert.Equal(last, await snapshots.SnapshotAsync(copy, Token));
        await PutAsync("/a", "3");
        var newest = await PutAsync("/later", "x");

        copy.Position = 0;
        await snapshots.RestoreAsync(copy, Token);

        var after = await Store.RangeAsync(RangeRequest.Prefix("/"), Token);
        Assert.Equal(newest, after.Revision);
        Assert.Equal(before.Select(Describe), after.Entries.Select(Describe));
        Assert.Equal(newest.Value + 1, (await PutAsync("/next", "x")).Value);

        static string Describe(StoreEntry entry) => $"{entry.Key}={Text(entry)} {entry.Created} {entry.Modified} {entry.Version}";
    }

    [SkippableFact]
    public async Task Snapshot_Restored_EndsWatchesAsCompacted()
    {
        var snapshots = Snapshots;
        await PutAsync("/w/a", "1");
        await using var watch = Watch("/w/");
        await watch.NextAsync();
        watch.Begin();
        using var copy = new MemoryStream();
        await snapshots.SnapshotAsync(copy, Token);
        copy.Position = 0;
        await snapshots.RestoreAsync(copy, Token);
        await FailsAsync(StoreErrorCode.Compacted, () => watch.NextEventsAsync());
    }

    [SkippableFact]
    public async Task Snapshot_NotWhole_IsRefusedAndChangesNothing()
    {
        var snapshots = Snapshots;
        await PutAsync("/a", "some value that is long enough to be cut and flipped");
        using var copy = new MemoryStream();
        await snapshots.SnapshotAsync(copy, Token);
        var newest = await PutAsync("/a", "kept");

        var whole = copy.ToArray();
        for (var at = 0; at < whole.Length; at += 3)
        {
            await FailsAsync(StoreErrorCode.Corrupt, () => snapshots.RestoreAsync(new MemoryStream(whole[..at]), Token));
            var flipped = whole.ToArray();
            flipped[at] ^= 0x40;
            await FailsAsync(StoreErrorCode.Corrupt, () => snapshots.RestoreAsync(new MemoryStream(flipped), Token));
        }

        Assert.Equal("kept", Text(await GetAsync("/a")));
        Assert.Equal(newest, await Store.CurrentRevisionAsync(Token));
    }
}
