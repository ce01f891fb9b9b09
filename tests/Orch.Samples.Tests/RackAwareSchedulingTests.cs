using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Host.Composition;
using Orch.Testing.Builders;
using Orch.Testing.Time;
using RackAwareScheduling;
using HostFactory = Microsoft.Extensions.Hosting.Host;

namespace Orch.Samples.Tests;

/// <summary>Three nodes stand in one rack and one in another: by nodes alone, four pods go three to one; by racks, two to two.</summary>
public sealed class RackAwareSchedulingTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Pods_OfOneApp_AreSpreadOverRacksByThePlugin(bool withPlugin, int podsInSmallRack)
    {
        using var host = Host(withPlugin);
        await host.StartAsync().Within("the cluster's start");
        var cluster = host.Services.GetRequiredService<OrchCluster>();
        await cluster.WaitUntilReadyAsync(CancellationToken.None).Within("the cluster to be ready");
        await Patience.UntilAsync(async () => (await cluster.CreateClient().Resource<V1Node>().ListAsync(ListRequest.All, CancellationToken.None)).Items.Count == 4, "four nodes");
        var pods = cluster.CreateClient().Resource<V1Pod>();

        for (var i = 0; i < 4; i++)
        {
            var name = $"web-{i}";
            await pods.CreateAsync(WebPod(name), CancellationToken.None).Within("a pod's creation");
            await Patience.UntilAsync(async () => (await pods.GetAsync(new("default", name), CancellationToken.None)).Status?.Phase == "Running", $"{name} to run");
        }

        var placed = await pods.ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None);
        Assert.Equal(podsInSmallRack, placed.Items.Count(pod => pod.Spec.NodeName == "simulated-3"));
        await host.StopAsync().Within("the cluster's end");
    }

    [Fact]
    public void PluginClass_IsShorterThanThirtyLines()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Orch.sln"))) { directory = directory.Parent ?? throw new InvalidOperationException("Orch.sln is in no parent folder."); }

        Assert.InRange(File.ReadAllLines(Path.Combine(directory.FullName, "samples/RackAwareScheduling/RackAwareScore.cs")).Length, 1, 29);
    }

    private static IHost Host(bool withPlugin)
    {
        var builder = HostFactory.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchCluster(cluster =>
        {
            cluster.Configure(options => { options.Port = 0; options.BindAddress = "127.0.0.1"; }).UseMemoryStore().UseSimulatedNodes(nodes =>
            {
                nodes.Count = 4;
                nodes.ConfigureNode = (number, node) => node.Metadata.Labels["example.com/rack"] = number < 3 ? "large" : "small";
            });
            if (withPlugin) { cluster.ConfigureScheduler(scheduler => scheduler.AddPlugin<RackAwareScore>(weight: 10)); }
        });
        return builder.Build();
    }

    private static V1Pod WebPod(string name)
    {
        var pod = Build.Pod(name);
        pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "web" };
        pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1"), ["memory"] = new("4Gi") } };
        return pod;
    }
}
