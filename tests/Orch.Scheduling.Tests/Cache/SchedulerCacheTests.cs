using Orch.Scheduling.Cache;

namespace Orch.Scheduling.Tests.Cache;

public sealed class SchedulerCacheTests
{
    [Fact]
    public void Snapshot_AfterAnyHistory_EqualsOneMadeAnew()
    {
        var random = new Random(7);
        var cache = new SchedulerCache();
        var incremental = new SchedulerSnapshot();
        var nodes = new List<string>();
        var pods = new List<PodInfo>();
        for (var step = 0; step < 2000; step++)
        {
            switch (random.Next(6))
            {
                case 0 when nodes.Count < 20: nodes.Add($"n{step}"); cache.SetNode(Make.Node(nodes[^1], labels: ("topology.kubernetes.io/zone", $"z{random.Next(3)}"))); break;
                case 1 when nodes.Count > 5: var gone = nodes[random.Next(nodes.Count)]; nodes.Remove(gone); cache.RemoveNode(gone); break;
                case 2 or 3 when nodes.Count > 0:
                    var pod = Make.Info($"p{step}", cpu: $"{random.Next(1, 500)}m");
                    pods.Add(pod);
                    cache.Assume(pod, nodes[random.Next(nodes.Count)]);
                    break;
                case 4 when pods.Count > 0: var ended = pods[random.Next(pods.Count)]; pods.Remove(ended); cache.RemovePod(ended.Uid); break;
                case 5 when pods.Count > 0: cache.Forget(pods[random.Next(pods.Count)]); break;
                default: continue;
            }

            if (random.Next(3) > 0) { continue; }
            cache.Refresh(incremental);
            Assert.All(incremental.Nodes, node =>
            {
                Assert.Equal(node.Pods.Sum(pod => pod.Requests.MilliCpu), node.Requested.MilliCpu);
                Assert.Equal(node.Pods.Sum(pod => pod.NonZeroMemoryBytes), node.NonZeroRequestedMemoryBytes);
            });
            Assert.Equal(nodes.Order(), incremental.Nodes.Select(node => node.Name).Order());
        }
    }

    [Fact]
    public void Forget_AfterTheBindingWasSeen_KeepsThePod()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("a"));
        var pod = Make.Info("p");
        cache.Assume(pod, "a");
        cache.SetPod(Make.Info("p", spec => spec.NodeName = "a"));

        Assert.False(cache.Forget(pod));
        cache.Refresh(snapshot);

        Assert.Single(snapshot.Nodes[0].Pods);
    }

    [Fact]
    public void Pods_KnownBeforeTheirNode_CountOnceItComes()
    {
        var cache = new SchedulerCache();
        cache.SetPod(Make.Info("p", spec => spec.NodeName = "a", cpu: "500m"));
        cache.SetNode(Make.Node("a"));
        var snapshot = new SchedulerSnapshot();
        cache.Refresh(snapshot);

        Assert.Equal(500, snapshot.Nodes.Single().Requested.MilliCpu);
    }
}
