using CsCheck;
using Orch.Contracts.Storage;

namespace Orch.Store.Memory.Tests;

public sealed class MemoryStorePropertyTests
{
    [Fact]
    public async Task AnyScript_SeesWhatTheNaiveStoreSees()
        => await StoreScript.Steps.SampleAsync(
            async steps =>
            {
                await using var store = new MemoryStore();
                Assert.Equal(await new StoreScriptRunner(new NaiveStore()).RunAsync(steps), await new StoreScriptRunner(store).RunAsync(steps));
            },
            iter: 1_500);

    [Fact]
    public async Task AnyScript_OnDiskAndReopened_LeavesWhatTheNaiveStoreHolds()
        => await StoreScript.Steps.SampleAsync(
            async steps =>
            {
                using var directory = new TemporaryDirectory();
                var options = new MemoryStoreOptions { DataDirectory = directory.Path, CheckpointBytes = 700 };
                var model = new NaiveStore();
                var expected = await new StoreScriptRunner(model).RunAsync(steps);
                await using (var store = new MemoryStore(options))
                {
                    Assert.Equal(expected, await new StoreScriptRunner(store).RunAsync(steps));
                }

                await using var again = new MemoryStore(options);
                Assert.Equal(await DumpAsync(model), await DumpAsync(again));
            },
            iter: 60);

    private static async Task<string> DumpAsync(Storage.IStore store)
    {
        var everything = await store.RangeAsync(Storage.RangeRequest.Prefix("/"), default);
        return $"{everything.Revision}: {string.Join(", ", everything.Entries.Select(entry => $"{entry.Key}={System.Text.Encoding.ASCII.GetString(entry.Value.Span)} {entry.Created} {entry.Modified} {entry.Version}"))}";
    }
}
