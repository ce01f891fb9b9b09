using k8s.Models;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.EndpointSlices;

public sealed class EndpointControllersTests
{
    private static readonly string[] Both = [ControllerNames.EndpointSlice, ControllerNames.Endpoints, ControllerNames.EndpointSliceMirroring];

    [Fact]
    public async Task Service_FollowsItsPodsInSlicesAndEndpoints()
    {
        await using var running = await RunningControllers.StartAsync(Both);
        running.Cluster.Add(Node("n"), Service("web").WithLabel("team", "a"), Backend("a", "10.1.0.1").Ready(), Backend("b", "10.1.0.2").Ready(false));
        await running.UntilAsync(() => running.All<V1EndpointSlice>().SingleOrDefault()?.Endpoints?.Count == 2);
        await running.UntilAsync(() => running.All<V1Endpoints>().SingleOrDefault()?.Subsets?.SingleOrDefault() is { Addresses.Count: 1, NotReadyAddresses.Count: 1 });
        var slice = running.All<V1EndpointSlice>()[0];
        Assert.Equal(("web", "endpointslice-controller.k8s.io", "a"), (slice.Label("kubernetes.io/service-name"), slice.Label("endpointslice.kubernetes.io/managed-by"), slice.Label("team")));
        Assert.Equal("Service", slice.ControllerOwner()!.Kind);
        Assert.StartsWith("web-", slice.Metadata.Name, StringComparison.Ordinal);

        running.MakeReady(pod => pod.Metadata.Name == "b");
        await running.UntilAsync(() => running.All<V1EndpointSlice>().Single().Endpoints.All(one => one.Conditions.Ready == true));
        await running.UntilAsync(() => running.All<V1Endpoints>().Single().Subsets.Single() is { Addresses.Count: 2, NotReadyAddresses: null or { Count: 0 } });
        running.Cluster.Remove<V1Pod>(new ObjectKey("default", "a"));
        await running.UntilAsync(() => running.All<V1EndpointSlice>().Single().Endpoints is [{ TargetRef.Name: "b" }]);
        running.Cluster.Remove<V1Service>(new ObjectKey("default", "web"));
        await running.UntilAsync(() => running.All<V1Endpoints>().Count == 0);
    }

    [Fact]
    public async Task Slice_ThatSomebodyRemoves_ComesBack()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.EndpointSlice);
        running.Cluster.Add(Service("web"));
        await running.UntilAsync(() => running.All<V1EndpointSlice>().Count == 1);
        running.Cluster.Remove<V1EndpointSlice>(running.All<V1EndpointSlice>()[0].Key());
        await running.UntilAsync(() => running.All<V1EndpointSlice>().Count == 1);
    }

    [Fact]
    public async Task HandWrittenEndpoints_AreMirrored_UntilTheServiceGetsASelector()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.EndpointSliceMirroring);
        running.Cluster.Add(
            Service("ext").With(service => service.Spec.Selector = null),
            new V1Endpoints
            {
                Metadata = new V1ObjectMeta { Name = "ext", NamespaceProperty = "default" },
                Subsets = [new V1EndpointSubset { Addresses = [new V1EndpointAddress { Ip = "192.0.2.1" }], NotReadyAddresses = [new V1EndpointAddress { Ip = "192.0.2.2" }], Ports = [new Corev1EndpointPort { Port = 80, Protocol = "TCP" }] }],
            });
        await running.UntilAsync(() => running.All<V1EndpointSlice>().SingleOrDefault()?.Endpoints?.Count == 2);
        var slice = running.All<V1EndpointSlice>()[0];
        Assert.Equal("endpointslicemirroring-controller.k8s.io", slice.Label("endpointslice.kubernetes.io/managed-by"));
        Assert.Equal([true, false], slice.Endpoints.Select(one => one.Conditions.Ready!.Value));
        running.Cluster.Change<V1Service>(new ObjectKey("default", "ext"), service => service.Spec.Selector = new Dictionary<string, string> { ["a"] = "b" });
        await running.UntilAsync(() => running.All<V1EndpointSlice>().Count == 0);
    }

    [Fact]
    public void Endpoints_BeyondAThousand_KeepTheReadyAndSaySo()
    {
        var pods = Enumerable.Range(0, 1200).Select(index => Backend($"p{index}", $"10.1.{index / 200}.{index % 200}").Ready(index % 2 == 0));
        var endpoints = Controllers.Endpoints.EndpointsPlan.For(Service("web"), pods, null);
        Assert.Equal((600, 400), (endpoints.Subsets.Sum(subset => subset.Addresses.Count), endpoints.Subsets.Sum(subset => subset.NotReadyAddresses.Count)));
        Assert.Equal("truncated", endpoints.Annotation("endpoints.kubernetes.io/over-capacity"));
    }

    private static V1Pod Backend(string name, string address) => Pod(name).WithLabel("app", "web").OnNode("n").WithIP(address);
}
