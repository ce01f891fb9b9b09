using k8s.Models;
using Orch.Controllers.Nodes;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Nodes;

public sealed class NodeLifecycleTests
{
    private static readonly string[] Names = [ControllerNames.NodeLifecycle, ControllerNames.TaintEviction];

    [Fact]
    public async Task SilentNode_BecomesUnknown_IsTainted_AndLosesItsPodsInTime()
    {
        await using var running = await ClusterOfAsync(4);
        running.Cluster.Add(
            Tolerating("patient", 300).OnNode("n0").Ready(), Pod("intolerant").OnNode("n0").Ready(),
            Tolerating("forever", null).OnNode("n0").Ready(), Pod("elsewhere").OnNode("n1").Ready());
        var silent = await RunAsync(running, () => Status(running, "n0", "Ready") == "Unknown", "n0");
        Assert.InRange(silent.TotalSeconds, 39, 51);
        Assert.Equal("NodeStatusUnknown", running.Cluster.Find<V1Node>("", "n0")!.Status.Condition("Ready")!.Reason);
        Assert.Equal("Unknown", Status(running, "n0", "MemoryPressure"));
        await running.UntilAsync(() => Taints(running, "n0").SequenceEqual(["node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/unreachable:NoSchedule"]));
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "intolerant") is null or { Metadata.DeletionTimestamp: not null });
        await running.UntilAsync(() => Ready(running, "patient") == "False" && Ready(running, "elsewhere") == "True");
        await running.UntilAsync(() => running.Events("n0").Contains("Normal NodeNotReady Node n0 status is now: NodeNotReady"));

        Assert.False(running.Cluster.Find<V1Pod>("default", "patient")!.IsDeleting());
        var evicted = await RunAsync(running, () => running.Cluster.Find<V1Pod>("default", "patient") is null or { Metadata.DeletionTimestamp: not null }, "n0");
        Assert.InRange(evicted.TotalSeconds, 280, 301);
        Assert.False(running.Cluster.Find<V1Pod>("default", "forever")!.IsDeleting());
        await running.UntilAsync(() => running.Events("patient").Contains("Normal TaintManagerEviction Marking for deletion Pod default/patient"));
    }

    [Fact]
    public async Task NodeThatComesBack_LosesItsTaints_AndKeepsItsPods()
    {
        await using var running = await ClusterOfAsync(4);
        running.Cluster.Add(Tolerating("patient", 300).OnNode("n0").Ready());
        await RunAsync(running, () => Taints(running, "n0").Count == 2, "n0");
        Heartbeat(running, "n0", "True");
        await RunAsync(running, () => Taints(running, "n0").Count == 0, null);
        await RunAsync(running, running.Driver.Now + TimeSpan.FromMinutes(6), null);
        Assert.False(running.Cluster.Find<V1Pod>("default", "patient")!.IsDeleting());
        await running.UntilAsync(() => running.Events("patient").Contains("Normal TaintManagerEviction Cancelling deletion of Pod default/patient"));
    }

    [Fact]
    public async Task LeaseAlone_KeepsANodeAlive()
    {
        await using var running = await ClusterOfAsync(2);
        for (var round = 0; round < 12; round++)
        {
            await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(10));
            foreach (var name in new[] { "n0", "n1" }) { running.Cluster.Change<V1Lease>(new ObjectKey("kube-node-lease", name), lease => lease.Spec.RenewTime = running.Driver.Now.UtcDateTime); }
        }

        Assert.Equal(["True", "True"], new[] { "n0", "n1" }.Select(name => Status(running, name, "Ready")));
    }

    [Fact]
    public async Task AllNodesSilent_NobodyIsEvicted()
    {
        await using var running = await ClusterOfAsync(3);
        running.Cluster.Add(Pod("intolerant").OnNode("n0").Ready());
        await running.Driver.RunUntilAsync(() => new[] { "n0", "n1", "n2" }.All(name => Status(running, name, "Ready") == "Unknown"), "all are silent");
        await running.Driver.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.All(new[] { "n0", "n1", "n2" }, name => Assert.Equal(["node.kubernetes.io/unreachable:NoSchedule"], Taints(running, name)));
        Assert.False(running.Cluster.Find<V1Pod>("default", "intolerant")!.IsDeleting());
    }

    [Fact]
    public async Task ConditionsAndCordon_BecomeTaints()
    {
        await using var running = await ClusterOfAsync(2);
        running.Cluster.Change<V1Node>(ObjectKey.Cluster("n0"), node => node.WithCondition("DiskPressure", "True").WithTaint("example.com/mine", "NoSchedule").Unschedulable());
        await running.UntilAsync(() => Taints(running, "n0").SequenceEqual(["example.com/mine:NoSchedule", "node.kubernetes.io/disk-pressure:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"]));
        running.Cluster.Change<V1Node>(ObjectKey.Cluster("n0"), node => { node.WithCondition("DiskPressure", "False"); node.Spec.Unschedulable = null; });
        await running.UntilAsync(() => Taints(running, "n0").SequenceEqual(["example.com/mine:NoSchedule"]));
    }

    [Fact]
    public void Zones_ArePacedByWhatIsDown()
    {
        var driver = new FakeTimeDriver();
        var zones = new ZoneDisruption(new NodeLifecycleOptions(), driver.Time);
        for (var index = 0; index < 10; index++) { zones.Set($"n{index}", "a", isReady: index > 2); }
        Assert.Equal(ZoneState.Normal, zones.StateOf("a"));
        Assert.Null(zones.TryEvict("a"));
        Assert.Equal(10, zones.TryEvict("a")!.Value.TotalSeconds, 1);
        for (var index = 0; index < 6; index++) { zones.Set($"n{index}", "a", isReady: false); }
        Assert.Equal(ZoneState.Partial, zones.StateOf("a"));
        driver.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(zones.TryEvict("a")); // too small a zone: nothing is given up
        for (var index = 10; index < 60; index++) { zones.Set($"n{index}", "a", isReady: index < 20); }
        Assert.Null(zones.TryEvict("a"));
        Assert.Equal(100, zones.TryEvict("a")!.Value.TotalSeconds, 1);
        for (var index = 0; index < 60; index++) { zones.Set($"n{index}", "a", isReady: false); }
        Assert.True(zones.IsTotal);
        zones.Set("other", "b", isReady: true);
        Assert.False(zones.IsTotal);
    }

    [Theory]
    [InlineData(null, null, false, null)]
    [InlineData(300L, null, true, 300)]
    [InlineData(null, "forever", true, null)]
    [InlineData(-5L, null, true, 0)]
    public void Tolerance_IsTheShortestThatIsUsed(long? seconds, string? forever, bool isTolerated, int? expected)
    {
        var pod = Pod("p");
        if (seconds is not null) { pod.Tolerating("node.kubernetes.io/unreachable", effect: "NoExecute", comparison: "Exists", seconds: seconds); }
        if (forever is not null) { pod.Tolerating("node.kubernetes.io/unreachable", effect: "NoExecute", comparison: "Exists"); }
        V1Taint[] taints = [new V1Taint { Key = "node.kubernetes.io/unreachable", Effect = "NoExecute" }];
        Assert.Equal(isTolerated, TaintEvictionController.TryGetTolerance(pod, taints, out var tolerance));
        Assert.Equal(expected, (int?)tolerance?.TotalSeconds);
    }

    private static V1Pod Tolerating(string name, long? seconds) => Pod(name)
        .Tolerating("node.kubernetes.io/not-ready", effect: "NoExecute", comparison: "Exists", seconds: seconds)
        .Tolerating("node.kubernetes.io/unreachable", effect: "NoExecute", comparison: "Exists", seconds: seconds);

    private static async Task<RunningControllers> ClusterOfAsync(int count)
    {
        var driver = new FakeTimeDriver();
        var cluster = new FakeCluster(driver.Time);
        for (var index = 0; index < count; index++)
        {
            cluster.Add(Node($"n{index}"), new V1Lease { Metadata = new V1ObjectMeta { Name = $"n{index}", NamespaceProperty = "kube-node-lease" }, Spec = new V1LeaseSpec { HolderIdentity = $"n{index}", RenewTime = driver.Now.UtcDateTime } });
        }

        var running = await RunningControllers.StartAsync(driver, cluster, static _ => { }, Names);
        await running.UntilAsync(() => Enumerable.Range(0, count).All(index => running.Events($"n{index}").Contains($"Normal RegisteredNode Node n{index} event: Registered Node n{index} in Controller")));
        return running;
    }

    private static void Heartbeat(RunningControllers running, string name, string ready) => running.Cluster.Change<V1Node>(ObjectKey.Cluster(name), node =>
    {
        var old = node.Status.Condition("Ready")!;
        node.Status.Conditions = [.. node.Status.Conditions.Where(condition => condition.Type != "Ready"), new V1NodeCondition
        {
            Type = "Ready", Status = ready, LastHeartbeatTime = running.Driver.Now.UtcDateTime, LastTransitionTime = old.Status == ready ? old.LastTransitionTime : running.Driver.Now.UtcDateTime,
        }];
    });

    /// <summary>Lets time pass with all nodes but one sending heartbeats.</summary>
    private static async Task<TimeSpan> RunAsync(RunningControllers running, Func<bool> until, string? silent)
    {
        var start = running.Driver.Now;
        while (!until())
        {
            Assert.True(running.Driver.Now - start < TimeSpan.FromMinutes(20), "it does not happen");
            await StepAsync(running, silent);
        }

        return running.Driver.Now - start;
    }

    private static async Task RunAsync(RunningControllers running, DateTimeOffset until, string? silent)
    {
        while (running.Driver.Now < until) { await StepAsync(running, silent); }
    }

    private static async Task StepAsync(RunningControllers running, string? silent)
    {
        foreach (var node in running.All<V1Node>().Where(node => node.Metadata.Name != silent)) { Heartbeat(running, node.Metadata.Name, "True"); }
        await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(10));
    }

    private static string? Status(RunningControllers running, string node, string type) => running.Cluster.Find<V1Node>("", node)!.Status.Condition(type)?.Status;

    private static string? Ready(RunningControllers running, string pod) => running.Cluster.Find<V1Pod>("default", pod)?.Status.Condition("Ready")?.Status;

    private static List<string> Taints(RunningControllers running, string node) => [.. (running.Cluster.Find<V1Node>("", node)!.Spec.Taints ?? []).Select(taint => $"{taint.Key}:{taint.Effect}").Order(StringComparer.Ordinal)];
}
