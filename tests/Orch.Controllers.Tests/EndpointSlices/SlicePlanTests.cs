using CsCheck;
using k8s.Models;
using Orch.Controllers.EndpointSlices;
using Orch.Resources;
using Orch.Serialization;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.EndpointSlices;

public sealed class SlicePlanTests
{
    private static readonly SliceTemplate Template = ServiceGroups.Template(Service("web").WithUid("s"));

    [Fact]
    public void Plan_ThroughAnyChanges_ShowsExactlyWhatIsDesired_AndThenRests()
        => Gen.Int[0, 40].Array[1, 8].Sample(sizes =>
        {
            var slices = new List<V1EndpointSlice>();
            foreach (var (size, round) in sizes.Select((size, round) => (size, round)))
            {
                var group = Group([.. Enumerable.Range(0, size).Select(index => (index * 7 % 50) + (round % 3))], port: 80 + (round % 2));
                slices = Apply(slices, SlicePlan.For(Template, [group], slices, 10), round);
                Assert.Equal(group.Endpoints.Select(one => one.Addresses[0]).Order(), slices.SelectMany(slice => slice.Endpoints).Select(one => one.Addresses[0]).Order());
                Assert.All(slices, slice => Assert.InRange(slice.Endpoints.Count, size == 0 ? 0 : 1, 10));
                var again = SlicePlan.For(Template, [group], slices, 10);
                Assert.Empty(again.Create.Concat(again.Update).Concat(again.Delete));
            }
        }, iter: 200);

    [Fact]
    public void OneMoreEndpoint_InManySlices_CostsOneWrite()
    {
        var slices = Apply([], SlicePlan.For(Template, [Group([.. Enumerable.Range(0, 950)])], [], 100), 0);
        Assert.Equal(10, slices.Count);
        var plan = SlicePlan.For(Template, [Group([.. Enumerable.Range(0, 951)])], slices, 100);
        Assert.Equal((0, 1, 0), (plan.Create.Count, plan.Update.Count, plan.Delete.Count));
        Assert.Equal(51, plan.Update[0].Endpoints.Count);
    }

    [Fact]
    public void OneEndpointBecomingUnready_CostsOneWrite_AndMovesNothing()
    {
        var group = Group([.. Enumerable.Range(0, 250)]);
        var slices = Apply([], SlicePlan.For(Template, [group], [], 100), 0);
        var changed = group with { Endpoints = [.. group.Endpoints.Select((one, index) => index == 120 ? one with { Conditions = new V1EndpointConditions { Ready = false } } : one)] };
        var plan = SlicePlan.For(Template, [changed], slices, 100);
        Assert.Equal((0, 1, 0), (plan.Create.Count, plan.Update.Count, plan.Delete.Count));
    }

    [Fact]
    public void ChangedPorts_ReuseTheSlice()
    {
        var slices = Apply([], SlicePlan.For(Template, [Group([1, 2])], [], 100), 0);
        var plan = SlicePlan.For(Template, [Group([1, 2], port: 8080)], slices, 100);
        Assert.Equal((0, 1, 0), (plan.Create.Count, plan.Update.Count, plan.Delete.Count));
        Assert.Equal(8080, plan.Update[0].Ports[0].Port);
    }

    [Fact]
    public void Groups_OfAService_SayWhatIsReadyServingAndTerminating()
    {
        var service = Service("web").WithUid("s").With(item => item.Spec.Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = "web", Protocol = "TCP" }]);
        var now = DateTimeOffset.UnixEpoch;
        V1Pod[] pods =
        [
            Selected("ready").Ready(), Selected("unready").Ready(false), Selected("leaving").Ready().DeletedAt(now), Selected("done").Ready().WithPhase("Succeeded"),
            Selected("homeless").Ready().OnNode("unknown"), Pod("addressless").WithLabel("app", "web").OnNode("n").Ready(),
        ];
        var node = Node("n").WithLabel("topology.kubernetes.io/zone", "z1");
        var group = Assert.Single(ServiceGroups.For(service, pods, name => name == "n" ? node : null));
        Assert.Equal(8080, group.Ports[0].Port);
        var facts = group.Endpoints.ToDictionary(one => one.TargetRef.Name, one => (one.Conditions.Ready, one.Conditions.Serving, one.Conditions.Terminating, one.Zone, one.NodeName));
        Assert.Equal(3, facts.Count);
        Assert.Equal((true, true, false, "z1", "n"), facts["ready"]);
        Assert.Equal((false, false, false, "z1", "n"), facts["unready"]);
        Assert.Equal((false, true, true, "z1", "n"), facts["leaving"]);
    }

    [Fact]
    public void Groups_OfADualStackHeadlessService_HaveAFamilyEach_AndHostnames()
    {
        var service = Service("db").WithUid("s").With(item => { item.Spec.ClusterIP = "None"; item.Spec.IpFamilies = ["IPv4", "IPv6"]; item.Spec.Ports = null; item.Spec.PublishNotReadyAddresses = true; });
        var pod = Selected("db-0", "db").With(item =>
        {
            item.Status.PodIPs = [new V1PodIP { Ip = "10.0.0.1" }, new V1PodIP { Ip = "fd00::1" }];
            (item.Spec.Hostname, item.Spec.Subdomain) = ("db-0", "db");
        });
        var groups = ServiceGroups.For(service, [pod], _ => null);
        Assert.Equal([("IPv4", "10.0.0.1"), ("IPv6", "fd00::1")], groups.Select(group => (group.AddressType, group.Endpoints.Single().Addresses.Single())));
        Assert.All(groups, group => Assert.Equal((true, "db-0", 0), (group.Endpoints[0].Conditions.Ready, group.Endpoints[0].Hostname, group.Ports.Count)));
        Assert.Equal(string.Empty, ServiceGroups.Template(service).Labels["service.kubernetes.io/headless"]);
    }

    private static V1Pod Selected(string name, string app = "web") => Pod(name).WithUid(name).WithLabel("app", app).OnNode("n").WithIP("10.1.0.1").WithPort(8080, "web");

    private static DesiredGroup Group(int[] hosts, int port = 80) => new(
        "IPv4",
        [new Discoveryv1EndpointPort { Name = string.Empty, Port = port, Protocol = "TCP" }],
        [.. hosts.Distinct().Select(host => new V1Endpoint { Addresses = [$"10.0.{host / 256}.{host % 256}"], Conditions = new V1EndpointConditions { Ready = true } })]);

    private static List<V1EndpointSlice> Apply(List<V1EndpointSlice> slices, SlicePlan plan, int round)
    {
        var result = slices.Where(slice => !plan.Delete.Concat(plan.Update).Any(other => other.Metadata.Name == slice.Metadata.Name)).Concat(plan.Update).ToList();
        result.AddRange(plan.Create.Select((slice, index) => ApiJson.DeepCopy(slice).With(copy => copy.Metadata.Name = $"s-{round:d3}-{index:d3}")));
        return [.. result.Select(ApiJson.DeepCopy)];
    }
}
