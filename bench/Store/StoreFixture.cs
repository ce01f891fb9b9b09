using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.Bench.Store;

/// <summary>A store with pods of 2 KiB, on disk or not.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    public const int Keys = 50_000;
    public static readonly byte[] Value = MakeValue();
    private readonly string? _directory;

    public StoreFixture(bool isDurable)
    {
        _directory = isDurable ? Directory.CreateTempSubdirectory("orch-bench-").FullName : null;
        Store = new MemoryStore(new MemoryStoreOptions { DataDirectory = _directory });
    }

    public MemoryStore Store { get; private set; }

    public static string Key(int number) => $"/registry/pods/ns-{number % 100:d3}/pod-{number:d6}";

    public async Task FillAsync()
    {
        foreach (var chunk in Enumerable.Range(0, Keys).Chunk(100))
        {
            await Store.CommitAsync(new CommitRequest([], [.. chunk.Select(i => StoreWrite.Put(Key(i), Value))]), default);
        }
    }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = new MemoryStore(new MemoryStoreOptions { DataDirectory = _directory });
        await Store.OpenAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static byte[] MakeValue()
    {
        var value = new byte[2048];
        new Random(1).NextBytes(value);
        return value;
    }
}
