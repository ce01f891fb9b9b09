using System.Net;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using Orch.Storage;
using Orch.Store.Memory;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Bootstrap;

/// <summary>Several servers over one store, as clients in the cluster find them.</summary>
public sealed class KubernetesServiceTests : IAsyncLifetime
{
    private static readonly ObjectKey Key = new("default", "kubernetes");
    private readonly FakeTimeDriver _driver = new();
    private readonly MemoryStore _store = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Servers_AreAllPublished_AndTheOneThatStopsIsNotAnyMore()
    {
        await using var first = await StartAsync("192.0.2.1");
        Assert.Equal(Said(Of(first, "192.0.2.1")), await PublishedAsync(first));
        var second = await StartAsync("192.0.2.2");
        Assert.Equal(Said(Of(first, "192.0.2.1"), Of(second, "192.0.2.2")), await PublishedAsync(first));
        // Both say the same, however long they go on.
        await _driver.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Said(Of(first, "192.0.2.1"), Of(second, "192.0.2.2")), await PublishedAsync(second));

        await second.DisposeAsync();
        Assert.Equal(Said(Of(first, "192.0.2.1")), await PublishedAsync(first));
        await _driver.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Said(Of(first, "192.0.2.1")), await PublishedAsync(first));
    }

    [Fact]
    public async Task Server_ThatDied_IsMissedByTheOthers()
    {
        await SaysAsync("192.0.2.9", 6443);
        await using var server = await StartAsync("192.0.2.1");
        Assert.Equal(Said(Of(server, "192.0.2.1"), "192.0.2.9:6443"), await PublishedAsync(server));
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(14));
        Assert.Equal(Said(Of(server, "192.0.2.1"), "192.0.2.9:6443"), await PublishedAsync(server));
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(2));
        await Patience.UntilAsync(async () => await PublishedAsync(server) == Said(Of(server, "192.0.2.1")), "the dead server to be missed");
        Assert.Single((await _store.RangeAsync(RangeRequest.Prefix(ServerLeases.Prefix), default)).Entries);
    }

    [Fact]
    public async Task LastServer_LeavesTheEndpointsAsTheyAre()
    {
        string published;
        await using (var server = await StartAsync("192.0.2.1")) { published = Of(server, "192.0.2.1"); }
        Assert.Empty((await _store.RangeAsync(RangeRequest.Prefix(ServerLeases.Prefix), default)).Entries);
        await using var later = await TestServer.StartAsync(null, Shared);
        Assert.Equal(Said(published), await PublishedAsync(later));
    }

    [Fact]
    public async Task Endpoints_ThatSomebodyChangedOrDeleted_AreMadeAnew()
    {
        await using var server = await StartAsync("192.0.2.1");
        await server.Admin.Resource<V1EndpointSlice>().DeleteAsync(Key, DeleteRequest.Default, default);
        var endpoints = ApiJson.DeepCopy(await server.Admin.Resource<V1Endpoints>().GetAsync(Key, default));
        endpoints.Subsets[0].Addresses[0].Ip = "192.0.2.77";
        await server.Admin.Resource<V1Endpoints>().UpdateAsync(endpoints, default);
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(11));
        await Patience.UntilAsync(async () => await PublishedAsync(server) == Said(Of(server, "192.0.2.1")), "the endpoints to be right again");
    }

    [Fact]
    public async Task Family_ThatChanged_IsWrittenAnew()
    {
        await using (await StartAsync("192.0.2.1")) { }
        await using var server = await StartAsync("2001:db8::1");
        var slice = await server.Admin.Resource<V1EndpointSlice>().GetAsync(Key, default);
        Assert.Equal(("IPv6", "2001:db8::1"), (slice.AddressType, slice.Endpoints[0].Addresses[0]));
    }

    [Fact]
    public async Task NothingNew_WritesNothingButTheLease()
    {
        await using var server = await StartAsync("192.0.2.1");
        var before = (await server.Admin.Resource<V1EndpointSlice>().GetAsync(Key, default)).Metadata.ResourceVersion;
        await _driver.AdvanceAsync(TimeSpan.FromSeconds(30.5));
        Assert.Equal(4, Assert.Single((await _store.RangeAsync(RangeRequest.Prefix(ServerLeases.Prefix), default)).Entries).Version);
        Assert.Equal(before, (await server.Admin.Resource<V1EndpointSlice>().GetAsync(Key, default)).Metadata.ResourceVersion);
    }

    [Fact]
    public void Slices_AreOneForEachFamilyAndPort()
    {
        var servers = KubernetesEndpoints.Ordered([IPEndPoint.Parse("192.0.2.2:6443"), IPEndPoint.Parse("[2001:db8::1]:6443"), IPEndPoint.Parse("192.0.2.3:7443"), IPEndPoint.Parse("192.0.2.1:6443"), IPEndPoint.Parse("192.0.2.1:6443")]);
        Assert.Equal(
            ["kubernetes IPv4 6443 192.0.2.1,192.0.2.2", "kubernetes-ipv4-7443 IPv4 7443 192.0.2.3", "kubernetes-ipv6-6443 IPv6 6443 2001:db8::1"],
            KubernetesEndpoints.Slices(servers).Select(slice => $"{slice.Metadata.Name} {slice.AddressType} {slice.Ports[0].Port} {string.Join(',', slice.Endpoints.Select(endpoint => endpoint.Addresses[0]))}"));
        Assert.Equal(
            ["6443 192.0.2.1,192.0.2.2,2001:db8::1", "7443 192.0.2.3"],
            KubernetesEndpoints.Endpoints(servers).Subsets.Select(subset => $"{subset.Ports[0].Port} {string.Join(',', subset.Addresses.Select(address => address.Ip))}"));
        Assert.All(KubernetesEndpoints.Slices(servers), slice => Assert.True(KubernetesEndpoints.Says(slice, slice)));
        Assert.Equal([false, true, true], KubernetesEndpoints.Slices(servers).Select(KubernetesEndpoints.IsOne));
    }

    private static string Of(TestServer server, string address) => $"{address}:{server.Address.Port}";

    // Endpoints and slices must say the same.
    private static string Said(params IEnumerable<string> servers)
    {
        var all = string.Join(',', servers.Order(StringComparer.Ordinal));
        return $"slices {all} endpoints {all}";
    }

    private static async Task<string> PublishedAsync(TestServer server)
    {
        var slices = await server.Admin.Resource<V1EndpointSlice>().ListAsync(new ListRequest { Namespace = "default", LabelSelector = "kubernetes.io/service-name=kubernetes" }, default);
        var endpoints = await server.Admin.Resource<V1Endpoints>().GetAsync(Key, default);
        var bySlices = slices.Items.SelectMany(static slice => slice.Endpoints.Select(endpoint => $"{endpoint.Addresses[0]}:{slice.Ports[0].Port}")).Order(StringComparer.Ordinal);
        var byEndpoints = endpoints.Subsets.SelectMany(static subset => subset.Addresses.Select(address => $"{address.Ip}:{subset.Ports[0].Port}")).Order(StringComparer.Ordinal);
        return $"slices {string.Join(',', bySlices)} endpoints {string.Join(',', byEndpoints)}";
    }

    private async Task SaysAsync(string address, int port)
        => await _store.CommitAsync(new CommitRequest([], [StoreWrite.Put($"{ServerLeases.Prefix}{address}-{port}", JsonSerializer.SerializeToUtf8Bytes(new ServerLease(address, port, _driver.Now)))]), default);

    private void Shared(IServiceCollection services) => services.AddSingleton<IStore>(_store).AddSingleton<TimeProvider>(_driver.Time);

    private Task<TestServer> StartAsync(string address) => TestServer.ListenAsync(options => options.AdvertiseAddress = address, Shared);
}
