using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Resources;

namespace Orch.Networking.Dns;

/// <summary>Keeps the service and this node's endpoint slice in the cluster while the server runs.</summary>
/// <remarks>A service that has a selector is somebody else's DNS and is left alone, without an endpoint of ours.</remarks>
internal sealed partial class DnsRegistration : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly IClusterClient _client;
    private readonly DnsOptions _options;
    private readonly V1EndpointSlice _slice;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IDisposable _onService;
    private readonly IDisposable _onSlice;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DnsRegistration(IClusterClient client, IInformerFactory informers, (DnsOptions Options, IPEndPoint Listening) server, TimeProvider time, ILogger logger)
    {
        _client = client;
        _options = server.Options;
        _slice = DnsObjects.MakeSlice(server.Options.NodeName, server.Listening);
        _time = time;
        _logger = logger;
        _onService = informers.Informer<V1Service>().Subscribe(change => WakeOn(change.Object.Key() == DnsObjects.Service));
        _onSlice = informers.Informer<V1EndpointSlice>().Subscribe(change => WakeOn(change.Object.Key() == _slice.Key()));
        _wake.TrySetResult();
    }

    /// <summary>Registers, and again whenever somebody changes or deletes it, until asked to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            Task wake;
            lock (_gate) { wake = _wake.Task; }
            await wake.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate) { _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); }
            if (await TryAsync(cancellationToken).ConfigureAwait(false))
            {
                pause = FirstPause;
                continue;
            }

            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
            WakeOn(true);
        }
    }

    /// <summary>Takes this node's endpoint out, so that nobody is sent here any more.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.Resource<V1EndpointSlice>().DeleteAsync(_slice.Key(), DeleteRequest.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException missing) when (missing.IsNotFound)
        {
            // Never made, or gone already.
        }
#pragma warning disable CA1031 // the end must come, whatever the client throws; another start puts the endpoint right
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotRemoved(_logger, _options.NodeName, failure);
        }
    }

    public void Dispose()
    {
        _onService.Dispose();
        _onSlice.Dispose();
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await EnsureServiceAsync(cancellationToken).ConfigureAwait(false)) { await EnsureSliceAsync(cancellationToken).ConfigureAwait(false); }
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever the client throws, it is tried again
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotRegistered(_logger, _options.NodeName, failure);
            return false;
        }
    }

    private async Task<bool> EnsureServiceAsync(CancellationToken cancellationToken)
    {
        var services = _client.Resource<V1Service>();
        var wanted = DnsObjects.MakeService(_options.ClusterDnsAddress);
        if (await FindAsync(services, wanted, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            await services.CreateAsync(wanted, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (found.Spec.Selector is { Count: > 0 })
        {
            Log.ServiceIsAnothers(_logger);
            return false;
        }

        if (found.Spec.ClusterIP != wanted.Spec.ClusterIP) { Log.OtherAddress(_logger, found.Spec.ClusterIP, wanted.Spec.ClusterIP); }
        return true;
    }

    private async Task EnsureSliceAsync(CancellationToken cancellationToken)
    {
        var slices = _client.Resource<V1EndpointSlice>();
        if (await FindAsync(slices, _slice, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            await slices.CreateAsync(_slice, cancellationToken).ConfigureAwait(false);
            Log.Registered(_logger, _slice.Endpoints[0].Addresses[0], _slice.Ports[0].Port);
            return;
        }

        if (DnsObjects.IsAsWanted(found, _slice)) { return; }
        if (found.AddressType != _slice.AddressType)
        {
            // An address type cannot be changed.
            await slices.DeleteAsync(found.Key(), DeleteRequest.Default, cancellationToken).ConfigureAwait(false);
            await slices.CreateAsync(_slice, cancellationToken).ConfigureAwait(false);
            return;
        }

        await slices.UpdateAsync(_slice with { Metadata = _slice.Metadata with { ResourceVersion = found.Metadata.ResourceVersion } }, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<T?> FindAsync<T>(IResourceClient<T> resource, T wanted, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await resource.GetAsync(wanted.Key(), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException missing) when (missing.IsNotFound)
        {
            return null;
        }
    }

    private void WakeOn(bool ours)
    {
        if (!ours) { return; }
        lock (_gate) { _wake.TrySetResult(); }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Cluster DNS is reached at {Address} port {Port}")]
        public static partial void Registered(ILogger logger, string address, int? port);

        [LoggerMessage(LogLevel.Warning, "The DNS endpoint of {Node} could not be registered; it will be tried again")]
        public static partial void NotRegistered(ILogger logger, string node, Exception exception);

        [LoggerMessage(LogLevel.Warning, "The DNS endpoint of {Node} could not be removed")]
        public static partial void NotRemoved(ILogger logger, string node, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Service kube-system/kube-dns selects pods of its own; this server adds no endpoint to it")]
        public static partial void ServiceIsAnothers(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "Service kube-system/kube-dns has the address {Found}, but pods are told {Wanted}")]
        public static partial void OtherAddress(ILogger logger, string found, string wanted);
    }
}
