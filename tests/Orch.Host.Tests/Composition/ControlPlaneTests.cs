using k8s;
using k8s.Models;
using Orch.Testing.Time;

namespace Orch.Host.Tests.Composition;

/// <summary>What the parts of a whole cluster do together: they say how they are, and share out addresses.</summary>
public sealed class ControlPlaneTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Cluster_OfAllParts_SaysThatTheyAreWell_AndKeepsItsServiceRanges()
    {
        using var cluster = new EmbeddedCluster("parts");
        await cluster.StartAsync();
        using var client = cluster.Cluster.CreateKubernetes();

        var parts = await client.CoreV1.ListComponentStatusAsync();
        Assert.Equal(["controller-manager", "etcd-0", "scheduler"], parts.Items.Select(static part => part.Metadata.Name));
        Assert.All(parts.Items, static part => Assert.Equal(("Healthy", "True", "ok"), (part.Conditions[0].Type, part.Conditions[0].Status, part.Conditions[0].Message)));

        await client.NetworkingV1.CreateServiceCIDRAsync(new V1ServiceCIDR { Metadata = new V1ObjectMeta { Name = "more" }, Spec = new V1ServiceCIDRSpec { Cidrs = ["10.77.0.0/24"] } });
        await Patience.UntilAsync(async () => Ready(await client.NetworkingV1.ReadServiceCIDRAsync("more"))?.Status == "True", "the range to be ready", Limit);
        Assert.Equal(["networking.k8s.io/service-cidr-finalizer"], (await client.NetworkingV1.ReadServiceCIDRAsync("more")).Metadata.Finalizers);

        await client.CoreV1.CreateNamespacedServiceAsync(new V1Service { Metadata = new V1ObjectMeta { Name = "far" }, Spec = new V1ServiceSpec { ClusterIP = "10.77.0.9", Ports = [new V1ServicePort { Port = 80 }] } }, "default");
        await Patience.UntilAsync(async () => (await client.NetworkingV1.ListIPAddressAsync()).Items.Any(static address => address.Metadata.Name == "10.77.0.9"), "the address to be shown", Limit);
        await client.NetworkingV1.DeleteServiceCIDRAsync("more");
        await Patience.UntilAsync(async () => Ready(await client.NetworkingV1.ReadServiceCIDRAsync("more"))?.Reason == "Terminating", "the range to be held", Limit);
        await cluster.StopAsync();
    }

    private static V1Condition? Ready(V1ServiceCIDR cidr) => Orch.Resources.Conditions.Find(cidr.Status?.Conditions, "Ready");
}
