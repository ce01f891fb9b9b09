using Microsoft.Extensions.Time.Testing;
using Orch.Scheduling.Plugins;
using Orch.Scheduling.Queue;

namespace Orch.Scheduling.Tests.Queue;

public sealed class PriorityPodQueueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new();
    private readonly PriorityPodQueue _queue;

    public PriorityPodQueueTests()
    {
        var gates = new SchedulingGates();
        _queue = new PriorityPodQueue(_time, new QueueRules(
            new PrioritySort(), _ => [gates], [gates, new NodeUnschedulable(), new NodePorts()], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
    }

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Take_SeveralWait_GivesHigherPriorityThenOlder()
    {
        _queue.AddOrUpdate(Make.Info("old"));
        _time.Advance(TimeSpan.FromSeconds(1));
        _queue.AddOrUpdate(Make.Info("young"));
        _queue.AddOrUpdate(Make.Info("urgent", spec => spec.Priority = 10));

        Assert.Equal(["urgent", "old", "young"], [await NextAsync(), await NextAsync(), await NextAsync()]);
    }

    [Fact]
    public async Task GiveBack_NobodyRefused_ComesBackAfterItsBackoffWhichDoubles()
    {
        _queue.AddOrUpdate(Make.Info("p"));
        foreach (var seconds in new[] { 1, 2, 4, 8, 10, 10 })
        {
            _queue.GiveBack(await TakeAsync(), []);
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(0, _queue.Counts.Active);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(1, _queue.Counts.Active);
        }
    }

    [Theory]
    [InlineData(ClusterChange.NodeTaints, true)]
    [InlineData(ClusterChange.AssignedPodGone, false)]
    [InlineData(ClusterChange.NodeTaints | ClusterChange.NodeLabels, true)]
    public async Task Notify_ParkedPod_IsTriedAgainOnlyIfTheChangeConcernsWhoRefused(ClusterChange change, bool tried)
    {
        _queue.AddOrUpdate(Make.Info("p"));
        _queue.GiveBack(await TakeAsync(), ["NodeUnschedulable"]);
        _time.Advance(TimeSpan.FromSeconds(2));

        _queue.Notify(change, null, null);

        Assert.Equal(tried ? (1, 0, 0) : (0, 0, 1), _queue.Counts);
    }

    [Fact]
    public async Task Notify_WhileInFlight_IsNotForgotten()
    {
        _queue.AddOrUpdate(Make.Info("p"));
        var entry = await TakeAsync();

        _queue.Notify(ClusterChange.NodeTaints, null, null);
        _queue.GiveBack(entry, ["NodeUnschedulable"]);

        Assert.Equal((0, 1, 0), _queue.Counts);
    }

    [Fact]
    public async Task Parked_WithoutAnyChange_IsTriedAgainAfterFiveMinutes()
    {
        _queue.AddOrUpdate(Make.Info("p"));
        _queue.GiveBack(await TakeAsync(), ["NodePorts"]);

        for (var i = 0; i < 9; i++) { _time.Advance(TimeSpan.FromSeconds(30)); }
        Assert.Equal(1, _queue.Counts.Parked);
        for (var i = 0; i < 2; i++) { _time.Advance(TimeSpan.FromSeconds(30)); }

        Assert.Equal((1, 0, 0), _queue.Counts);
    }

    [Fact]
    public void Add_GatedPod_WaitsUntilTheGateIsGone()
    {
        var gated = Make.Info("p", spec => spec.SchedulingGates = [new k8s.Models.V1PodSchedulingGate { Name = "g" }]);
        _queue.AddOrUpdate(gated);
        Assert.Equal((0, 0, 1), _queue.Counts);

        _queue.AddOrUpdate(Make.Info("p"));

        Assert.Equal((1, 0, 0), _queue.Counts);
    }

    [Fact]
    public async Task Remove_WhileInFlight_GiveBackForgetsIt()
    {
        _queue.AddOrUpdate(Make.Info("p"));
        var entry = await TakeAsync();

        _queue.Remove(entry.Pod.Key);
        _queue.GiveBack(entry, ["NodePorts"]);

        Assert.Equal((0, 0, 0), _queue.Counts);
    }

    [Fact]
    public async Task Restore_AfterComplete_BacksOff()
    {
        _queue.AddOrUpdate(Make.Info("p"));
        var entry = await TakeAsync();
        _queue.Complete(entry);

        _queue.Restore(entry);
        Assert.Equal((0, 1, 0), _queue.Counts);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("p", await NextAsync());
    }

    private async Task<string> NextAsync() => (await TakeAsync()).Pod.Key.Name;

    private async Task<QueueEntry> TakeAsync() => await _queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
}
