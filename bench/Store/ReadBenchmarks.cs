using BenchmarkDotNet.Attributes;
using Orch.Storage;

namespace Orch.Bench.Store;

/// <summary>Reads among 50,000 keys.</summary>
[MemoryDiagnoser]
public class ReadBenchmarks
{
    private StoreFixture _fixture = null!;
    private int _next;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _fixture = new StoreFixture(isDurable: false);
        await _fixture.FillAsync();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _fixture.DisposeAsync();

    [Benchmark]
    public ValueTask<RangeResult> GetAsync()
        => _fixture.Store.RangeAsync(RangeRequest.Key(StoreFixture.Key((_next = (_next + 7919) % StoreFixture.Keys))), default);

    [Benchmark]
    public ValueTask<RangeResult> Range5000Async()
        => _fixture.Store.RangeAsync(new RangeRequest("/registry/pods/ns-010/", "/registry/pods/ns-020/"), default);

    [Benchmark]
    public ValueTask<RangeResult> Page500Of50000Async()
        => _fixture.Store.RangeAsync(RangeRequest.Prefix("/registry/pods/") with { Limit = 500 }, default);

    /// <summary>A key comes and goes: two changes of the index.</summary>
    [Benchmark]
    public async Task CreateAndDeleteAsync()
    {
        await _fixture.Store.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/pods/ns-050/new", StoreFixture.Value)]), default);
        await _fixture.Store.CommitAsync(new CommitRequest([], [StoreWrite.Delete("/registry/pods/ns-050/new")]), default);
    }
}
