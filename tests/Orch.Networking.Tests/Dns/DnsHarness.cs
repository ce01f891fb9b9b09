using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orch.Client;
using Orch.Networking.Dns;
using Orch.Networking.Dns.Wire;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;

namespace Orch.Networking.Tests.Dns;

/// <summary>A server on loopback over a fake cluster, asked as pods ask.</summary>
internal sealed class DnsHarness : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ServiceProvider _provider;

    private DnsHarness(FakeCluster cluster, ServiceProvider provider)
    {
        Cluster = cluster;
        _provider = provider;
        Service = (DnsService)provider.GetRequiredService<IHostedService>();
    }

    public FakeCluster Cluster { get; }

    public FakeTimeProvider Time => (FakeTimeProvider)_provider.GetRequiredService<TimeProvider>();

    public DnsService Service { get; }

    public IPEndPoint EndPoint => Service.EndPoint;

    /// <summary>Where it listened, also once stopped.</summary>
    public IPEndPoint EndPointBefore { get; private set; } = null!;

    public static async Task<DnsHarness> StartAsync(FakeCluster? cluster = null, Action<DnsOptions>? configure = null)
    {
        cluster ??= new FakeCluster();
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IClusterClientFactory>(cluster);
        services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        services.AddOrchDns(options =>
        {
            options.NodeName = "n1";
            options.NodeAddress = IPAddress.Loopback;
            options.UpstreamResolvers = [];
            configure?.Invoke(options);
        });
        var harness = new DnsHarness(cluster, services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
        await harness.Service.StartAsync(CancellationToken.None);
        harness.EndPointBefore = harness.EndPoint;
        return harness;
    }

    public static V1Service Headless(string name) => Build.Service(name).ClusterIP("None").With(service => service.Spec.Ports = null);

    public static V1EndpointSlice Slice(string service, params V1Endpoint[] endpoints) => new()
    {
        ApiVersion = "discovery.k8s.io/v1",
        Kind = "EndpointSlice",
        Metadata = new V1ObjectMeta
        {
            Name = service + "-abc",
            NamespaceProperty = "default",
            Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service },
        },
        AddressType = "IPv4",
        Endpoints = endpoints,
        Ports = [new Discoveryv1EndpointPort { Name = "http", Port = 8080, Protocol = "TCP" }],
    };

    public static V1Endpoint Endpoint(string address, bool? ready = true, string? hostname = null)
        => new() { Addresses = [address], Hostname = hostname, Conditions = new V1EndpointConditions { Ready = ready } };

    public async Task<DnsReply> AskAsync(string name, DnsType type)
    {
        var (question, query) = Question(name, type, udpSize: 4096);
        return Read(await ExchangeAsync(question), query);
    }

    public async Task<byte[]> ExchangeAsync(byte[] question)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(EndPoint, limit.Token);
        await socket.SendAsync(question, limit.Token);
        var buffer = new byte[ushort.MaxValue];
        return buffer[..await socket.ReceiveAsync(buffer, limit.Token)];
    }

    public static async Task<byte[]> ExchangeByTcpAsync(NetworkStream stream, byte[] question)
    {
        using var limit = new CancellationTokenSource(Patience);
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], limit.Token);
        var size = new byte[2];
        await stream.ReadExactlyAsync(size, limit.Token);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
        await stream.ReadExactlyAsync(answer, limit.Token);
        return answer;
    }

    public async Task<NetworkStream> ConnectAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(EndPoint, limit.Token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Asks again and again until the answer is as wanted: the zone follows the cluster a moment later.</summary>
    public async Task UntilAsync(string name, DnsType type, Func<DnsReply, bool> wanted, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!wanted(await AskAsync(name, type)))
        {
            if (limit.IsCancellationRequested) { throw new TimeoutException($"waited in vain for {what}"); }
            await Task.Yield();
        }
    }

    public static (byte[] Question, DnsQuery Query) Question(string name, DnsType type, ushort? udpSize = null, ushort id = 4711)
    {
        Assert.True(DnsName.TryEncode(name, out var encoded));
        byte[] question = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(udpSize is null ? 0 : 1), .. encoded, (byte)((ushort)type >> 8), (byte)type, 0, 1];
        if (udpSize is { } size) { question = [.. question, 0, 0, (byte)DnsType.Opt, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]; }
        return (question, DnsQuery.Read(question)!);
    }

    public static DnsReply Read(byte[] answer, DnsQuery query)
        => DnsReply.Read(answer, query.Id, query.Name, query.Type) ?? throw new InvalidOperationException("the answer is none to the question: " + Convert.ToHexString(answer));

    public static string[] Texts(IEnumerable<DnsRecord> records) => [.. records.Select(Text).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync(CancellationToken.None).WaitAsync(Patience);
        await _provider.DisposeAsync();
    }

    private static string Text(DnsRecord record) => record.Type switch
    {
        DnsType.A or DnsType.Aaaa => $"{record.Name} {record.Ttl} {record.Type} {new IPAddress(record.Data)}",
        DnsType.Srv => $"{record.Name} {record.Ttl} Srv {Number(record, 0)} {Number(record, 2)} {Number(record, 4)} {record.Target()}",
        _ => $"{record.Name} {record.Ttl} {record.Type} {record.Target() ?? System.Text.Encoding.ASCII.GetString(record.Data)}",
    };

    private static ushort Number(DnsRecord record, int at) => BinaryPrimitives.ReadUInt16BigEndian(record.Data.AsSpan(at));
}
