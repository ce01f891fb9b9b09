using CsCheck;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Serving.Fairness;

namespace Orch.ApiServer.Tests.Serving.Fairness;

public sealed class PriorityLevelTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Enter_OneNoisyFlow_OthersAreServedInTurn()
    {
        var level = Level(seats: 2, queues: 16, hand: 2, length: 50);
        Assert.True(level.TryEnter(1));
        Assert.True(level.TryEnter(1));
        var noisy = Enumerable.Range(0, 200).Select(_ => Enter(level, "noisy")).ToList();
        var quiet = Enumerable.Range(0, 5).Select(_ => Enter(level, "quiet")).ToList();
        // Bounded: what no queue of the hand has room for is refused at once.
        Assert.Equal(100, noisy.Count(item => item.Reason == "queue-full"));
        Assert.Equal(105, level.Waiting);
        Assert.All(quiet, item => Assert.Null(item.Reason));

        var served = new List<string>();
        level.Leave(1, null);
        for (var round = 0; round < 30; round++)
        {
            foreach (var (who, all) in new[] { ("noisy", noisy), ("quiet", quiet) })
            {
                foreach (var item in all.Where(item => item.Reason is null && item.Waiter.Task.IsCompleted && item.Waiter.Place is null && !item.Left))
                {
                    served.Add(who);
                    item.Left = true;
                    _time.Advance(TimeSpan.FromMilliseconds(10));
                    level.Leave(1, item.Waiter);
                }
            }
        }

        // The noisy one has two queues, the quiet one two others: turn by turn.
        Assert.InRange(served.FindLastIndex(who => who == "quiet"), 4, 14);
        Assert.Equal(5, served.Count(who => who == "quiet"));
    }

    [Fact]
    public void Enter_LongRequests_ArePaidForByTheirQueue()
    {
        var level = Level(seats: 1, queues: 2, hand: 1, length: 100);
        var (slow, quick) = TwoFlows(2);
        Assert.True(level.TryEnter(1));
        var slows = Enumerable.Range(0, 20).Select(_ => Enter(level, slow)).ToList();
        var quicks = Enumerable.Range(0, 20).Select(_ => Enter(level, quick)).ToList();

        var spent = new Dictionary<string, double> { [slow] = 0, [quick] = 0 };
        level.Leave(1, null);
        while (spent.Values.Sum() < 1.5)
        {
            var (name, item) = slows.Select(item => (slow, item)).Concat(quicks.Select(item => (quick, item))).First(pair => pair.item.Waiter.Task.IsCompleted && !pair.item.Left);
            var seconds = name == slow ? 0.2 : 0.05;
            spent[name] += seconds;
            item.Left = true;
            _time.Advance(TimeSpan.FromSeconds(seconds));
            level.Leave(1, item.Waiter);
        }

        Assert.InRange(spent[slow] - spent[quick], -0.4, 0.4);
    }

    [Fact]
    public void Enter_WiderThanTheSeats_GoesAlone()
    {
        var level = Level(seats: 2, queues: 4, hand: 1, length: 10);
        Assert.True(level.TryEnter(1));
        var wide = Enter(level, "a", width: 5);
        var narrow = Enter(level, "b");
        Assert.False(wide.Waiter.Task.IsCompleted);

        level.Leave(1, null);

        Assert.True(wide.Waiter.Task.IsCompleted);
        Assert.False(narrow.Waiter.Task.IsCompleted);
        level.Leave(5, wide.Waiter);
        Assert.True(narrow.Waiter.Task.IsCompleted);
    }

    [Fact]
    public async Task Abandon_Waiting_GivesThePlaceToTheNext()
    {
        var level = Level(seats: 1, queues: 1, hand: 1, length: 1);
        Assert.True(level.TryEnter(1));
        var first = Enter(level, "a");
        Assert.Equal("queue-full", Enter(level, "a").Reason);

        Assert.True(level.Abandon(first.Waiter));
        Assert.False(await first.Waiter.Task);
        var second = Enter(level, "a");
        Assert.Null(second.Reason);
        level.Leave(1, null);

        Assert.True(await second.Waiter.Task);
        Assert.False(level.Abandon(second.Waiter));
    }

    [Fact]
    public void Configure_FewerQueues_KeepsThoseWhoWait()
    {
        var level = Level(seats: 1, queues: 8, hand: 2, length: 10);
        Assert.True(level.TryEnter(1));
        var waiting = Enumerable.Range(0, 6).Select(index => Enter(level, $"flow{index}")).ToList();

        level.Configure(Spec(queues: 2, hand: 1, length: 10), new SeatLimits(6, 6, 6));

        Assert.Equal(1, waiting.Count(item => !item.Waiter.Task.IsCompleted));
        Assert.Equal(1, level.Waiting);
        Assert.Equal(6, level.InUse);
    }

    [Fact]
    public void Enter_LevelThatRejects_NeverQueues()
    {
        var level = new PriorityLevel("l", "u", _time);
        level.Configure(MandatoryFlows.CatchAllLevel.Spec, new SeatLimits(1, 1, 1));
        Assert.True(level.TryEnter(1));
        Assert.Equal("concurrency-limit", Enter(level, "a").Reason);
    }

    [Fact]
    public void Level_AnyOrderOfCalls_KeepsItsCounts()
        => Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[1, 3]).List[1, 80]).Sample((seats, queues, steps) =>
        {
            var level = Level(seats, queues, hand: Math.Min(2, queues), length: 3);
            var waiting = new List<Waiter>();
            var running = new List<(int Width, Waiter? Waiter)>();
            foreach (var (what, flow, width) in steps)
            {
                if (what <= 2)
                {
                    if (level.TryEnter(width)) { running.Add((width, null)); }
                    else
                    {
                        var waiter = new Waiter(width, ShuffleShard.HashOf("s", $"f{flow}"));
                        if (level.Enter(waiter) is null) { waiting.Add(waiter); }
                    }
                }
                else if (what == 3 && waiting.Count > 0) { level.Abandon(waiting[flow % waiting.Count]); }
                else if (running.Count > 0)
                {
                    var (had, waiter) = running[flow % running.Count];
                    running.RemoveAt(flow % running.Count);
                    _time.Advance(TimeSpan.FromMilliseconds(width));
                    level.Leave(had, waiter);
                }

                foreach (var done in waiting.Where(item => item.Task.IsCompleted).ToList())
                {
                    waiting.Remove(done);
                    if (done.Task.IsCompletedSuccessfully && done.Dispatched >= 0 && done.Task.GetAwaiter().GetResult()) { running.Add((done.Width, done)); }
                }

                Assert.Equal(waiting.Count, level.Waiting);
                Assert.Equal(running.Sum(item => item.Width), level.InUse);
                Assert.Equal(running.Count, level.Executing);
                Assert.True(level.InUse <= seats || running.Count == 1);
                Assert.False(waiting.Count > 0 && running.Count == 0, "somebody waits for nobody");
            }
        }, iter: 3_000);

    [Fact]
    public void Deal_AnyHash_GivesDifferentQueues()
        => Gen.Select(Gen.ULong, Gen.Int[1, 128], Gen.Int[1, 16]).Sample((hash, deck, size) =>
        {
            var hand = new int[Math.Min(size, deck)];
            ShuffleShard.Deal(hash, deck, hand);
            Assert.Equal(hand.Length, hand.Distinct().Count());
            Assert.All(hand, card => Assert.InRange(card, 0, deck - 1));
        });

    [Fact]
    public void Share_AnyDemand_StaysWithinItsBounds()
        => Gen.Select(Gen.Select(Gen.Int[0, 50], Gen.Int[0, 100], Gen.Int[0, 200], Gen.Int[0, 200]).List[1, 8], Gen.Int[0, 400]).Sample((levels, extra) =>
        {
            var demands = levels.ConvertAll(item => new SeatAllocation.Demand(
                new SeatLimits(item.Item1, item.Item1 - (item.Item1 * item.Item2 / 100), item.Item1 + item.Item3), item.Item4, item.Item4));
            var total = demands.Sum(item => item.Limits.Nominal) + extra;
            var shares = SeatAllocation.Share(demands, total);
            Assert.True(shares.Sum() <= total);
            for (var index = 0; index < shares.Length; index++) { Assert.InRange(shares[index], demands[index].Limits.Minimum, demands[index].Limits.Maximum); }
        });

    [Fact]
    public void Share_OneBusyLevel_BorrowsWhatOthersLend()
    {
        var busy = new SeatAllocation.Demand(new SeatLimits(20, 20, 100), Peak: 200, Smoothed: 200);
        var idle = new SeatAllocation.Demand(new SeatLimits(80, 8, 100), Peak: 0, Smoothed: 0);

        Assert.Equal([92, 8], SeatAllocation.Share([busy, idle], 100));
        Assert.Equal([20, 80], SeatAllocation.Share([busy, idle with { Peak = 80, Smoothed = 80 }], 100));
    }

    private (string Slow, string Quick) TwoFlows(int queues)
    {
        Span<int> hand = stackalloc int[1];
        var names = new string?[queues];
        for (var index = 0; names.Contains(null); index++)
        {
            ShuffleShard.Deal(ShuffleShard.HashOf("s", $"f{index}"), queues, hand);
            names[hand[0]] ??= $"f{index}";
        }

        return (names[0]!, names[1]!);
    }

    private static Entered Enter(PriorityLevel level, string flow, int width = 1)
    {
        var waiter = new Waiter(width, ShuffleShard.HashOf("s", flow));
        return new Entered(waiter, level.Enter(waiter));
    }

    private PriorityLevel Level(int seats, int queues, int hand, int length)
    {
        var level = new PriorityLevel("l", "u", _time);
        level.Configure(Spec(queues, hand, length), new SeatLimits(seats, seats, seats));
        return level;
    }

    private static V1PriorityLevelConfigurationSpec Spec(int queues, int hand, int length) => new()
    {
        Type = "Limited",
        Limited = new V1LimitedPriorityLevelConfiguration
        {
            NominalConcurrencyShares = 10,
            LimitResponse = new V1LimitResponse { Type = "Queue", Queuing = new V1QueuingConfiguration { Queues = queues, HandSize = hand, QueueLengthLimit = length } },
        },
    };

    private sealed record Entered(Waiter Waiter, string? Reason)
    {
        public bool Left { get; set; }
    }
}
