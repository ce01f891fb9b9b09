using k8s.Models;
using Orch.Controllers.ServiceCidrs;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Tests.ServiceCidrs;

public sealed class ServiceCidrControllerTests
{
    private const string Finalizer = "networking.k8s.io/service-cidr-finalizer";

    [Fact]
    public async Task New_GetsItsFinalizerAndIsReady()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ServiceCidr);
        running.Cluster.Add(Cidr("more", "10.20.0.0/24"));

        await running.UntilAsync(() => Ready(running, "more")?.Status == "True");
        Assert.Equal([Finalizer], running.Cluster.Find<V1ServiceCIDR>(string.Empty, "more")!.Metadata.Finalizers);
        Assert.Equal((string.Empty, "Kubernetes Service CIDR is ready"), (Ready(running, "more")!.Reason, Ready(running, "more")!.Message));
    }

    [Fact]
    public async Task Deleted_StaysWhileAnAddressNeedsIt_AndGoesTenSecondsAfterThat()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ServiceCidr);
        running.Cluster.Add(Address("10.20.0.7"));
        running.Cluster.Add(Deleted("more", running.Driver.Now, "10.20.0.0/24"));

        await running.UntilAsync(() => Ready(running, "more")?.Status == "False");
        Assert.Equal(
            ("Terminating", "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR"),
            (Ready(running, "more")!.Reason, Ready(running, "more")!.Message));

        var since = running.Driver.Now;
        running.Cluster.Remove<V1IPAddress>(ObjectKey.Cluster("10.20.0.7"));
        await running.Driver.RunUntilAsync(() => IsGone(running, "more"), "the range to go");
        Assert.True(running.Driver.Now - since >= TimeSpan.FromSeconds(9), $"gone after {running.Driver.Now - since}");
    }

    [Fact]
    public async Task Deleted_WithinAnother_GoesWithItsAddresses()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ServiceCidr);
        running.Cluster.Add(Address("10.20.0.7"));
        running.Cluster.Add(Cidr("wide", "10.20.0.0/16"));
        running.Cluster.Add(Deleted("more", running.Driver.Now, "10.20.0.0/24"));
        await running.Driver.RunUntilAsync(() => IsGone(running, "more"), "the range to go");
    }

    [Fact]
    public async Task Deleted_ThenAnotherTakesItsAddresses_Goes()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ServiceCidr);
        running.Cluster.Add(Address("10.20.0.7"));
        running.Cluster.Add(Deleted("more", running.Driver.Now, "10.20.0.0/24"));
        await running.UntilAsync(() => Ready(running, "more")?.Status == "False");
        running.Cluster.Add(Cidr("part", "10.20.0.0/28"));
        await running.Driver.RunUntilAsync(() => IsGone(running, "more"), "the range to go");
    }

    [Theory]
    [InlineData("10.20.0.0/24", "10.20.0.1", true)]
    [InlineData("10.20.0.0/24", "10.20.0.0", false)]
    [InlineData("10.20.0.0/24", "10.20.0.255", false)]
    [InlineData("10.20.0.0/16", "10.20.0.255", true)]
    [InlineData("10.20.0.0/24", "10.20.1.1", false)]
    [InlineData("0.0.0.0/0", "10.20.1.1", true)]
    [InlineData("0.0.0.0/0", "255.255.255.255", false)]
    [InlineData("10.0.0.1/32", "10.0.0.1", false)]
    [InlineData("fd00::/120", "fd00::ff", true)]
    [InlineData("fd00::/120", "fd00::", false)]
    public void Network_ContainsWhatServicesMayHave(string range, string address, bool expected)
        => Assert.Equal(expected, new ServiceNetwork(System.Net.IPNetwork.Parse(range)).Contains(System.Net.IPAddress.Parse(address)));

    private static V1Condition? Ready(RunningControllers running, string name) => Conditions.Find(running.Cluster.Find<V1ServiceCIDR>(string.Empty, name)?.Status?.Conditions, "Ready");

    private static bool IsGone(RunningControllers running, string name) => running.Cluster.Find<V1ServiceCIDR>(string.Empty, name) is null or { Metadata.Finalizers: null or { Count: 0 } };

    private static V1ServiceCIDR Cidr(string name, params string[] ranges) => new() { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1ServiceCIDRSpec { Cidrs = ranges } };

    private static V1ServiceCIDR Deleted(string name, DateTimeOffset at, params string[] ranges)
    {
        var cidr = Cidr(name, ranges);
        (cidr.Metadata.DeletionTimestamp, cidr.Metadata.Finalizers) = (at.UtcDateTime, [Finalizer]);
        return cidr;
    }

    private static V1IPAddress Address(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["ipaddress.kubernetes.io/managed-by"] = "ipallocator.k8s.io", ["ipaddress.kubernetes.io/ip-family"] = "IPv4" } },
        Spec = new V1IPAddressSpec { ParentRef = new V1ParentReference { Resource = "services", NamespaceProperty = "default", Name = "web" } },
    };
}
