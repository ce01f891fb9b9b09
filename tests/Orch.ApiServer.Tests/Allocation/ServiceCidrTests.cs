using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Allocation;

/// <summary>Addresses out of ServiceCIDRs that were made at run time.</summary>
public sealed class ServiceCidrTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private int _count;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(static options => options.ServiceCidr = "10.9.0.0/29,fd00:9::/120");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Service_NamingAnAddress_HasItOnceItsRangeIsThere()
    {
        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("10.20.0.5"));
        Assert.EndsWith("spec.clusterIPs: Invalid value: [\"10.20.0.5\"]: failed to allocate IP 10.20.0.5: the provided network does not match the current range", fault.Status.Message, StringComparison.Ordinal);

        await AddAsync("more", "10.20.0.0/24");
        Assert.Equal("10.20.0.5", (await CreateAsync("10.20.0.5")).Spec.ClusterIP);
        fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("10.20.0.5"));
        Assert.EndsWith("failed to allocate IP 10.20.0.5: provided IP is already allocated", fault.Status.Message, StringComparison.Ordinal);
        foreach (var unusable in new[] { "10.20.0.0", "10.20.0.255" })
        {
            fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(unusable));
            Assert.EndsWith("the provided network does not match the current range", fault.Status.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task FullRange_IsHelpedByAnother()
    {
        for (var count = 0; count < 6; count++) { Assert.StartsWith("10.9.0.", (await CreateAsync()).Spec.ClusterIP, StringComparison.Ordinal); }
        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync());
        Assert.Equal("Internal error occurred: failed to allocate a serviceIP: range is full", fault.Status.Message);

        await AddAsync("more", "10.20.0.0/24", "fd00:20::/112");
        Assert.StartsWith("10.20.0.", (await CreateAsync()).Spec.ClusterIP, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondFamily_ComesFromItsRanges()
    {
        await AddAsync("six", "fd00:20::/64");
        var service = await CreateAsync("fd00:20::abcd:1", families: ["IPv6"]);
        Assert.Equal(["fd00:20::abcd:1"], service.Spec.ClusterIPs);
        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("fd00:20::abcd:1", families: ["IPv6"]));
        Assert.EndsWith("provided IP is already allocated", fault.Status.Message, StringComparison.Ordinal);
        var both = await CreateAsync(policy: "RequireDualStack");
        Assert.StartsWith("10.9.0.", both.Spec.ClusterIPs[0], StringComparison.Ordinal);
        Assert.StartsWith("fd00:9::", both.Spec.ClusterIPs[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("False", "the provided network does not match the current range")]
    [InlineData("Unknown", "the provided network does not match the current range")]
    [InlineData("True", null)]
    public async Task Range_ThatIsNotReady_GivesNothing(string ready, string? fault)
    {
        var cidr = await AddAsync("more", "10.20.0.0/24");
        var copy = Orch.Serialization.ApiJson.DeepCopy(cidr);
        copy.Status = new V1ServiceCIDRStatus { Conditions = [new V1Condition { Type = "Ready", Status = ready, Reason = "Test", Message = string.Empty, LastTransitionTime = DateTime.UnixEpoch }] };
        await _server.Admin.Resource<V1ServiceCIDR>().UpdateStatusAsync(copy, default);
        await UntilAsync(cidrs => Conditions.Find(cidrs.Find("more")?.Status?.Conditions, "Ready")?.Status == ready);
        if (fault is null) { await CreateAsync("10.20.0.7"); return; }
        var refused = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("10.20.0.7"));
        Assert.EndsWith(fault, refused.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Range_BeingDeleted_GivesNothing_WhileItsFinalizerHoldsIt()
    {
        var cidr = Orch.Serialization.ApiJson.DeepCopy(await AddAsync("more", "10.20.0.0/24"));
        cidr.Metadata.Finalizers = ["networking.k8s.io/service-cidr-finalizer"];
        await _server.Admin.Resource<V1ServiceCIDR>().UpdateAsync(cidr, default);
        await CreateAsync("10.20.0.7");
        await _server.Admin.Resource<V1ServiceCIDR>().DeleteAsync(ObjectKey.Cluster("more"), DeleteRequest.Default, default);
        await UntilAsync(static cidrs => cidrs.Find("more")?.IsDeleting() == true);
        var refused = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("10.20.0.8"));
        Assert.EndsWith("the provided network does not match the current range", refused.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_ThatSomeoneElseMade_IsReserved()
    {
        await _server.Admin.Resource<V1IPAddress>().CreateAsync(new V1IPAddress
        {
            Metadata = new V1ObjectMeta { Name = "10.9.0.3" },
            Spec = new V1IPAddressSpec { ParentRef = new V1ParentReference { Group = "gateway.networking.k8s.io", Resource = "gateways", NamespaceProperty = "default", Name = "edge" } },
        }, default);
        var objects = Source();
        await Patience.UntilAsync(() => objects.Find("10.9.0.3") is not null, "the address to be seen");
        var refused = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("10.9.0.3"));
        Assert.EndsWith("provided IP is already allocated", refused.Status.Message, StringComparison.Ordinal);
        var given = new List<string>();
        for (var count = 0; count < 5; count++) { given.Add((await CreateAsync()).Spec.ClusterIP); }
        Assert.DoesNotContain("10.9.0.3", given);
    }

    private Orch.ApiServer.Allocation.IServiceCidrs Source() => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Orch.ApiServer.Allocation.IServiceCidrs>(_server.Services);

    private async Task<V1ServiceCIDR> AddAsync(string name, params string[] ranges)
    {
        var made = await _server.Admin.Resource<V1ServiceCIDR>().CreateAsync(new V1ServiceCIDR { Metadata = new V1ObjectMeta { Name = name }, Spec = new V1ServiceCIDRSpec { Cidrs = ranges } }, default);
        await UntilAsync(cidrs => cidrs.Find(name) is not null);
        return made;
    }

    // The allocator reads the cache, which comes a moment after the answer.
    private Task UntilAsync(Func<Cidrs, bool> isSeen) => Patience.UntilAsync(() => isSeen(new Cidrs(Source().All)), "the range to be seen");

    private Task<V1Service> CreateAsync(string? address = null, IList<string>? families = null, string? policy = null)
        => _server.Admin.Resource<V1Service>().CreateAsync(new V1Service
        {
            Metadata = new V1ObjectMeta { Name = $"s-{_count++}", NamespaceProperty = "default" },
            Spec = new V1ServiceSpec { ClusterIP = address, IpFamilies = families, IpFamilyPolicy = policy, Ports = [new V1ServicePort { Port = 80 }], Selector = new Dictionary<string, string> { ["a"] = "b" } },
        }, default);

    private sealed record Cidrs(Orch.ApiServer.Caching.ObjectTree Tree)
    {
        public V1ServiceCIDR? Find(string name)
        {
            foreach (var item in Tree.Range("/", "0"))
            {
                if (item.Value is V1ServiceCIDR cidr && cidr.Metadata.Name == name) { return cidr; }
            }

            return null;
        }
    }
}
