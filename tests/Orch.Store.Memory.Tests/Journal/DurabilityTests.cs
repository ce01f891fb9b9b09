using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orch.Contracts.Storage;
using Orch.Storage;
using Orch.Store.Memory.Journal;

namespace Orch.Store.Memory.Tests.Journal;

public sealed class DurabilityTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FaultyFile.Faults _faults = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Reopened_HasKeysRevisionsAndHistory()
    {
        Revision first, deleted;
        await using (var store = Open())
        {
            first = await PutAsync(store, "/a", "1");
            await PutAsync(store, "/gone", "x");
            deleted = (await store.CommitAsync(new CommitRequest([], [StoreWrite.Delete("/gone"), StoreWrite.Put("/a", Bytes("2"))]), default)).Revision;
        }

        await using var again = Open();
        Assert.Equal(deleted, await again.CurrentRevisionAsync(default));
        var entry = Assert.Single((await again.RangeAsync(RangeRequest.Prefix("/"), default)).Entries);
        Assert.Equal(("/a", "2", first, deleted, 2L), (entry.Key, Text(entry), entry.Created, entry.Modified, entry.Version));
        await using var watch = new WatchProbe(again, new StoreWatchRequest("/", first), TimeSpan.FromSeconds(10));
        Assert.Equal(["/gone=x", "/gone-", "/a=2"], (await watch.TakeAsync(3)).Select(WatchProbe.Describe));
        Assert.Equal(deleted.Value + 1, (await PutAsync(again, "/b", "1")).Value);
    }

    [Fact]
    public async Task Checkpoints_ReplaceTheJournal_AndOldHistoryIsCompacted()
    {
        Revision first, last = default;
        await using (var store = Open(checkpointBytes: 20_000))
        {
            first = await PutAsync(store, "/first", "x");
            for (var i = 0; i < 300; i++)
            {
                last = await PutAsync(store, $"/{i % 10}", new string((char)('a' + (i % 26)), 1000));
            }
        }

        Assert.True(new DirectoryInfo(_directory.Path).GetFiles().Sum(file => file.Length) < 200_000);
        _directory.Single("snapshot-*.snap");
        await using var again = Open(checkpointBytes: 20_000);
        Assert.Equal(last, await again.CurrentRevisionAsync(default));
        Assert.Equal(11, (await again.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Count);
        Assert.Equal(first, (await again.RangeAsync(RangeRequest.Key("/first"), default)).Entries[0].Modified);
        var failure = await Assert.ThrowsAsync<StoreException>(async () => await again.RangeAsync(RangeRequest.Key("/first") with { AtRevision = first }, default));
        Assert.Equal(StoreErrorCode.Compacted, failure.Code);
    }

    [Fact]
    public async Task TornEnd_CutAtAnyByte_LosesOnlyTheLastCommit()
    {
        var journal = await WriteUnsealedAsync();
        var whole = await File.ReadAllBytesAsync(journal.Path);
        for (var cut = journal.LastFrame; cut < whole.Length; cut += cut < journal.LastFrame + 30 ? 1 : 37)
        {
            await File.WriteAllBytesAsync(journal.Path, whole[..(int)cut]);
            await AssertLastLostAsync();
        }

        // Pages of the last write that never arrived.
        var holes = whole.ToArray();
        holes.AsSpan((int)journal.LastFrame + 30, 10).Clear();
        await File.WriteAllBytesAsync(journal.Path, holes);
        await AssertLastLostAsync();
        await File.WriteAllBytesAsync(journal.Path, whole);
        await using var store = Open();
        Assert.Equal("kept 3", Text((await store.RangeAsync(RangeRequest.Key("/3"), default)).Entries[0]));

        async Task AssertLastLostAsync()
        {
            await using (var store = Open())
            {
                Assert.Equal(["/0", "/1", "/2"], (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Select(entry => entry.Key));
                await PutAsync(store, "/new", "goes on");
            }

            await using var again = Open();
            Assert.Equal(4, (await again.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Count);
        }
    }

    [Fact]
    public async Task DamageInTheMiddle_IsCorruptNamingFileAndOffset()
    {
        var journal = await WriteUnsealedAsync();
        var whole = await File.ReadAllBytesAsync(journal.Path);
        for (var at = 28; at < journal.LastFrame; at += 5)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(journal.Path, damaged);
            await using var store = Open();
            var failure = await Assert.ThrowsAsync<StoreException>(() => store.OpenAsync(default));
            Assert.Equal(StoreErrorCode.Corrupt, failure.Code);
            Assert.Contains(journal.Path, failure.Message, StringComparison.Ordinal);
            Assert.Contains("offset", failure.Message, StringComparison.Ordinal);
            Assert.Equal(damaged, await File.ReadAllBytesAsync(journal.Path));
        }
    }

    [Fact]
    public async Task DamagedHeader_IsCorrupt()
    {
        var journal = await WriteUnsealedAsync();
        var damaged = await File.ReadAllBytesAsync(journal.Path);
        damaged[10] ^= 1;
        await File.WriteAllBytesAsync(journal.Path, damaged);
        await using var store = Open();
        Assert.Equal(StoreErrorCode.Corrupt, (await Assert.ThrowsAsync<StoreException>(() => store.OpenAsync(default))).Code);
    }

    [Fact]
    public async Task DamageToTheLastCommit_AfterAnOrderlyClose_IsCorrupt()
    {
        await using (var store = Open())
        {
            await PutAsync(store, "/a", "the last commit");
        }

        var path = _directory.Single("journal-*.log");
        var damaged = await File.ReadAllBytesAsync(path);
        damaged[60] ^= 1;
        await File.WriteAllBytesAsync(path, damaged);
        await using var again = Open();
        Assert.Equal(StoreErrorCode.Corrupt, (await Assert.ThrowsAsync<StoreException>(() => again.OpenAsync(default))).Code);
    }

    [Fact]
    public async Task MissingSegment_IsCorrupt()
    {
        await using (var store = Open(checkpointBytes: 5_000))
        {
            for (var i = 0; i < 30; i++)
            {
                await PutAsync(store, "/a", new string('x', 500));
            }
        }

        File.Delete(_directory.Single("snapshot-*.snap"));
        await using var again = Open();
        Assert.Equal(StoreErrorCode.Corrupt, (await Assert.ThrowsAsync<StoreException>(() => again.OpenAsync(default))).Code);
    }

    [Fact]
    public async Task DamagedSnapshot_IsCorruptNamingTheFile()
    {
        await using (var store = Open(checkpointBytes: 5_000))
        {
            for (var i = 0; i < 30; i++)
            {
                await PutAsync(store, "/a", new string('x', 500));
            }
        }

        var path = _directory.Single("snapshot-*.snap");
        var damaged = await File.ReadAllBytesAsync(path);
        damaged[^10] ^= 1;
        await File.WriteAllBytesAsync(path, damaged);
        await using var again = Open();
        var failure = await Assert.ThrowsAsync<StoreException>(() => again.OpenAsync(default));
        Assert.Equal(StoreErrorCode.Corrupt, failure.Code);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullDisk_IsUnavailableWithoutLossAndThenGoesOn()
    {
        await using (var store = Open(faulty: true))
        {
            var kept = await PutAsync(store, "/kept", "1");
            _faults.Write = true;
            var writers = Enumerable.Range(0, 20).Select(i => PutAsync(store, $"/lost/{i}", "x")).ToArray();
            foreach (var writer in writers)
            {
                Assert.Equal(StoreErrorCode.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => writer)).Code);
            }

            Assert.Equal(kept, await store.CurrentRevisionAsync(default));
            Assert.Equal(["/kept"], (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Select(entry => entry.Key));
            _faults.Write = false;
            Assert.Equal(kept.Value + 1, (await PutAsync(store, "/after", "1")).Value);
            Assert.True((await store.CommitAsync(CommitRequest.Create("/lost/1", Bytes("now")), default)).Succeeded);
        }

        await using var again = Open();
        Assert.Equal(["/after", "/kept", "/lost/1"], (await again.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Select(entry => entry.Key));
    }

    [Fact]
    public async Task FullDisk_WithdrawnKeys_KeepTheirHistory()
    {
        await using var store = Open(faulty: true);
        var first = await PutAsync(store, "/a", "1");
        var deleted = (await store.CommitAsync(new CommitRequest([], [StoreWrite.Delete("/a")]), default)).Revision;
        _faults.Write = true;
        var writes = Enumerable.Range(0, 3).Select(i => store.CommitAsync(
            new CommitRequest([], [StoreWrite.Put("/a", Bytes("lost")), i == 1 ? StoreWrite.Delete("/b") : StoreWrite.Put("/b", Bytes("lost"))]), default).AsTask()).ToArray();
        foreach (var write in writes)
        {
            await Assert.ThrowsAsync<StoreException>(() => write);
        }

        _faults.Write = false;
        Assert.Equal("1", Text((await store.RangeAsync(RangeRequest.Key("/a") with { AtRevision = first }, default)).Entries[0]));
        Assert.Empty((await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries);
        var again = await PutAsync(store, "/a", "2");
        await PutAsync(store, "/b", "2");
        await store.CompactAsync(again, default);
        Assert.Equal(deleted.Value + 1, again.Value);
        Assert.Equal(["/a=2", "/b=2"], (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Select(entry => $"{entry.Key}={Text(entry)}"));
        Assert.Equal(1, (await store.RangeAsync(RangeRequest.Key("/a"), default)).Entries[0].Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailedSyncOrCut_TakesNoMoreUntilOpenedAnew(bool isSync)
    {
        await using (var store = Open(faulty: true))
        {
            await PutAsync(store, "/kept", "1");
            (_faults.Sync, _faults.Write, _faults.Cut) = (isSync, !isSync, !isSync);
            Assert.Equal(StoreErrorCode.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "/a", "1"))).Code);
            (_faults.Sync, _faults.Write, _faults.Cut) = (false, false, false);
            Assert.Equal(StoreErrorCode.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "/b", "1"))).Code);
            Assert.Equal("1", Text((await store.RangeAsync(RangeRequest.Key("/kept"), default)).Entries[0]));
        }

        await using var again = Open();
        Assert.Contains("/kept", (await again.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Select(entry => entry.Key));
        await PutAsync(again, "/c", "1");
    }

    [Fact]
    public async Task SecondStoreOnADirectory_IsRefusedWithTheHolder()
    {
        await using var store = Open();
        await store.OpenAsync(default);
        await using var second = Open();
        var failure = await Assert.ThrowsAsync<StoreException>(() => second.OpenAsync(default));
        Assert.Equal(StoreErrorCode.Unavailable, failure.Code);
        Assert.Contains($"in use by process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_SurvivesReopening()
    {
        using var copy = new MemoryStream();
        Revision restored;
        await using (var store = Open())
        {
            await PutAsync(store, "/a", "1");
            await store.SnapshotAsync(copy, default);
            await PutAsync(store, "/a", "2");
            restored = await PutAsync(store, "/b", "2");
            copy.Position = 0;
            await store.RestoreAsync(copy, default);
            await PutAsync(store, "/c", "3");
        }

        await using var again = Open();
        var result = await again.RangeAsync(RangeRequest.Prefix("/"), default);
        Assert.Equal(restored.Value + 1, result.Revision.Value);
        Assert.Equal(["/a=1", "/c=3"], result.Entries.Select(entry => $"{entry.Key}={Text(entry)}"));
    }

    [Fact]
    public async Task ConflictOnAWriteUnderWay_IsToldOnlyOnceThatIsDurable()
    {
        await using var store = Open(faulty: true);
        await PutAsync(store, "/kept", "1");
        _faults.Write = true;
        var first = store.CommitAsync(CommitRequest.Create("/a", Bytes("1")), default).AsTask();
        var second = store.CommitAsync(CommitRequest.Create("/a", Bytes("2")), default).AsTask();
        await Assert.ThrowsAsync<StoreException>(() => first);

        // Either it saw the first one, whose fate it shares, or it came later and failed by itself; never a conflict with what is not there.
        await Assert.ThrowsAsync<StoreException>(() => second);
    }

    [Fact]
    public async Task Dispose_WithWritesUnderWay_FinishesThem()
    {
        var store = Open();
        var writers = Enumerable.Range(0, 50).Select(i => PutAsync(store, $"/{i}", "x")).ToArray();
        await store.DisposeAsync();
        await Task.WhenAll(writers);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => PutAsync(store, "/late", "x"));
        await using var again = Open();
        Assert.Equal(50, (await again.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.Count);
    }

    [Fact]
    public async Task Metrics_CountCommitsAndSyncs()
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, double>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        await using var provider = new ServiceCollection().AddOrchMemoryStore(options => options.DataDirectory = _directory.Path).AddMetrics().BuildServiceProvider();
        var factory = provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen.AddOrUpdate(tags.Length > 0 ? $"{instrument.Name} {tags[0].Value}" : instrument.Name, value, (_, old) => instrument.IsObservable ? value : old + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, old) => old + value));
        listener.Start();
        var store = provider.GetRequiredService<MemoryStore>();
        await PutAsync(store, "/a", "12345678");
        await PutAsync(store, "/a", "12345678");
        await store.CommitAsync(CommitRequest.Create("/a", Bytes("x")), default);
        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["orch_store_commits_total committed"]);
        Assert.Equal(1, seen["orch_store_commits_total conflict"]);
        Assert.Equal(2, seen["orch_store_sync_commits"]);
        Assert.Equal(3, seen["orch_store_revision"]);
        Assert.Equal(20, seen["orch_store_history_bytes"]);
        Assert.Equal(0, seen["orch_store_watches"]);
    }

    private MemoryStore Open(long checkpointBytes = 1 << 20, bool faulty = false)
        => new(new MemoryStoreOptions { DataDirectory = _directory.Path, CheckpointBytes = checkpointBytes })
        {
            OpenFile = (path, mode) => faulty ? new FaultyFile(JournalFile.Open(path, mode), _faults) : JournalFile.Open(path, mode),
        };

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Text(StoreEntry entry) => Encoding.ASCII.GetString(entry.Value.Span);

    private static async Task<Revision> PutAsync(MemoryStore store, string key, string value)
        => (await store.CommitAsync(new CommitRequest([], [StoreWrite.Put(key, Bytes(value))]), default)).Revision;

    /// <summary>Four commits in four frames, as a kill leaves them.</summary>
    private async Task<(string Path, long LastFrame)> WriteUnsealedAsync()
    {
        long lastFrame = 0;
        string path;
        byte[] unsealed;
        await using (var store = Open())
        {
            await store.OpenAsync(default);
            path = _directory.Single("journal-*.log");
            for (var i = 0; i < 4; i++)
            {
                lastFrame = new FileInfo(path).Length;
                await PutAsync(store, $"/{i}", $"kept {i}".PadRight(i == 3 ? 6 : 200));
            }

            await using var copy = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            unsealed = new byte[copy.Length];
            await copy.ReadExactlyAsync(unsealed);
        }

        await File.WriteAllBytesAsync(path, unsealed);
        return (path, lastFrame);
    }
}
