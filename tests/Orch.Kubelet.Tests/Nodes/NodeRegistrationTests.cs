using k8s.Models;
using Orch.Resources;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Nodes;

public sealed class NodeRegistrationTests
{
    [Fact]
    public async Task Start_RegistersReadyNodeWithCapacityLabelsAndLease()
    {
        await using var node = await StartAsync(o =>
        {
            o.Labels["zone"] = "a";
            o.Reserved["cpu"] = "500m";
            o.Taints.Add(new V1Taint { Key = "dedicated", Value = "x", Effect = "NoSchedule" });
        });
        await node.UntilAsync(() => Ready(node) == "True", "the node to be ready");

        var stored = node.Cluster.Find<V1Node>("", TestNode.Name)!;
        Assert.Equal(4000, Quantities.MilliValue(stored.Status.Capacity["cpu"]));
        Assert.Equal(3500, Quantities.MilliValue(stored.Status.Allocatable["cpu"]));
        Assert.Equal(110, Quantities.Value(stored.Status.Allocatable["pods"]));
        Assert.Equal("n1", stored.Metadata.Labels["kubernetes.io/hostname"]);
        Assert.Equal("linux", stored.Metadata.Labels["kubernetes.io/os"]);
        Assert.Equal("a", stored.Metadata.Labels["zone"]);
        Assert.Contains(stored.Spec.Taints, t => t.Key == "dedicated");
        Assert.Contains(stored.Status.Addresses, a => a is { Type: "InternalIP", Address: "192.168.1.10" });
        Assert.Equal("fake://1.0", stored.Status.NodeInfo.ContainerRuntimeVersion);
        Assert.Equal("10.244.0.0/24", node.Network.PodCidr);
        var lease = node.Cluster.Find<V1Lease>("kube-node-lease", TestNode.Name)!;
        Assert.Equal(40, lease.Spec.LeaseDurationSeconds);

        var before = lease.Spec.RenewTime;
        await node.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.True(node.Cluster.Find<V1Lease>("kube-node-lease", TestNode.Name)!.Spec.RenewTime > before);
    }

    [Fact]
    public async Task Idle_WritesTheStatusOnlyEveryFiveMinutes()
    {
        await using var node = await StartAsync();
        await node.UntilAsync(() => Ready(node) == "True", "the node to be ready");
        await node.AdvanceAsync(TimeSpan.FromMinutes(1));
        node.Cluster.ClearActions();

        await node.AdvanceAsync(TimeSpan.FromMinutes(4.5));

        Assert.True(node.Cluster.Writes.Count(w => w.Resource.Resource == "nodes") <= 1);
        Assert.InRange(node.Cluster.Writes.Count(w => w.Resource.Resource == "leases"), 5, 28);
    }

    [Fact]
    public async Task Runtime_Down_MakesTheNodeNotReadyUntilItIsBack()
    {
        await using var node = await StartAsync();
        await node.UntilAsync(() => Ready(node) == "True", "the node to be ready");

        node.Runtime.IsDown = true;
        await node.UntilAsync(() => Ready(node) == "False", "the node not to be ready", TimeSpan.FromSeconds(30));
        Assert.StartsWith("container runtime is down", node.Cluster.Find<V1Node>("", TestNode.Name)!.Status.Conditions.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);

        node.Runtime.IsDown = false;
        await node.UntilAsync(() => Ready(node) == "True", "the node to be ready again", TimeSpan.FromSeconds(30));
        await node.RunToReadyAsync(Build.Pod("web"));
    }

    [Fact]
    public async Task PodCidr_FromTheApi_SetsTheNetworkUp()
    {
        await using var node = await StartAsync(o => o.PodCidr = null);
        await node.UntilAsync(() => Ready(node) == "False", "the node to report");
        node.Run(Build.Pod("web"));
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(node.Runtime.Sandboxes);

        node.Cluster.Change<V1Node>(ObjectKey.Cluster(TestNode.Name), n => (n.Spec ??= new V1NodeSpec()).PodCIDR = "10.244.7.0/24");

        await node.UntilAsync(() => Ready(node) == "True" && node.Condition("web", "Ready") == "True", "node and pod to be ready");
        Assert.Equal("10.244.7.0/24", node.Network.PodCidr);
    }

    // With the periods that the options have by themselves.
    private static Task<TestNode> StartAsync(Action<KubeletOptions>? configure = null) => TestNode.StartAsync(o =>
    {
        var defaults = new KubeletOptions();
        (o.NodeStatusPeriod, o.LeaseRenewPeriod, o.LeaseDuration) = (defaults.NodeStatusPeriod, defaults.LeaseRenewPeriod, defaults.LeaseDuration);
        configure?.Invoke(o);
    });

    private static string? Ready(TestNode node)
        => node.Cluster.Find<V1Node>("", TestNode.Name)?.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status;
}
