using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Client.Informers;
using Orch.Client.Reconciling;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Client.Tests.Reconciling;

public sealed class ControllerLoopTests : IAsyncLifetime
{
    private readonly FakeTimeDriver _driver = new();
    private readonly FakeCluster _cluster;
    private readonly InformerFactory _factory;
    private readonly ConcurrentQueue<ObjectKey> _reconciled = new();

    public ControllerLoopTests()
    {
        _cluster = new FakeCluster(_driver.Time);
        _factory = new InformerFactory(_cluster, _driver.Time);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _factory.DisposeAsync();

    private ControllerLoop Loop(Func<ObjectKey, ValueTask<ReconcileResult>>? reconcile = null, TimeSpan? resync = null)
        => new("test", new Reconciler(key =>
        {
            _reconciled.Enqueue(key);
            return reconcile?.Invoke(key) ?? ValueTask.FromResult(ReconcileResult.Done);
        }), _driver.Time, NullLogger.Instance, new ControllerOptions { Workers = 2, ResyncPeriod = resync });

    private int Count(string name) => _reconciled.Count(key => key.Name == name);

    [Fact]
    public async Task Watch_MapsEveryChangeToKeys_OldAndNew()
    {
        await using var loop = Loop();
        loop.Watch(_factory.Informer<V1Node>()).Watch(_factory.Informer<V1Pod>(), pod => pod.Spec.NodeName is { } node ? [ObjectKey.Cluster(node)] : []);
        _cluster.Add(Node("n1"), Node("n2"), Node("n3"), Pod("a").OnNode("n1"));
        _factory.Start();
        await loop.StartAsync(default);
        await Patience.UntilAsync(() => _reconciled.Distinct().Count() == 3, "all nodes");
        await _driver.RunUntilAsync(() => loop.Queue.Count == 0, "an empty queue");
        _reconciled.Clear();
        _cluster.Change<V1Pod>(new ObjectKey("default", "a"), pod => pod.Spec.NodeName = "n2");
        await Patience.UntilAsync(() => Count("n1") > 0 && Count("n2") > 0, "the old and the new node");
        Assert.Equal(0, Count("n3"));
        await loop.StopAsync(default).Within("the loop to stop");
    }

    [Fact]
    public async Task Run_BeforeSync_ReconcilesNothing()
    {
        await using var loop = Loop();
        loop.Watch(_factory.Informer<V1Pod>());
        loop.Enqueue(new ObjectKey("default", "early"));
        await loop.StartAsync(default);
        await FakeTimeDriver.SettleAsync();
        Assert.Empty(_reconciled);
        _factory.Start();
        await Patience.UntilAsync(() => Count("early") == 1, "the early key");
    }

    [Fact]
    public async Task Throw_ComesAgainWithBackOff_WithoutBlockingOthers()
    {
        var failures = 0;
        await using var loop = Loop(key => key.Name == "bad" && ++failures <= 4 ? throw new InvalidOperationException("boom") : ValueTask.FromResult(ReconcileResult.Done));
        await loop.StartAsync(default);
        loop.Enqueue(ObjectKey.Cluster("bad"));
        loop.Enqueue(ObjectKey.Cluster("good"));
        var passed = await _driver.RunUntilAsync(() => Count("bad") == 5, "five attempts");
        Assert.Equal(TimeSpan.FromMilliseconds(5 + 10 + 20 + 40), passed);
        Assert.Equal(1, Count("good"));
        await _driver.RunUntilAsync(() => loop.Queue.Failures(ObjectKey.Cluster("bad")) == 0, "the failures to be forgotten");
    }

    [Fact]
    public async Task RequeueAfter_LooksAgain_WhenItIsTime()
    {
        await using var loop = Loop(_ => ValueTask.FromResult(ReconcileResult.RequeueAfter(TimeSpan.FromMinutes(1))));
        await loop.StartAsync(default);
        loop.Enqueue(ObjectKey.Cluster("a"));
        await _driver.RunUntilAsync(() => Count("a") == 1, "the first look");
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(1, Count("a"));
        await _driver.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(4, Count("a"));
    }

    [Fact]
    public async Task Resync_LooksAtEverythingWithoutCause()
    {
        await using var loop = Loop(resync: TimeSpan.FromMinutes(30));
        loop.Watch(_factory.Informer<V1Pod>());
        _cluster.Add(Pod("a"), Pod("b"));
        _factory.Start();
        await loop.StartAsync(default);
        await _driver.RunUntilAsync(() => Count("a") == 1 && Count("b") == 1, "the first look");
        await _driver.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal((3, 3), (Count("a"), Count("b")));
    }

    [Fact]
    public async Task Stop_WaitsForTheReconcileUnderWay_WhichSeesTheToken()
    {
        var entered = new TaskCompletionSource();
        var ended = false;
        var loop = new ControllerLoop("test", new Reconciler(async (_, cancellationToken) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                ended = true;
            }

            return ReconcileResult.Done;
        }), _driver.Time, NullLogger.Instance);
        await using var _ = loop;
        await loop.StartAsync(default);
        loop.Enqueue(ObjectKey.Cluster("a"));
        await entered.Task.Within("the reconcile to begin");
        await loop.StopAsync(default).Within("the loop to stop");
        Assert.True(ended);
    }

    [Fact]
    public async Task Stop_BeforeSync_Ends()
    {
        await using var loop = Loop();
        loop.Watch(_factory.Informer<V1Pod>());
        await loop.StartAsync(default);
        await loop.StopAsync(default).Within("the loop to stop");
    }

    private sealed class Reconciler(Func<ObjectKey, CancellationToken, ValueTask<ReconcileResult>> reconcile) : IReconciler
    {
        public Reconciler(Func<ObjectKey, ValueTask<ReconcileResult>> reconcile)
            : this((key, _) => reconcile(key))
        {
        }

        public ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) => reconcile(key, cancellationToken);
    }
}
