using Microsoft.Extensions.Time.Testing;
using Orch.Client.Queues;
using Orch.Testing.Time;

namespace Orch.Client.Tests.Queues;

public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>("test", _time);

    public void Dispose() => _queue.Dispose();

    private Task<string> TakeAsync() => _queue.TakeAsync(CancellationToken.None).AsTask().Within("a key");

    [Fact]
    public async Task Add_Twice_IsHandedOutOnce()
    {
        _queue.Add("a");
        _queue.Add("a");
        _queue.Add("b");
        Assert.Equal(2, _queue.Count);
        Assert.Equal("a", await TakeAsync());
        Assert.Equal("b", await TakeAsync());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task Add_WhileInWork_IsHandedOutAgainOnlyAfterDone()
    {
        _queue.Add("a");
        Assert.Equal("a", await TakeAsync());
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal(0, _queue.Count);
        _queue.Done("a");
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task Take_Waits_UntilAKeyComes()
    {
        var taken = TakeAsync();
        Assert.False(taken.IsCompleted);
        _queue.Add("a");
        Assert.Equal("a", await taken);
    }

    [Fact]
    public async Task Take_Cancelled_LosesNoKey()
    {
        using var cancel = new CancellationTokenSource();
        var given_up = _queue.TakeAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given_up);
        _queue.Add("a");
        Assert.Equal("a", await TakeAsync());
    }

    [Fact]
    public async Task AddAfter_IsHandedOutWhenDue_TheEarlierTimeWins()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("b", TimeSpan.FromSeconds(5));
        _queue.AddAfter("a", TimeSpan.FromSeconds(7));
        _queue.AddAfter("b", TimeSpan.FromSeconds(60));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, _queue.Count);
        Assert.Equal("b", await TakeAsync());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        _queue.Done("b");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void AddAfter_NoDelay_IsThereAtOnce()
    {
        _queue.AddAfter("a", TimeSpan.Zero);
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public void AddRateLimited_BacksOffPerKey_UntilForgotten()
    {
        foreach (var milliseconds in new[] { 5, 10, 20, 40 })
        {
            _queue.AddRateLimited("a");
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.Equal(0, _queue.Count);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(1, _queue.Count);
            var taken = _queue.TakeAsync(CancellationToken.None);
            Assert.True(taken.IsCompletedSuccessfully);
            _queue.Done("a");
        }

        Assert.Equal(4, _queue.Failures("a"));
        _queue.Forget("a");
        Assert.Equal(0, _queue.Failures("a"));
        _queue.AddRateLimited("a");
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public void AddRateLimited_ManyKeys_ShareTheBucket()
    {
        for (var index = 0; index < 120; index++) { _queue.AddRateLimited($"k{index}"); }
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(100, _queue.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(110, _queue.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(120, _queue.Count);
    }

    [Fact]
    public void AddRateLimited_NeverWaitsLongerThanTheMaximum()
    {
        for (var failure = 0; failure < 100; failure++) { _queue.AddRateLimited("a"); }
        Assert.Equal(100, _queue.Failures("a"));
        _queue.AddRateLimited("b");
        _time.Advance(TimeSpan.FromSeconds(1000));
        Assert.Equal(2, _queue.Count);
    }

    [Fact]
    public async Task ManyWorkers_NeverHoldOneKeyTwice_AndLoseNone()
    {
        var queue = new WorkQueue<int>("busy", TimeProvider.System);
        var held = new int[10];
        var lastSeen = new int[10];
        var version = new int[10];
        using var stop = new CancellationTokenSource();
        var overlaps = 0;
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var key = await queue.TakeAsync(stop.Token);
                    if (Interlocked.Increment(ref held[key]) != 1) { Interlocked.Increment(ref overlaps); }
                    lastSeen[key] = Volatile.Read(ref version[key]);
                    await Task.Yield();
                    Interlocked.Decrement(ref held[key]);
                    queue.Done(key);
                }
            }
            catch (OperationCanceledException)
            {
            }
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 20000; round++)
            {
                var key = round % 10;
                Interlocked.Increment(ref version[key]);
                queue.Add(key);
            }
        })));
        await Patience.UntilAsync(() => Enumerable.Range(0, 10).All(key => Volatile.Read(ref lastSeen[key]) == 8000), "the last version of each key to be seen");
        await stop.CancelAsync();
        await Task.WhenAll(workers).Within("the workers to stop");
        Assert.Equal(0, overlaps);
    }
}
