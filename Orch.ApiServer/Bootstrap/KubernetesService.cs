using System.Globalization;
using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Security.Lookup;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Bootstrap;

/// <summary>Publishes the servers over one store, this one among them, as <c>kubernetes.default</c>.</summary>
/// <remarks>
/// Each keeps a lease and writes the endpoints of all that have one. A server that stops takes itself out; one that dies is missed by the others. The last one leaves the endpoints as they are.
/// What a pass costs where nothing has changed is one write of the lease and one read of all of them.
/// </remarks>
internal sealed partial class KubernetesService(
    IOptions<ApiServerOptions> options, ApiServerEndpoint endpoint, ObjectEnsurer objects, IObjectLookup lookup, IStore store, TimeProvider time, ILogger<KubernetesService> logger)
    : IBootstrapStep, IBackgroundLoop, IShutdownStep
{
    /// <summary>How often the lease is renewed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int MaxRounds = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private readonly ServerLeases _leases = new(store, time);
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private TimeSpan _next = Interval;
    private bool _hasLeft;

    /// <inheritdoc />
    public int Order => IBootstrapStep.Listening;

    // A machine without a network has only its loopback address, which no pod can reach and no endpoint may name.
    private IPEndPoint? Self
        => options.Value.AdvertiseAddress is { } text && endpoint.IsListening && IPAddress.Parse(text) is var address && !IPAddress.IsLoopback(address) ? new IPEndPoint(address, endpoint.Address.Port) : null;

    /// <inheritdoc />
    async Task IBootstrapStep.RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AdvertiseAddress is not { } address || !endpoint.IsListening) { return; }
        var port = endpoint.Address.Port;
        var family = KubernetesEndpoints.FamilyOf(IPAddress.Parse(address).AddressFamily);
        await objects.EnsureAsync(Service(FirstAddress(options.Value.ServiceCidr.Split(',')[0]), family, port), service =>
        {
            var wanted = service.Spec.Ports is [{ } only] && only.TargetPort?.Value == port.ToString(CultureInfo.InvariantCulture);
            if (!wanted) { service.Spec.Ports = ServicePorts(port); }
            return wanted;
        }, cancellationToken).ConfigureAwait(false);
        await InTurnAsync(RenewAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    async Task IBackgroundLoop.RunAsync(CancellationToken cancellationToken)
    {
        if (Self is null) { return; }
        while (true)
        {
            await Task.Delay(_next, time, cancellationToken).ConfigureAwait(false);
            try { await InTurnAsync(RenewAsync, cancellationToken).ConfigureAwait(false); }
            catch (Exception exception) when (exception is StoreException or ApiException)
            {
                Log.NotPublished(logger, exception);
                _next = RetryDelay;
            }
        }
    }

    /// <inheritdoc />
    Task IShutdownStep.RunAsync(CancellationToken cancellationToken) => InTurnAsync(LeaveAsync, cancellationToken);

    private static string FirstAddress(string cidr)
    {
        var bytes = IPNetwork.Parse(cidr).BaseAddress.GetAddressBytes();
        bytes[^1]++;
        return new IPAddress(bytes).ToString();
    }

    private static List<V1ServicePort> ServicePorts(int port) => [new V1ServicePort { Name = "https", Protocol = "TCP", Port = 443, TargetPort = port }];

    private static V1Service Service(string address, string family, int port) => new()
    {
        Metadata = KubernetesEndpoints.Metadata(KubernetesEndpoints.Name, ("component", "apiserver"), ("provider", KubernetesEndpoints.Name)),
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP", ClusterIP = address, ClusterIPs = [address], IpFamilies = [family], IpFamilyPolicy = "SingleStack", SessionAffinity = "None", Ports = ServicePorts(port),
        },
    };

    // One pass after the other, so that none renews the lease of a server that has left.
    private Task InTurnAsync(Func<CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        lock (_gate) { return _last = AfterAsync(_last, pass, cancellationToken); }
    }

    private static async Task AfterAsync(Task last, Func<CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        await last.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await pass(cancellationToken).ConfigureAwait(false);
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (_hasLeft || Self is not { } self) { return; }
        await _leases.RenewAsync(self, cancellationToken).ConfigureAwait(false);
        _next = await PublishAsync(self, cancellationToken).ConfigureAwait(false) is { } end && end < Interval ? end : Interval;
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_hasLeft || Self is not { } self) { return; }
        _hasLeft = true;
        await _leases.RemoveAsync(self, cancellationToken).ConfigureAwait(false);
        await PublishAsync(self, cancellationToken).ConfigureAwait(false);
    }

    // Others may have come or gone while this one wrote, and written before it: what was written must be what is true afterwards.
    private async Task<TimeSpan?> PublishAsync(IPEndPoint self, CancellationToken cancellationToken)
    {
        var found = await _leases.FindAsync(self, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MaxRounds; round++)
        {
            var servers = KubernetesEndpoints.Ordered(found.Servers);
            if (servers.Count == 0 || !await WriteAsync(servers, cancellationToken).ConfigureAwait(false)) { break; }
            found = await _leases.FindAsync(self, cancellationToken).ConfigureAwait(false);
            if (KubernetesEndpoints.Ordered(found.Servers).SequenceEqual(servers)) { break; }
        }

        return found.NextEnd;
    }

    /// <returns>Whether anything had to be written.</returns>
    private async ValueTask<bool> WriteAsync(List<IPEndPoint> servers, CancellationToken cancellationToken)
    {
        var hasWritten = false;
        var slices = KubernetesEndpoints.Slices(servers);
        foreach (var wanted in slices)
        {
            var there = lookup.Find<V1EndpointSlice>(wanted.Key());
            if (there is not null && KubernetesEndpoints.Says(there, wanted)) { continue; }
            hasWritten = true;
            // The family of a slice cannot be changed.
            if (there is not null && there.AddressType != wanted.AddressType) { await objects.RemoveAsync(there, cancellationToken).ConfigureAwait(false); }
            await objects.EnsureAsync(wanted, slice => KubernetesEndpoints.Says(slice, wanted) || Take(slice, wanted), cancellationToken).ConfigureAwait(false);
        }

        foreach (var stray in lookup.List<V1EndpointSlice>("default").Where(slice => KubernetesEndpoints.IsOne(slice) && slices.TrueForAll(wanted => wanted.Metadata.Name != slice.Metadata.Name)))
        {
            hasWritten = true;
            await objects.RemoveAsync(stray, cancellationToken).ConfigureAwait(false);
        }

        var endpoints = KubernetesEndpoints.Endpoints(servers);
        if (lookup.Find<V1Endpoints>(endpoints.Key()) is { } present && KubernetesEndpoints.Says(present, endpoints)) { return hasWritten; }
        await objects.EnsureAsync(endpoints, item => KubernetesEndpoints.Says(item, endpoints) || Take(item, endpoints), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static bool Take(V1EndpointSlice slice, V1EndpointSlice wanted)
    {
        (slice.Endpoints, slice.Ports) = (wanted.Endpoints, wanted.Ports);
        foreach (var (key, value) in wanted.Metadata.Labels) { (slice.Metadata.Labels ??= new Dictionary<string, string>())[key] = value; }
        return false;
    }

    private static bool Take(V1Endpoints endpoints, V1Endpoints wanted)
    {
        endpoints.Subsets = wanted.Subsets;
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The endpoints of kubernetes.default could not be brought up to date; trying again.")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}
