using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Cycle;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Plugins;

namespace Orch.Scheduling.Tests.Cycle;

public sealed class SchedulingCycleTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<SchedulerMetrics>().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Run_NothingFits_CountsEachReason()
    {
        var (_, snapshot) = Make.Cluster(
            Make.Node("a", cpu: "1"), Make.Node("b", cpu: "1", memory: "1Gi"),
            Make.Node("c", change: node => node.Spec.Taints = [Make.Taint("k", "NoSchedule", "v")]));

        var decision = await RunAsync(Make.Info("p", cpu: "2", memory: "2Gi"), snapshot);

        Assert.Null(decision.NodeName);
        Assert.Equal("0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {k: v}, 2 Insufficient cpu.", decision.Message);
        Assert.Equal(["NodeResourcesFit", "TaintToleration"], decision.RejectedBy.Order());
    }

    [Fact]
    public async Task Run_NoNodes_SaysSo()
        => Assert.Equal("no nodes available to schedule pods", (await RunAsync(Make.Info("p"), Make.Cluster().Snapshot)).Message);

    [Fact]
    public async Task Run_LeastAllocated_SpreadsOverEmptyNodes()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("a"), Make.Node("b"), Make.Node("c"));
        var used = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var pod = Make.Info($"p{i}", cpu: "1", memory: "2Gi");
            cache.Refresh(snapshot);
            var decision = await RunAsync(pod, snapshot);
            cache.Assume(pod, decision.NodeName!);
            used.Add(decision.NodeName!);
        }

        Assert.Equal(["a", "b", "c"], used.Order());
    }

    [Fact]
    public async Task Run_MostAllocated_PacksOneNode()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("a"), Make.Node("b"), Make.Node("c"));
        var used = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var pod = Make.Info($"p{i}", cpu: "1", memory: "2Gi");
            cache.Refresh(snapshot);
            var decision = await RunAsync(pod, snapshot, scoring: ResourceScoring.MostAllocated, disabled: ["NodeResourcesBalancedAllocation"]);
            cache.Assume(pod, decision.NodeName!);
            used.Add(decision.NodeName!);
        }

        Assert.Single(used);
    }

    [Fact]
    public async Task Run_StrictSpreadOverZones_NeverExceedsTheSkew()
    {
        var nodes = Enumerable.Range(0, 6).Select(i => Make.Node($"n{i}", cpu: "64", memory: "64Gi", labels: ("zone", i < 4 ? "z1" : i < 5 ? "z2" : "z3"))).ToArray();
        var (cache, snapshot) = Make.Cluster(nodes);
        var zones = nodes.ToDictionary(node => node.Metadata.Name, node => node.Metadata.Labels["zone"]);
        var counts = new Dictionary<string, int> { ["z1"] = 0, ["z2"] = 0, ["z3"] = 0 };
        for (var i = 0; i < 12; i++)
        {
            var pod = Make.Info($"p{i}", Spread, labels: new Dictionary<string, string> { ["app"] = "web" });
            cache.Refresh(snapshot);
            var decision = await RunAsync(pod, snapshot);
            cache.Assume(pod, decision.NodeName!);
            counts[zones[decision.NodeName!]]++;
            Assert.True(counts.Values.Max() - counts.Values.Min() <= 1, $"after {i + 1}: {string.Join(' ', counts)}");
        }
    }

    [Fact]
    public async Task Run_PreferredAffinity_WinsOverEqualNodes()
    {
        var (_, snapshot) = Make.Cluster(Make.Node("a"), Make.Node("b", labels: ("disk", "ssd")), Make.Node("c"));
        var pod = Make.Info("p", spec => spec.Affinity = new V1Affinity
        {
            NodeAffinity = new V1NodeAffinity
            {
                PreferredDuringSchedulingIgnoredDuringExecution =
                [
                    new V1PreferredSchedulingTerm
                    {
                        Weight = 10,
                        Preference = new V1NodeSelectorTerm { MatchExpressions = [new V1NodeSelectorRequirement { Key = "disk", OperatorProperty = "In", Values = ["ssd"] }] },
                    },
                ],
            },
        });

        Assert.Equal("b", (await RunAsync(pod, snapshot)).NodeName);
    }

    [Fact]
    public async Task Run_LargeCluster_StopsAtEnoughNodesAndGoesOnFromThere()
    {
        var (_, snapshot) = Make.Cluster([.. Enumerable.Range(0, 1000).Select(i => Make.Node($"n{i:d4}"))]);
        var cycle = Cycle(snapshot: out _);
        var profile = Profile();

        var first = await cycle.RunAsync(profile, new CycleState(), Make.Info("p"), snapshot, CancellationToken.None);
        var second = await cycle.RunAsync(profile, new CycleState(), Make.Info("q"), snapshot, CancellationToken.None);

        Assert.Equal(420, first.Feasible);
        Assert.Equal(420, second.Feasible);
        Assert.True(string.CompareOrdinal(first.NodeName, "n0420") < 0);
        Assert.True(string.CompareOrdinal(second.NodeName, "n0420") >= 0);
    }

    [Fact]
    public async Task Run_ScoreOutOfRange_NamesThePlugin()
    {
        var (_, snapshot) = Make.Cluster(Make.Node("a"), Make.Node("b"));

        var failure = await Assert.ThrowsAsync<SchedulingException>(() => RunAsync(Make.Info("p"), snapshot, extra: new Overscorer()));

        Assert.Contains("Overscorer", failure.Message, StringComparison.Ordinal);
    }

    private static void Spread(V1PodSpec spec) => spec.TopologySpreadConstraints =
    [
        new V1TopologySpreadConstraint
        {
            MaxSkew = 1, TopologyKey = "zone", WhenUnsatisfiable = "DoNotSchedule",
            LabelSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
        },
    ];

    private SchedulingCycle Cycle(out SchedulerMetrics snapshot)
    {
        snapshot = _services.GetRequiredService<SchedulerMetrics>();
        return new SchedulingCycle(0, new Random(1), snapshot);
    }

    private static SchedulerProfile Profile(ResourceScoring scoring = default, IEnumerable<string>? disabled = null, ISchedulerPlugin? extra = null)
    {
        var options = Options.Create(new SchedulingOptions { ResourceScoring = scoring });
        ISchedulerPlugin[] plugins =
        [
            new SchedulingGates(), new PrioritySort(), new NodeUnschedulable(), new NodeName(), new TaintToleration(), new NodeAffinity(), new NodePorts(),
            new NodeResourcesFit(options), new PodTopologySpread(), new NodeResourcesBalancedAllocation(), new ImageLocality(), new NoBinder(),
            .. extra is null ? Array.Empty<ISchedulerPlugin>() : [extra],
        ];
        var profile = new SchedulerProfileOptions();
        foreach (var name in disabled ?? []) { profile.Disabled.Add(name); }
        if (extra is not null) { profile.Enabled.Add(extra.Name); }
        return SchedulerProfile.Build(profile, plugins.ToDictionary(plugin => plugin.Name), []);
    }

    private async Task<Decision> RunAsync(
        PodInfo pod, SchedulerSnapshot snapshot, ResourceScoring scoring = default, IEnumerable<string>? disabled = null, ISchedulerPlugin? extra = null)
        => await Cycle(out _).RunAsync(Profile(scoring, disabled, extra), new CycleState(), pod, snapshot, CancellationToken.None);

    private sealed class NoBinder : IBindPlugin
    {
        public string Name => "DefaultBinder";

        public ValueTask<SchedulingStatus> BindAsync(CycleState state, PodInfo pod, string nodeName, CancellationToken cancellationToken)
            => ValueTask.FromResult(SchedulingStatus.Success);
    }

    private sealed class Overscorer : IScorePlugin
    {
        public string Name => "Overscorer";

        public long Score(CycleState state, PodInfo pod, NodeInfo node) => 101;
    }
}
