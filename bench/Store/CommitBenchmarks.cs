using BenchmarkDotNet.Attributes;
using Orch.Storage;

namespace Orch.Bench.Store;

/// <summary>Updates of 2 KiB among 50,000 keys.</summary>
[MemoryDiagnoser]
public class CommitBenchmarks
{
    private const int Operations = 12_800;
    private StoreFixture _fixture = null!;
    private int _next;

    [Params(false, true)]
    public bool IsDurable { get; set; }

    [Params(1, 64)]
    public int Writers { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _fixture = new StoreFixture(IsDurable);
        await _fixture.FillAsync();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _fixture.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task UpdateAsync() => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < Operations / Writers; i++)
        {
            var key = StoreFixture.Key(Interlocked.Increment(ref _next) % StoreFixture.Keys);
            await _fixture.Store.CommitAsync(new CommitRequest([], [StoreWrite.Put(key, StoreFixture.Value)]), default);
        }
    })));
}
