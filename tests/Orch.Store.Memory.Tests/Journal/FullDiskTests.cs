using System.Diagnostics;
using Orch.Storage;

namespace Orch.Store.Memory.Tests.Journal;

/// <summary>A real file system that is really full.</summary>
[Trait("Needs", "Root")]
public sealed class FullDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task SmallFileSystem_FullThenEnlarged_LosesNothingAndGoesOn()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Mounting a small file system needs root on Linux.");
        using var directory = new TemporaryDirectory();
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", directory.Path) == 0, "This machine does not let tests mount a tmpfs.");
        try
        {
            var options = new MemoryStoreOptions { DataDirectory = directory.Path, CheckpointBytes = 600_000 };
            var acknowledged = new Dictionary<string, Revision>();
            await using (var store = new MemoryStore(options))
            {
                // Keys that stay: sooner or later neither journal nor snapshot has room.
                StoreException? failure = null;
                for (var i = 0; failure is null; i++)
                {
                    Assert.True(i < 5_000, "The file system did not get full.");
                    try
                    {
                        acknowledged[$"/{i}"] = (await store.CommitAsync(CommitRequest.Create($"/{i}", new byte[4_000]), default)).Revision;
                    }
                    catch (StoreException caught)
                    {
                        failure = caught;
                    }
                }

                Assert.Equal(StoreErrorCode.Unavailable, failure.Code);
                await AssertHoldsAsync(store, acknowledged);
                Assert.Equal(0, await RunAsync("mount", "-o", "remount,size=16m", directory.Path));
                acknowledged["/after"] = (await store.CommitAsync(CommitRequest.Create("/after", default), default)).Revision;
                await AssertHoldsAsync(store, acknowledged);
            }

            await using var again = new MemoryStore(options);
            await AssertHoldsAsync(again, acknowledged);
        }
        finally
        {
            Assert.Equal(0, await RunAsync("umount", directory.Path));
        }
    }

    private static async Task AssertHoldsAsync(MemoryStore store, Dictionary<string, Revision> acknowledged)
    {
        var entries = (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries;
        Assert.Equal(acknowledged.OrderBy(pair => pair.Key, StringComparer.Ordinal), entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Modified)));
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }
}
