using System.Runtime.CompilerServices;
using System.Text;
using Orch.Storage;

namespace Orch.Store.Memory.Tests.Formats;

/// <summary>What is on disk stays readable: files kept from the first version are opened and give what was written.</summary>
public sealed class StoredFormatTests
{
    [Fact]
    public async Task Journal_OfTheFirstVersion_IsRead()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(Path.Combine(directory.Path, "journal-00000000000000000002.log"), await GoldenAsync("journal"));
        await using var store = new MemoryStore(new MemoryStoreOptions { DataDirectory = directory.Path });
        await AssertContentAsync(store);
        Assert.Equal("1", Text((await store.RangeAsync(RangeRequest.Key("/registry/a") with { AtRevision = new Revision(2) }, default)).Entries[0]));
    }

    [Fact]
    public async Task Snapshot_OfTheFirstVersion_IsReadAndWrittenTheSame()
    {
        await using var store = new MemoryStore();
        var golden = await GoldenAsync("snapshot");
        await store.RestoreAsync(new MemoryStream(golden), default);
        await AssertContentAsync(store);
        using var copy = new MemoryStream();
        await store.SnapshotAsync(copy, default);
        Assert.Equal(golden, copy.ToArray());
    }

    /// <summary>Run by hand with ORCH_WRITE_GOLDEN=1 when a new version of a format is made, beside the old one.</summary>
    [SkippableFact]
    public async Task Golden_Files_AreWrittenOnDemand()
    {
        Skip.If(Environment.GetEnvironmentVariable("ORCH_WRITE_GOLDEN") is null, "Only writes new golden files when asked to by ORCH_WRITE_GOLDEN.");
        using var directory = new TemporaryDirectory();
        await using (var store = new MemoryStore(new MemoryStoreOptions { DataDirectory = directory.Path }))
        {
            await store.CommitAsync(CommitRequest.Create("/registry/a", Encoding.ASCII.GetBytes("1")), default);
            await store.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/a", Encoding.ASCII.GetBytes("2")), StoreWrite.Put("/registry/b", default)]), default);
            await store.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/gone", default)]), default);
            await store.CommitAsync(new CommitRequest([], [StoreWrite.Delete("/registry/gone")]), default);
            using var copy = new MemoryStream();
            await store.SnapshotAsync(copy, default);
            await WriteAsync("snapshot", copy.ToArray());
        }

        await WriteAsync("journal", await File.ReadAllBytesAsync(directory.Single("journal-*.log")));
    }

    private static async Task AssertContentAsync(MemoryStore store)
    {
        var everything = await store.RangeAsync(RangeRequest.Prefix("/"), default);
        Assert.Equal(5, everything.Revision.Value);
        Assert.Equal(
            ["/registry/a=2 2 3 v2", "/registry/b= 3 3 v1"],
            everything.Entries.Select(entry => $"{entry.Key}={Text(entry)} {entry.Created} {entry.Modified} v{entry.Version}"));
    }

    private static string Text(StoreEntry entry) => Encoding.ASCII.GetString(entry.Value.Span);

    private static async Task<byte[]> GoldenAsync(string name)
        => Convert.FromHexString((await File.ReadAllTextAsync(GoldenPath(name))).ReplaceLineEndings(string.Empty));

    private static Task WriteAsync(string name, byte[] content)
        => File.WriteAllTextAsync(GoldenPath(name), string.Join('\n', Convert.ToHexString(content).Chunk(64).Select(line => new string(line))) + "\n");

    private static string GoldenPath(string name, [CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, $"{name}.verified.txt");
}
