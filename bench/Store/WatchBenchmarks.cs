using BenchmarkDotNet.Attributes;
using Orch.Storage;

namespace Orch.Bench.Store;

/// <summary>Commits while many watch: until every watch that is concerned has the event.</summary>
[MemoryDiagnoser]
public class WatchBenchmarks
{
    private const int Commits = 100;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _watches = [];
    private StoreFixture _fixture = null!;
    private int _missing;
    private TaskCompletionSource _done = new();

    /// <summary>Watches of the prefix that is written to.</summary>
    [Params(1, 100, 1_000)]
    public int Concerned { get; set; }

    /// <summary>Watches of other prefixes, each its own.</summary>
    [Params(0, 5_000)]
    public int Others { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _fixture = new StoreFixture(isDurable: false);
        for (var i = 0; i < Concerned; i++)
        {
            Start("/registry/pods/");
        }

        for (var i = 0; i < Others; i++)
        {
            Start($"/registry/other/{i}/");
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_watches).ContinueWith(_ => { }, TaskScheduler.Default);
        await _fixture.DisposeAsync();
    }

    [Benchmark(OperationsPerInvoke = Commits)]
    public async Task CommitUntilSeenAsync()
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _missing = Concerned * Commits;
        for (var i = 0; i < Commits; i++)
        {
            await _fixture.Store.CommitAsync(new CommitRequest([], [StoreWrite.Put(StoreFixture.Key(i), StoreFixture.Value)]), default);
        }

        await _done.Task;
    }

    private void Start(string prefix)
    {
        var isLive = new TaskCompletionSource();
        _watches.Add(RunAsync(prefix, isLive));
        isLive.Task.GetAwaiter().GetResult();
    }

    private async Task RunAsync(string prefix, TaskCompletionSource isLive)
    {
        await foreach (var batch in _fixture.Store.WatchAsync(new StoreWatchRequest(prefix, Revision.None), _stop.Token))
        {
            isLive.TrySetResult();
            if (batch.Events.Count > 0 && Interlocked.Add(ref _missing, -batch.Events.Count) == 0)
            {
                _done.TrySetResult();
            }
        }
    }
}
