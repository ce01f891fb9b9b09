using Microsoft.Extensions.Time.Testing;

namespace Orch.Testing.Time;

/// <summary>Lets fake time pass from one armed timer to the next, so that periodic work runs as often as it would.</summary>
/// <remarks>
/// Pass <see cref="Time"/> to the part under test. One long jump of a plain fake clock fires a periodic wait only once; this
/// advances to each due time in turn and lets the work that a timer released settle before it goes on.
/// </remarks>
public sealed class FakeTimeDriver
{
    // Threads of the pool at work although nothing goes on; learned.
    private static volatile int _restingThreads;

    private readonly DrivenTimeProvider _time;

    public FakeTimeDriver(DateTimeOffset? start = null) => _time = new DrivenTimeProvider(start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeTimeProvider Time => _time;

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Timers armed now.</summary>
    public int ArmedTimers => _time.ArmedTimers;

    /// <summary>Lets an amount of fake time pass, due time by due time.</summary>
    public async Task AdvanceAsync(TimeSpan amount)
    {
        var end = _time.GetUtcNow() + amount;
        await SettleAsync();
        while (_time.NextDue is { } due && due <= end)
        {
            Jump(due);
            await SettleAsync();
        }

        Jump(end);
        await SettleAsync();
    }

    /// <summary>Lets fake time pass until a condition holds.</summary>
    /// <param name="what">For the failure's message.</param>
    /// <param name="within">The most fake time that may pass; an hour by default.</param>
    /// <returns>The fake time that passed.</returns>
    public async Task<TimeSpan> RunUntilAsync(Func<bool> condition, string what, TimeSpan? within = null)
    {
        var start = _time.GetUtcNow();
        var end = start + (within ?? TimeSpan.FromHours(1));
        var patience = 0;
        while (true)
        {
            await SettleAsync();
            if (condition()) { return _time.GetUtcNow() - start; }
            if (_time.NextDue is { } due && due <= end)
            {
                Jump(due);
                patience = 0;
                continue;
            }

            // No timer is armed: real work may still be under way on the thread pool.
            if (++patience > 500) { throw new TimeoutException($"waited in vain for {what}: {_time.GetUtcNow() - start} of fake time passed, {ArmedTimers} timers are armed"); }
            await Task.Delay(10);
        }
    }

    /// <summary>Waits until at least so many timers are armed, without letting time pass.</summary>
    public async Task WaitForTimersAsync(int count, string what)
    {
        for (var patience = 0; ArmedTimers < count; patience++)
        {
            if (patience > 1000) { throw new TimeoutException($"waited in vain for {what}: {ArmedTimers} of {count} timers are armed"); }
            await Task.Delay(5);
        }
    }

    /// <summary>Lets work that is ready to run do so: until the thread pool has nothing queued and nobody at work, several times in a row.</summary>
    /// <remarks>
    /// Tests that run beside this one keep the pool busy too; after a while it goes on regardless. An assembly that leans on
    /// exact fake times had better not run its tests in parallel.
    /// </remarks>
    public static async Task SettleAsync()
    {
        var idle = 0;
        var least = int.MaxValue;
        for (var round = 0; round < 100; round++)
        {
            await Task.Yield();
            var busy = ThreadPool.PendingWorkItemCount > 0 ? int.MaxValue : BusyThreads();
            least = Math.Min(least, busy);
            idle = busy > _restingThreads ? 0 : idle + 1;
            // Nobody at work at all is certain; no more than usual has to be seen for a while.
            if ((busy == 0 && idle >= 2) || idle >= 4)
            {
                _restingThreads = busy;
                return;
            }

            if (busy > 0) { await Task.Delay(1); }
        }

        // The test host blocks some of the pool's threads for good: they do not count as work.
        _restingThreads = Math.Min(least, 64);
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return most - available - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }

    private void Jump(DateTimeOffset to)
    {
        var by = to - _time.GetUtcNow();
        if (by > TimeSpan.Zero) { _time.Advance(by); }
    }

    /// <summary>A fake clock that knows when its next timer is due.</summary>
    private sealed class DrivenTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<DrivenTimer> _timers = [];

        public int ArmedTimers
        {
            get { lock (_gate) { return _timers.Count(timer => timer.Due is not null); } }
        }

        public DateTimeOffset? NextDue
        {
            get { lock (_gate) { return _timers.Min(timer => timer.Due); } }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new DrivenTimer(this);
            timer.Inner = base.CreateTimer(
                _ =>
                {
                    timer.Fired();
                    callback(state);
                },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            timer.Change(dueTime, period);
            return timer;
        }

        private sealed class DrivenTimer(DrivenTimeProvider owner) : ITimer
        {
            private TimeSpan _period;

            public DateTimeOffset? Due { get; private set; }

            public ITimer Inner { get; set; } = null!;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                lock (owner._gate)
                {
                    _period = period;
                    Due = dueTime == Timeout.InfiniteTimeSpan ? null : owner.GetUtcNow() + dueTime;
                    owner._timers.Add(this);
                }

                return Inner.Change(dueTime, period);
            }

            public void Fired()
            {
                lock (owner._gate) { Due = _period > TimeSpan.Zero && Due is { } due ? due + _period : null; }
            }

            public void Dispose()
            {
                lock (owner._gate)
                {
                    Due = null;
                    owner._timers.Remove(this);
                }

                Inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
