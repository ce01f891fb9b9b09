using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Allocation;
using Orch.ApiServer.Kinds.Core.Services;
using Orch.ApiServer.Tests.Kinds;
using Orch.Client;
using Orch.Serialization;
using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.ApiServer.Tests.Allocation;

public sealed class ServiceAllocatorTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    public Task InitializeAsync() => _store.OpenAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Create_NoAddressGiven_TakesOneAboveTheStaticBand()
    {
        var service = await CreateAsync(Allocator(), Service("web"));

        var last = int.Parse(service.Spec.ClusterIP.Split('.')[3], System.Globalization.CultureInfo.InvariantCulture);
        Assert.StartsWith("10.0.0.", service.Spec.ClusterIP, StringComparison.Ordinal);
        Assert.InRange(last, 17, 254);
        Assert.Equal([service.Spec.ClusterIP], service.Spec.ClusterIPs);
        Assert.Equal(["IPv4"], service.Spec.IpFamilies);
        Assert.Equal("SingleStack", service.Spec.IpFamilyPolicy);
    }

    [Fact]
    public async Task Create_AddressTaken_RefusesAsUpstream()
    {
        var allocator = Allocator();
        await CreateAsync(allocator, Service("web", "10.0.0.5"));

        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(allocator, Service("other", "10.0.0.5")));

        Assert.Equal("Service \"other\" is invalid: spec.clusterIPs: Invalid value: [\"10.0.0.5\"]: failed to allocate IP 10.0.0.5: provided IP is already allocated", fault.Status.Message);
    }

    [Theory]
    [InlineData("192.168.1.1")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.255")]
    public async Task Create_AddressOutsideTheRange_RefusesAsUpstream(string address)
    {
        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(Allocator(), Service("web", address)));

        Assert.Equal(
            $"Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"{address}\"]: failed to allocate IP {address}: the provided network does not match the current range",
            fault.Status.Message);
    }

    [Fact]
    public async Task Create_RangeExhausted_UsesTheStaticBandAndThenRefuses()
    {
        var allocator = Allocator(options => options.ClusterIpRanges[0] = "10.0.0.0/28");
        var seen = new HashSet<string>();
        for (var count = 0; count < 14; count++) { seen.Add((await CreateAsync(allocator, Service($"web-{count}"))).Spec.ClusterIP); }

        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(allocator, Service("last")));

        Assert.Equal(14, seen.Count);
        Assert.Equal("Internal error occurred: failed to allocate a serviceIP: range is full", fault.Status.Message);
    }

    [Fact]
    public async Task Create_NotCommitted_GivesEverythingBack()
    {
        var allocator = Allocator();
        var service = Declared.Created(Service("web", "10.0.0.5", "NodePort", 30_080));
        var hold = await allocator.BeginAsync(service, null, false, CancellationToken.None);
        hold!.Complete(false);

        await CreateAsync(allocator, Service("other", "10.0.0.5", "NodePort", 30_080));
    }

    [Fact]
    public async Task Delete_Committed_FreesTheAddressAtOnce()
    {
        var allocator = Allocator();
        var service = await CreateAsync(allocator, Service("web", "10.0.0.5", "NodePort", 30_080));
        await DeleteAsync(allocator, service);

        await CreateAsync(allocator, Service("web", "10.0.0.5", "NodePort", 30_080));
    }

    [Fact]
    public async Task Update_ToExternalName_FreesAddressAndPorts()
    {
        var allocator = Allocator();
        var service = await CreateAsync(allocator, Service("web", "10.0.0.5", "NodePort", 30_080));
        var changed = Declared.Updated(service, value =>
        {
            value.Spec.Type = "ExternalName";
            value.Spec.ExternalName = "example.com";
        });
        await WriteAsync(allocator, changed, service);

        Assert.Null(changed.Spec.ClusterIP);
        Assert.Null(changed.Spec.Ports[0].NodePort);
        await CreateAsync(allocator, Service("other", "10.0.0.5", "NodePort", 30_080));
    }

    [Fact]
    public async Task NodePort_TcpAndUdpOnOnePort_ShareTheirNodePort()
    {
        var service = Service("dns", type: "NodePort");
        service.Spec.Ports =
        [
            new V1ServicePort { Name = "tcp", Port = 53, Protocol = "TCP" },
            new V1ServicePort { Name = "udp", Port = 53, Protocol = "UDP" },
        ];
        service = await CreateAsync(Allocator(), service);

        Assert.Equal(service.Spec.Ports[0].NodePort, service.Spec.Ports[1].NodePort);
        Assert.InRange(service.Spec.Ports[0].NodePort!.Value, 30_086, 32_767);
    }

    [Theory]
    [InlineData(29_999, "provided port is not in the valid range. The range of valid ports is 30000-32767")]
    [InlineData(30_080, "provided port is already allocated")]
    public async Task NodePort_Wrong_RefusesAsUpstream(int port, string text)
    {
        var allocator = Allocator();
        await CreateAsync(allocator, Service("first", type: "NodePort", nodePort: 30_080));

        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(allocator, Service("web", type: "NodePort", nodePort: port)));

        Assert.Equal($"Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: {port}: {text}", fault.Status.Message);
    }

    [Fact]
    public async Task LoadBalancer_LocalTraffic_GetsAHealthPort()
    {
        var service = Service("web", type: "LoadBalancer");
        service.Spec.ExternalTrafficPolicy = "Local";
        service = await CreateAsync(Allocator(), service);

        Assert.InRange(service.Spec.HealthCheckNodePort!.Value, 30_000, 32_767);
        Assert.NotEqual(service.Spec.HealthCheckNodePort, service.Spec.Ports[0].NodePort);
    }

    [Fact]
    public async Task DualStack_Preferred_TakesOneOfEachFamily()
    {
        var service = Service("web");
        service.Spec.IpFamilyPolicy = "PreferDualStack";
        service = await CreateAsync(Allocator(options => options.ClusterIpRanges.Add("fd00::/112")), service);

        Assert.Equal(["IPv4", "IPv6"], service.Spec.IpFamilies);
        Assert.StartsWith("fd00::", service.Spec.ClusterIPs[1], StringComparison.Ordinal);
        Assert.Equal(service.Spec.ClusterIPs[0], service.Spec.ClusterIP);
    }

    [Fact]
    public async Task DualStack_RequiredWhereThereIsOneFamily_RefusesAsUpstream()
    {
        var service = Service("web");
        service.Spec.IpFamilyPolicy = "RequireDualStack";

        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(Allocator(), service));

        Assert.Equal("Service \"web\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services", fault.Status.Message);
    }

    [Fact]
    public async Task Headless_WithSelector_TakesNothing()
    {
        var service = Service("web", "None");
        service = await CreateAsync(Allocator(), service);

        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.Equal(["None"], service.Spec.ClusterIPs);
        Assert.Empty((await _store.RangeAsync(RangeRequest.Prefix(ClaimStore.Addresses), CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task DryRun_TakesNothing()
    {
        var allocator = Allocator();
        var service = Declared.Created(Service("web", "10.0.0.5", "NodePort"));
        Assert.Null(await allocator.BeginAsync(service, null, true, CancellationToken.None));

        Assert.Empty((await _store.RangeAsync(RangeRequest.Prefix("/registry/ranges/"), CancellationToken.None)).Entries);
        Assert.Equal(30_000, service.Spec.Ports[0].NodePort);
    }

    [Fact]
    public async Task TwoServers_AtOnce_NeverGiveOneAddressTwice()
    {
        ServiceAllocator[] servers = [Allocator(), Allocator()];

        var made = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(() => CreateAsync(servers[number % 2], Service($"web-{number}", type: "NodePort")))))
            .WaitAsync(Limit);

        Assert.Equal(100, made.Select(service => service.Spec.ClusterIP).Distinct().Count());
        Assert.Equal(100, made.Select(service => service.Spec.Ports[0].NodePort).Distinct().Count());
    }

    [Fact]
    public async Task OtherServer_ReleasedMeanwhile_FindsTheAddressFree()
    {
        var (one, other) = (Allocator(), Allocator());
        var service = await CreateAsync(one, Service("web", "10.0.0.5"));
        await Assert.ThrowsAsync<ApiException>(() => CreateAsync(other, Service("taken", "10.0.0.5")));
        await DeleteAsync(one, service);
        await one.SettleAsync().WaitAsync(Limit);

        await CreateAsync(other, Service("web", "10.0.0.5"));
    }

    [Fact]
    public async Task Restart_ServicesWithoutClaims_KeepWhatTheyHave()
    {
        var service = Declared.Created(Service("old", "10.0.0.5", "NodePort", 30_080));
        service.Metadata.Uid = "uid-old";
        await StoreAsync(service);

        var fault = await Assert.ThrowsAsync<ApiException>(() => CreateAsync(Allocator(), Service("web", "10.0.0.5")));

        Assert.Contains("provided IP is already allocated", fault.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClaimLeftByACrash_IsTakenOverOnceItIsOld()
    {
        // The server claimed and then died before the service was stored.
        var lost = Declared.Created(Service("lost", "10.0.0.5"));
        lost.Metadata.Uid = "uid-lost";
        await Allocator().BeginAsync(lost, null, false, CancellationToken.None);
        var allocator = Allocator();
        await Assert.ThrowsAsync<ApiException>(() => CreateAsync(allocator, Service("web", "10.0.0.5")));

        _time.Advance(TimeSpan.FromSeconds(31));

        await CreateAsync(allocator, Service("web", "10.0.0.5"));
    }

    [Fact]
    public void Band_IsUpstreams()
    {
        Assert.Equal(0, new AddressRange("10.0.0.0/28").StaticBand);
        Assert.Equal(16, new AddressRange("10.0.0.0/24").StaticBand);
        Assert.Equal(256, new AddressRange("10.96.0.0/16").StaticBand);
        Assert.Equal(256, new AddressRange("fd00::/64").StaticBand);
        Assert.Equal(65_535, new AddressRange("fd00::/64").Size);
        Assert.Equal(254, new AddressRange("10.0.0.0/24").Size);
    }

    private static V1Service Service(string name, string? address = null, string type = "ClusterIP", int? nodePort = null) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Spec = new V1ServiceSpec
        {
            Type = type,
            ClusterIP = address,
            Selector = new Dictionary<string, string> { ["app"] = name },
            Ports = [new V1ServicePort { Port = 80, NodePort = nodePort }],
        },
    };

    private ServiceAllocator Allocator(Action<ServiceAllocationOptions>? configure = null)
    {
        var options = new ServiceAllocationOptions { RandomSeed = 7 };
        options.ClusterIpRanges[0] = "10.0.0.0/24";
        configure?.Invoke(options);
        return new ServiceAllocator(new ClaimStore(_store, _time, NullLogger<ClaimStore>.Instance), Options.Create(options));
    }

    private async Task<V1Service> CreateAsync(ServiceAllocator allocator, V1Service service)
    {
        Declared.Created(service);
        service.Metadata.Uid = $"uid-{service.Metadata.Name}";
        return await WriteAsync(allocator, service, null);
    }

    private async Task<V1Service> WriteAsync(ServiceAllocator allocator, V1Service service, V1Service? old)
    {
        var hold = await allocator.BeginAsync(service, old, false, CancellationToken.None).AsTask().WaitAsync(Limit);
        await StoreAsync(service);
        hold?.Complete(true);
        return service;
    }

    private async Task DeleteAsync(ServiceAllocator allocator, V1Service service)
    {
        var hold = await allocator.BeginAsync(null, service, false, CancellationToken.None);
        await _store.CommitAsync(new CommitRequest([], [StoreWrite.Delete(KeyOf(service))]), CancellationToken.None);
        hold?.Complete(true);
    }

    private async Task StoreAsync(V1Service service)
        => await _store.CommitAsync(new CommitRequest([], [StoreWrite.Put(KeyOf(service), ApiJson.Serialize(service))]), CancellationToken.None);

    private static string KeyOf(V1Service service) => $"{new ServiceDeclaration().StoragePrefix}{service.Metadata.NamespaceProperty}/{service.Metadata.Name}";
}
