using BenchmarkDotNet.Attributes;

namespace Orch.Bench.Store;

/// <summary>Opening a directory with 50,000 keys of 2 KiB.</summary>
[MemoryDiagnoser]
public class OpenBenchmarks
{
    private StoreFixture _fixture = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _fixture = new StoreFixture(isDurable: true);
        await _fixture.FillAsync();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _fixture.DisposeAsync();

    [Benchmark]
    public Task OpenAsync() => _fixture.ReopenAsync();
}
