using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Informers;
using Orch.Networking.Dns.Forwarding;
using Orch.Networking.Dns.Zone;

namespace Orch.Networking.Dns;

/// <summary>Answers the cluster's names on this node, and has others answered.</summary>
/// <remarks>Listens from the start, answers once it knows the cluster, and only then is announced.</remarks>
internal sealed partial class DnsService(
    IClusterClientFactory clients, IOptions<DnsOptions> options, TimeProvider time, ILoggerFactory loggers, ILogger<DnsService> logger) : BackgroundService
{
    private const string ResolvConf = "/etc/resolv.conf";
    private DnsSockets? _sockets;

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _sockets!.EndPoint;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var address = options.Value.NodeAddress ?? DnsSockets.DefaultAddress(options.Value.ClusterDnsAddress.AddressFamily)
            ?? throw new InvalidOperationException("There is no default route to tell this node's address by; set Dns:NodeAddress.");
        _sockets = DnsSockets.Bind(address, options.Value.Port);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        _sockets?.Dispose();
    }

    public override void Dispose()
    {
        _sockets?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var client = clients.CreateClient(ClientIdentity.Component("system:kube-dns"));
        var informers = new InformerFactory(client, time, loggers);
        await using var _ = informers.ConfigureAwait(false);
        var zone = new ClusterZone(options.Value.ClusterDomain, options.Value.ClusterDnsAddress, time);
        var keeper = new ZoneKeeper(zone, informers);
        using var subscriptions = keeper.Subscribe();
        informers.Start();
        await informers.WaitForSyncAsync(stoppingToken).ConfigureAwait(false);
        keeper.Update();
        using var forwarder = new Forwarder(Resolvers(), options.Value, time, logger);
        var responder = new Responder(new DnsResolver(zone, forwarder), logger);
        using var registration = new DnsRegistration(client, informers, (options.Value, EndPoint), time, logger);

        // Answering goes on until the endpoint is gone, else clients would wait for nothing.
        using var serving = new CancellationTokenSource();
        var servers = Task.WhenAll(new UdpServer(_sockets!.Udp, responder).RunAsync(serving.Token), new TcpServer(_sockets.Tcp, responder, options.Value, time).RunAsync(serving.Token));
        var registering = registration.RunAsync(stoppingToken);
        try
        {
            var ended = await Task.WhenAny(keeper.RunAsync(stoppingToken), registering, servers).ConfigureAwait(false);
            await ended.ConfigureAwait(false);
        }
        finally
        {
            // A registration under way must not come after the removal.
            await registering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
            await registration.RemoveAsync(limit.Token).ConfigureAwait(false);
            await serving.CancelAsync().ConfigureAwait(false);
            await servers.ConfigureAwait(false);
        }
    }

    private IReadOnlyList<IPEndPoint> Resolvers()
    {
        IEnumerable<IPEndPoint> wanted = options.Value.UpstreamResolvers is { } given ? given : File.Exists(ResolvConf) ? ResolverList.Parse(File.ReadAllLines(ResolvConf)) : [];
        var usable = ResolverList.WithoutLoops(wanted, EndPoint, options.Value.ClusterDnsAddress);
        if (usable.Count == 0) { Log.NoResolvers(logger); }
        return usable;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "There are no resolvers to ask but this server itself: only names of the cluster are answered")]
        public static partial void NoResolvers(ILogger logger);
    }
}
