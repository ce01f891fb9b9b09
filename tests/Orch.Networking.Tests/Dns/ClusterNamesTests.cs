using k8s.Models;
using Orch.Networking.Dns.Wire;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using static Orch.Networking.Tests.Dns.DnsHarness;

namespace Orch.Networking.Tests.Dns;

public sealed class ClusterNamesTests : IAsyncLifetime
{
    private readonly FakeCluster _cluster = new();
    private DnsHarness _dns = null!;

    public async Task InitializeAsync()
    {
        _cluster.Add(Build.Namespace("default"), Build.Namespace("empty"), Build.Namespace("kube-system"));
        _cluster.Add(
            Build.Service("web").ClusterIP("10.96.7.7").WithPort(80, 8080, "http").WithPort(53, 53, "dns", "UDP"),
            Build.Service("dual").With(service => (service.Spec.ClusterIP, service.Spec.ClusterIPs) = ("10.96.7.8", ["10.96.7.8", "fd00::8"])),
            Headless("db"),
            Slice("db", Endpoint("10.244.0.5", hostname: "db-0"), Endpoint("10.244.0.6"), Endpoint("10.244.0.7", ready: false), Endpoint("10.244.0.8", ready: null)),
            Headless("eager").With(service => service.Spec.PublishNotReadyAddresses = true),
            Slice("eager", Endpoint("10.244.0.9", ready: false)),
            Headless("none"),
            Alias("inside", "web.default.svc.cluster.local"),
            Alias("chain", "inside.default.svc.cluster.local."),
            Alias("dead", "nothing.default.svc.cluster.local"),
            Alias("circle", "circle.default.svc.cluster.local"));
        _dns = await StartAsync(_cluster);
    }

    public Task DisposeAsync() => _dns.DisposeAsync().AsTask();

    [Theory]
    [InlineData("web.default.svc.cluster.local", "A", "web.default.svc.cluster.local 5 A 10.96.7.7")]
    [InlineData("dual.default.svc.cluster.local", "Aaaa", "dual.default.svc.cluster.local 5 Aaaa fd00::8")]
    [InlineData("db.default.svc.cluster.local", "A", "db.default.svc.cluster.local 5 A 10.244.0.5|db.default.svc.cluster.local 5 A 10.244.0.6|db.default.svc.cluster.local 5 A 10.244.0.8")]
    [InlineData("db-0.db.default.svc.cluster.local", "A", "db-0.db.default.svc.cluster.local 5 A 10.244.0.5")]
    [InlineData("10-244-0-6.db.default.svc.cluster.local", "A", "10-244-0-6.db.default.svc.cluster.local 5 A 10.244.0.6")]
    [InlineData("eager.default.svc.cluster.local", "A", "eager.default.svc.cluster.local 5 A 10.244.0.9")]
    [InlineData("_http._tcp.web.default.svc.cluster.local", "Srv", "_http._tcp.web.default.svc.cluster.local 5 Srv 0 100 80 web.default.svc.cluster.local")]
    [InlineData("_dns._udp.web.default.svc.cluster.local", "Srv", "_dns._udp.web.default.svc.cluster.local 5 Srv 0 100 53 web.default.svc.cluster.local")]
    [InlineData("_http._tcp.eager.default.svc.cluster.local", "Srv", "_http._tcp.eager.default.svc.cluster.local 5 Srv 0 100 8080 10-244-0-9.eager.default.svc.cluster.local")]
    [InlineData("eager.default.svc.cluster.local", "Srv", "eager.default.svc.cluster.local 5 Srv 0 100 8080 10-244-0-9.eager.default.svc.cluster.local")]
    [InlineData("7.7.96.10.in-addr.arpa", "Ptr", "7.7.96.10.in-addr.arpa 5 Ptr web.default.svc.cluster.local")]
    [InlineData("5.0.244.10.in-addr.arpa", "Ptr", "5.0.244.10.in-addr.arpa 5 Ptr db-0.db.default.svc.cluster.local")]
    [InlineData("8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", "Ptr", "8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa 5 Ptr dual.default.svc.cluster.local")]
    [InlineData("10-1-2-3.default.pod.cluster.local", "A", "10-1-2-3.default.pod.cluster.local 5 A 10.1.2.3")]
    [InlineData("fd00--7.default.pod.cluster.local", "Aaaa", "fd00--7.default.pod.cluster.local 5 Aaaa fd00::7")]
    [InlineData("dns-version.cluster.local", "Txt", "dns-version.cluster.local 5 Txt \u00051.1.0")]
    [InlineData("cluster.local", "Ns", "cluster.local 5 Ns ns.dns.cluster.local")]
    [InlineData("ns.dns.cluster.local", "A", "ns.dns.cluster.local 5 A 10.96.0.10")]
    [InlineData("inside.default.svc.cluster.local", "Cname", "inside.default.svc.cluster.local 5 Cname web.default.svc.cluster.local")]
    [InlineData("inside.default.svc.cluster.local", "A", "inside.default.svc.cluster.local 5 Cname web.default.svc.cluster.local|web.default.svc.cluster.local 5 A 10.96.7.7")]
    [InlineData("chain.default.svc.cluster.local", "A", "chain.default.svc.cluster.local 5 Cname inside.default.svc.cluster.local|inside.default.svc.cluster.local 5 Cname web.default.svc.cluster.local|web.default.svc.cluster.local 5 A 10.96.7.7")]
    public async Task Ask_Present_Answers(string name, string type, string expected)
    {
        var reply = await _dns.AskAsync(name, Enum.Parse<DnsType>(type));

        Assert.Equal(DnsCode.Ok, reply.Code);
        Assert.Equal(expected, string.Join('|', Texts(reply.Answers)));
    }

    [Theory]
    [InlineData("web.default.svc.cluster.local", "Aaaa")]
    [InlineData("db.default.svc.cluster.local", "Aaaa")]
    [InlineData("_tcp.web.default.svc.cluster.local", "Srv")]
    [InlineData("empty.svc.cluster.local", "A")]
    [InlineData("empty.pod.cluster.local", "A")]
    [InlineData("svc.cluster.local", "A")]
    [InlineData("cluster.local", "A")]
    [InlineData("10-1-2-3.default.pod.cluster.local", "Aaaa")]
    public async Task Ask_OtherTypesOnly_IsEmptyWithAuthority(string name, string type)
    {
        var reply = await _dns.AskAsync(name, Enum.Parse<DnsType>(type));

        Assert.Equal(DnsCode.Ok, reply.Code);
        Assert.Empty(reply.Answers);
        Assert.Equal(DnsType.Soa, Assert.Single(reply.Authority).Type);
    }

    [Theory]
    [InlineData("nothing.default.svc.cluster.local")]
    [InlineData("web.nowhere.svc.cluster.local")]
    [InlineData("nowhere.svc.cluster.local")]
    [InlineData("_https._tcp.web.default.svc.cluster.local")]
    [InlineData("10-244-0-7.db.default.svc.cluster.local")]
    [InlineData("none.default.svc.cluster.local")]
    [InlineData("10-1-2-3.nowhere.pod.cluster.local")]
    [InlineData("hello.default.pod.cluster.local")]
    [InlineData("example.com.default.svc.cluster.local")]
    [InlineData("dead.default.svc.cluster.local")]
    public async Task Ask_Absent_IsNoSuchNameWithAuthority(string name)
    {
        var reply = await _dns.AskAsync(name, DnsType.A);

        Assert.Equal(DnsCode.NoSuchName, reply.Code);
        Assert.Equal("cluster.local", Assert.Single(reply.Authority).Name);
    }

    [Fact]
    public async Task Ask_HeadlessPort_NamesEachEndpointWithItsAddress()
    {
        var reply = await _dns.AskAsync("_http._tcp.db.default.svc.cluster.local", DnsType.Srv);

        Assert.Equal(
            [
                "_http._tcp.db.default.svc.cluster.local 5 Srv 0 33 8080 10-244-0-6.db.default.svc.cluster.local",
                "_http._tcp.db.default.svc.cluster.local 5 Srv 0 33 8080 10-244-0-8.db.default.svc.cluster.local",
                "_http._tcp.db.default.svc.cluster.local 5 Srv 0 33 8080 db-0.db.default.svc.cluster.local",
            ], Texts(reply.Answers));
        Assert.Equal(3, reply.Additional.Count);
        Assert.Contains("db-0.db.default.svc.cluster.local 5 A 10.244.0.5", Texts(reply.Additional));
    }

    [Fact]
    public async Task Ask_AliasOfItself_Fails() => Assert.Equal(DnsCode.ServerFailure, (await _dns.AskAsync("circle.default.svc.cluster.local", DnsType.A)).Code);

    [Fact]
    public async Task Ask_AnyCase_RepeatsTheQuestionAsSent()
    {
        var (question, query) = Question("WEB.default.SVC.cluster.LOCAL", DnsType.A);

        var answer = await _dns.ExchangeAsync(question);

        Assert.Equal(question[12..], answer[12..question.Length]);
        Assert.Equal(["web.default.svc.cluster.local 5 A 10.96.7.7"], Texts(Read(answer, query).Answers));
    }

    [Fact]
    public async Task Change_OfServicesEndpointsAndNamespaces_IsFollowed()
    {
        _cluster.Add(Build.Service("late").ClusterIP("10.96.9.9"), Slice("none", Endpoint("10.244.1.1", hostname: "first")));
        await _dns.UntilAsync("late.default.svc.cluster.local", DnsType.A, reply => reply.Answers.Count == 1, "the new service");
        await _dns.UntilAsync("first.none.default.svc.cluster.local", DnsType.A, reply => reply.Answers.Count == 1, "the new endpoint");

        _cluster.Change<V1EndpointSlice>(new ObjectKey("default", "none-abc"), slice => slice.Endpoints = [Endpoint("10.244.1.1", ready: false)]);
        await _dns.UntilAsync("1.1.244.10.in-addr.arpa", DnsType.Ptr, reply => reply.Answers.Count == 0, "the end of the endpoint's pointer");
        await _dns.UntilAsync("none.default.svc.cluster.local", DnsType.A, reply => reply.Code == DnsCode.NoSuchName, "the end of the service's name");

        _cluster.Remove<V1Service>(new ObjectKey("default", "late"));
        await _dns.UntilAsync("late.default.svc.cluster.local", DnsType.A, reply => reply.Code == DnsCode.NoSuchName, "the end of the service");

        _cluster.Remove<V1Namespace>(new ObjectKey(string.Empty, "empty"));
        await _dns.UntilAsync("empty.svc.cluster.local", DnsType.A, reply => reply.Code == DnsCode.NoSuchName, "the end of the namespace");
    }

    private static V1Service Alias(string name, string target)
        => Build.Service(name).With(service => service.Spec = new V1ServiceSpec { Type = "ExternalName", ExternalName = target });
}
