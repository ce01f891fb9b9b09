using System.Net;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.Networking.Dns;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;

namespace Orch.Networking.Tests.Dns;

/// <remarks>Alone: a child that another test is just starting holds this process's sockets until it runs its program, and with them a port that was let go.</remarks>
[Collection(nameof(RegistrationTests))]
[CollectionDefinition(nameof(RegistrationTests), DisableParallelization = true)]
public sealed class RegistrationTests
{
    private static readonly ObjectKey Slice = new("kube-system", "kube-dns-n1");
    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task Start_MakesServiceAndEndpoint_StopTakesTheEndpointOut()
    {
        var dns = await DnsHarness.StartAsync(_cluster);
        await SliceAsync();

        var service = _cluster.Find<V1Service>("kube-system", "kube-dns")!;
        Assert.Equal("10.96.0.10", service.Spec.ClusterIP);
        Assert.Null(service.Spec.Selector);
        Assert.Equal(["dns/UDP/53", "dns-tcp/TCP/53"], service.Spec.Ports.Select(port => $"{port.Name}/{port.Protocol}/{port.Port}"));
        var slice = _cluster.Find<V1EndpointSlice>(Slice)!;
        Assert.Equal("127.0.0.1", slice.Endpoints[0].Addresses[0]);
        Assert.Equal("n1", slice.Endpoints[0].NodeName);
        Assert.All(slice.Ports, port => Assert.Equal(dns.EndPoint.Port, port.Port));

        await dns.DisposeAsync();
        Assert.Null(_cluster.Find<V1EndpointSlice>(Slice));
        Assert.NotNull(_cluster.Find<V1Service>("kube-system", "kube-dns"));
    }

    [Fact]
    public async Task Restart_AfterACrash_PutsTheEndpointRight()
    {
        _cluster.Add(DnsObjects.MakeService(IPAddress.Parse("10.96.0.10")), DnsObjects.MakeSlice("n1", IPEndPoint.Parse("127.0.0.1:1")), DnsObjects.MakeSlice("n2", IPEndPoint.Parse("127.0.0.2:1")));
        await using var dns = await DnsHarness.StartAsync(_cluster);

        await _cluster.WaitUntilAsync(() => _cluster.Find<V1EndpointSlice>(Slice)!.Ports[0].Port == dns.EndPoint.Port, "the endpoint with the new port");

        Assert.Equal(1, _cluster.Find<V1EndpointSlice>("kube-system", "kube-dns-n2")!.Ports[0].Port);
    }

    [Fact]
    public async Task Run_SomebodyDeletesWhatIsOurs_MakesItAnew()
    {
        await using var dns = await DnsHarness.StartAsync(_cluster);
        await SliceAsync();

        _cluster.Remove<V1EndpointSlice>(Slice);
        await SliceAsync();
        _cluster.Remove<V1Service>(DnsObjects.Service);

        await _cluster.WaitUntilAsync(() => _cluster.Find<V1Service>(DnsObjects.Service) is not null, "the service made anew");
    }

    [Fact]
    public async Task Run_ApiRefuses_TriesAgain()
    {
        _cluster.FailNext(2, "create", "services");
        await using var dns = await DnsHarness.StartAsync(_cluster);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_cluster.Find<V1EndpointSlice>(Slice) is null)
        {
            Assert.False(limit.IsCancellationRequested, "waited in vain for the endpoint");
            dns.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Run_ServiceOfSomebodyElse_IsLeftAlone()
    {
        _cluster.Add(Build.Service("kube-dns", "kube-system"), Build.Namespace("default"));
        await using var dns = await DnsHarness.StartAsync(_cluster);

        await _cluster.WaitUntilAsync(() => _cluster.Actions.Any(action => action.Verb == "get"), "a look at the service");
        await dns.DisposeAsync();

        Assert.DoesNotContain(_cluster.Writes, action => action.Verb != "delete");
    }

    [Fact]
    public async Task Start_PortTaken_Fails()
    {
        await using var first = await DnsHarness.StartAsync(_cluster);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => DnsHarness.StartAsync(new FakeCluster(), options => options.Port = first.EndPoint.Port));
    }

    [Fact]
    public async Task Stop_FreesThePort()
    {
        // Below the ports that the kernel gives out by itself: none of the sockets of other tests can take it in between.
        var port = Random.Shared.Next(10_000, 30_000);
        var first = await DnsHarness.StartAsync(_cluster, options => options.Port = port);
        await using (var connection = await first.ConnectAsync())
        {
            await first.DisposeAsync();
        }

        await using var second = await DnsHarness.StartAsync(_cluster, options => options.Port = port);
        Assert.Equal(first.EndPointBefore, second.EndPoint);
    }

    [Fact]
    public void Options_Faults_AreAllTold()
    {
        using var provider = new ServiceCollection().AddLogging().AddOrchDns(options =>
        {
            (options.ClusterDomain, options.NodeName, options.Port, options.NodeAddress) = ("cluster..local", string.Empty, 70000, IPAddress.IPv6Loopback);
            (options.CacheSize, options.MaxConnections, options.MaxForwards) = (-1, 0, 0);
        }).BuildServiceProvider();

        var faults = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DnsOptions>>().Value);

        Assert.Equal(7, faults.Failures.Count());
    }

    private Task SliceAsync() => _cluster.WaitUntilAsync(() => _cluster.Find<V1EndpointSlice>(Slice) is not null, "the endpoint slice");
}
