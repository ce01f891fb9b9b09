using System.Net;
using k8s.Models;
using Orch.Networking.Dns.Forwarding;
using Orch.Networking.Dns.Wire;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using static Orch.Networking.Tests.Dns.DnsHarness;

namespace Orch.Networking.Tests.Dns;

public sealed class ForwardingTests
{
    private const string Name = "www.example.com";
    private static readonly DnsRecord Authority = DnsRecord.Authority("example.com", 60, ("ns.example.com", "root.example.com", 1));

    [Fact]
    public async Task Ask_OtherName_IsForwardedAndKeptAsLongAsItSays()
    {
        await using var resolver = new FakeResolver(_ => FakeResolver.Address(Name, "192.0.2.7", ttl: 60));
        await using var dns = await StartWithAsync(resolver);

        Assert.Equal(["www.example.com 60 A 192.0.2.7"], Texts((await dns.AskAsync(Name, DnsType.A)).Answers));
        dns.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["www.example.com 40 A 192.0.2.7"], Texts((await dns.AskAsync(Name, DnsType.A)).Answers));
        Assert.Single(resolver.Queries);
        dns.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(["www.example.com 60 A 192.0.2.7"], Texts((await dns.AskAsync(Name, DnsType.A)).Answers));
        Assert.Equal(2, resolver.Queries.Count);
    }

    [Fact]
    public async Task Ask_AbsentName_IsKeptAsLongAsItsZoneSays()
    {
        await using var resolver = new FakeResolver(_ => new DnsReply(DnsCode.NoSuchName) { Authority = [Authority] });
        await using var dns = await StartWithAsync(resolver);

        Assert.Equal(DnsCode.NoSuchName, (await dns.AskAsync(Name, DnsType.A)).Code);
        Assert.Equal(DnsCode.NoSuchName, (await dns.AskAsync(Name, DnsType.A)).Code);
        Assert.Single(resolver.Queries);
        dns.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(DnsCode.NoSuchName, (await dns.AskAsync(Name, DnsType.A)).Code);
        Assert.Equal(2, resolver.Queries.Count);
    }

    [Fact]
    public async Task Ask_LongAnswer_IsFetchedByTcp()
    {
        DnsRecord[] many = [.. Enumerable.Range(0, 200).Select(i => DnsRecord.Address(Name, 60, new IPAddress([192, 0, 2, (byte)i])))];
        await using var resolver = new FakeResolver(_ => new DnsReply(DnsCode.Ok) { Answers = many });
        await using var dns = await StartWithAsync(resolver);
        await using var stream = await dns.ConnectAsync();
        var (question, query) = Question(Name, DnsType.A);

        var reply = Read(await ExchangeByTcpAsync(stream, question), query);

        Assert.Equal(200, reply.Answers.Count);
        Assert.Equal(1, resolver.TcpConnections);
    }

    [Fact]
    public async Task Ask_SilentThenRefusingResolver_TriesTheNext()
    {
        await using var silent = new FakeResolver(_ => null);
        await using var refusing = new FakeResolver(_ => new DnsReply(DnsCode.Refused));
        await using var good = new FakeResolver(_ => FakeResolver.Address(Name, "192.0.2.7", ttl: 0));
        await using var dns = await StartWithAsync(silent, refusing, good);

        var asking = dns.AskAsync(Name, DnsType.A);
        await silent.AskedAsync();
        Assert.Empty(refusing.Queries);
        dns.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Single((await asking).Answers);

        // The one that answered is asked first from now on; nothing waits on the silent one.
        Assert.Single((await dns.AskAsync(Name, DnsType.A)).Answers);
        Assert.Single(silent.Queries);
        Assert.Equal(2, good.Queries.Count);
    }

    [Fact]
    public async Task Ask_NoResolverAnswers_Fails()
    {
        await using var silent = new FakeResolver(_ => null);
        await using var dns = await StartWithAsync(silent);

        var asking = dns.AskAsync(Name, DnsType.A);
        await silent.AskedAsync();
        dns.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(DnsCode.ServerFailure, (await asking).Code);
    }

    [Fact]
    public async Task Ask_TooManyAtOnce_FailsAtOnce()
    {
        await using var silent = new FakeResolver(_ => null);
        await using var dns = await StartAsync(configure: options => (options.UpstreamResolvers, options.MaxForwards) = ([silent.EndPoint], 1));

        var asking = dns.AskAsync(Name, DnsType.A);
        await silent.AskedAsync();
        Assert.Equal(DnsCode.ServerFailure, (await dns.AskAsync("other.example.com", DnsType.A)).Code);
        dns.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(DnsCode.ServerFailure, (await asking).Code);
    }

    [Fact]
    public async Task Ask_ForgedAnswersFirst_TakesTheRealOne()
    {
        await using var resolver = new FakeResolver(_ => FakeResolver.Address(Name, "192.0.2.7"));
        resolver.Forgery = static answer => [(byte)(answer[0] ^ 1), .. answer[1..^1], 66];
        await using var dns = await StartWithAsync(resolver);

        Assert.Equal(["www.example.com 300 A 192.0.2.7"], Texts((await dns.AskAsync(Name, DnsType.A)).Answers));
    }

    [Fact]
    public async Task Ask_ExternalService_IsFollowedBeyondTheCluster()
    {
        await using var resolver = new FakeResolver(query => FakeResolver.Address(query.Name, "192.0.2.7"));
        var cluster = new FakeCluster().Add(Build.Service("out").With(service => service.Spec = new V1ServiceSpec { Type = "ExternalName", ExternalName = Name }));
        await using var dns = await StartAsync(cluster, options => options.UpstreamResolvers = [resolver.EndPoint]);

        var reply = await dns.AskAsync("out.default.svc.cluster.local", DnsType.A);

        Assert.Equal(["out.default.svc.cluster.local 5 Cname www.example.com", "www.example.com 300 A 192.0.2.7"], Texts(reply.Answers));
    }

    [Fact]
    public async Task Ask_ClusterNamesAndKnownAddresses_NeverLeave()
    {
        await using var resolver = new FakeResolver(_ => new DnsReply(DnsCode.NoSuchName));
        await using var dns = await StartWithAsync(resolver);

        await dns.AskAsync("nothing.default.svc.cluster.local", DnsType.A);
        Assert.Empty(resolver.Queries);
        await dns.AskAsync("1.2.0.192.in-addr.arpa", DnsType.Ptr);
        Assert.Single(resolver.Queries);
    }

    [Fact]
    public async Task Stop_WhileAResolverIsSilent_Ends()
    {
        await using var silent = new FakeResolver(_ => null);
        var dns = await StartWithAsync(silent);
        using var socket = new System.Net.Sockets.UdpClient();
        await socket.SendAsync(Question(Name, DnsType.A).Question, dns.EndPoint);
        await silent.AskedAsync();

        await dns.DisposeAsync();
    }

    [Fact]
    public void Parse_ResolvConf_TakesItsNameServers() => Assert.Equal(
        [new IPEndPoint(IPAddress.Parse("192.0.2.1"), 53), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 53)],
        ResolverList.Parse(["# nameserver 1.1.1.1", "search example.com", "nameserver 192.0.2.1", "nameserver\t2001:db8::1 ", "nameserver", "nameserver nonsense"]));

    [Fact]
    public void WithoutLoops_LeavesOutOurselves()
    {
        var self = IPEndPoint.Parse("192.0.2.1:5353");
        Assert.Equal([IPEndPoint.Parse("192.0.2.1:53")], ResolverList.WithoutLoops(
            [self, IPEndPoint.Parse("192.0.2.1:53"), IPEndPoint.Parse("10.96.0.10:53"), IPEndPoint.Parse("0.0.0.0:5353"), IPEndPoint.Parse("192.0.2.1:53")], self, IPAddress.Parse("10.96.0.10")));
    }

    private static Task<DnsHarness> StartWithAsync(params FakeResolver[] resolvers)
        => StartAsync(configure: options => options.UpstreamResolvers = [.. resolvers.Select(resolver => resolver.EndPoint)]);
}
