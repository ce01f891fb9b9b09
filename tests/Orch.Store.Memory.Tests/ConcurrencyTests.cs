using System.Globalization;
using System.Text;
using Orch.Contracts.Storage;
using Orch.Storage;

namespace Orch.Store.Memory.Tests;

public sealed class ConcurrencyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadsDuringWritesAndCompaction_SeeWholeCommits(bool isDurable)
    {
        using var directory = new TemporaryDirectory();
        await using var store = new MemoryStore(new MemoryStoreOptions
        {
            DataDirectory = isDurable ? directory.Path : null,
            CheckpointBytes = 20_000,
            MaxHistoryRevisions = 50,
        });
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 600; i++)
            {
                // The pair lies far apart, is written as one, and every third time deleted as one.
                var value = i % 3 == 2 ? (ReadOnlyMemory<byte>?)null : Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));
                await store.CommitAsync(new CommitRequest([], [new StoreWrite($"/a/{writer}/{i % 40}", value), new StoreWrite($"/z/{writer}/{i % 40}", value)]), default);
            }
        })).ToArray();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var rounds = 0;
            for (; !stop.IsCancellationRequested || rounds == 0; rounds++)
            {
                var entries = (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries;
                var left = entries.Where(entry => entry.Key[1] == 'a').Select(entry => (entry.Key[2..], entry.Modified, entry.Version));
                var right = entries.Where(entry => entry.Key[1] == 'z').Select(entry => (entry.Key[2..], entry.Modified, entry.Version));
                Assert.Equal(left, right);
            }
        })).ToArray();

        await Task.WhenAll(writers).WaitAsync(Patience);
        await stop.CancelAsync();
        await Task.WhenAll(readers).WaitAsync(Patience);
    }

    [Fact]
    public async Task ThousandsOfWatches_EachSeesItsOwnKeyOnly()
    {
        const int Count = 3_000;
        await using var store = new MemoryStore();
        var watches = new List<WatchProbe>();
        for (var i = 0; i < Count; i++)
        {
            var watch = new WatchProbe(store, new StoreWatchRequest($"/pods/{i:d4}/", Revision.None), Patience);
            await watch.NextAsync();
            watches.Add(watch);
        }

        for (var i = 0; i < Count; i++)
        {
            await store.CommitAsync(new CommitRequest([], [StoreWrite.Put($"/pods/{i:d4}/x", Encoding.ASCII.GetBytes($"{i}"))]), default);
        }

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal($"/pods/{i:d4}/x={i}", WatchProbe.Describe(Assert.Single(await watches[i].TakeAsync(1))));
            await watches[i].DisposeAsync();
        }

        Assert.Equal(0, store.Watchers);
    }
}
