using System.Net;
using CsCheck;
using k8s.Models;
using Orch.Controllers.Nodes;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Nodes;

public sealed class NodeIpamTests
{
    [Fact]
    public async Task EachNode_GetsARangeOfItsOwn_AndAFreedOneIsUsedAgain()
    {
        await using var running = await RunningControllers.StartAsync(options => options.ClusterCidrs.Add("10.0.0.0/22"), ControllerNames.NodeIpam);
        running.Cluster.Add(Node("old").With(node => { node.Spec.PodCIDR = "10.0.1.0/24"; node.Spec.PodCIDRs = ["10.0.1.0/24"]; }), Node("a"), Node("b"), Node("c"));
        await running.UntilAsync(() => running.All<V1Node>().All(node => node.Spec.PodCIDR is not null));
        Assert.Equal(["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"], running.All<V1Node>().Select(node => node.Spec.PodCIDR).Order(StringComparer.Ordinal));
        Assert.All(running.All<V1Node>(), node => Assert.Equal([node.Spec.PodCIDR], node.Spec.PodCIDRs));

        running.Cluster.Add(Node("late"));
        await running.UntilAsync(() => running.Events("late").Contains("Normal CIDRNotAvailable Node late status is now: CIDRNotAvailable"));
        running.Cluster.Remove<V1Node>(ObjectKey.Cluster("old"));
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1Node>("", "late")!.Spec.PodCIDR == "10.0.1.0/24", "the freed range is given", TimeSpan.FromDays(10));
    }

    [Fact]
    public void Pool_NeverGivesOneRangeTwice()
        => Gen.Bool.Array[0, 80].Sample(steps =>
        {
            var pool = new CidrPool(IPNetwork.Parse("fd00:10::/60"), 64);
            var taken = new List<IPNetwork>();
            foreach (var take in steps)
            {
                if (!take && taken.Count > 0) { pool.Release(taken[0]); taken.RemoveAt(0); continue; }
                if (pool.Take() is not { } range) { Assert.Equal(16, taken.Count); continue; }
                Assert.DoesNotContain(range, taken);
                Assert.True(IPNetwork.Parse("fd00:10::/60").Contains(range.BaseAddress));
                taken.Add(range);
            }
        });
}
