using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Kinds.Core.Services;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Allocation;

/// <summary>Gives services their cluster addresses and node ports, and takes them back.</summary>
/// <remarks>
/// What is taken is decided by claims in the store, so that several servers agree; the pools in memory only say where to look first.
/// They are filled at the first write from the claims and the services that there are.
/// </remarks>
internal sealed class ServiceAllocator : IWriteHook, IDisposable
{
    private static readonly GroupVersionKind Kind = new(string.Empty, "v1", "Service");
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private readonly ClaimStore _claims;
    private readonly ServiceRanges _ranges;
    private readonly PortPool _ports;
    private readonly ServiceIpFamilies _families;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile bool _isLoaded;

    public ServiceAllocator(ClaimStore claims, IOptions<ServiceAllocationOptions> options, IServiceCidrs? cidrs = null)
    {
        _claims = claims;
        var settings = options.Value;
        var random = settings.RandomSeed is { } seed ? new Random(seed) : new Random();
        var ranges = settings.ClusterIpRanges.Select(static range => new AddressRange(range)).ToList();
        _families = new ServiceIpFamilies(ranges);
        _ranges = new ServiceRanges(ranges, claims, random, cidrs);
        _ports = new PortPool(settings.FirstNodePort, settings.LastNodePort, claims, random);
    }

    /// <inheritdoc />
    public bool Handles(ResourceDeclaration declaration) => declaration is ServiceDeclaration;

    /// <inheritdoc />
    public async ValueTask<IWriteHold?> BeginAsync(
        IKubernetesObject<V1ObjectMeta>? value, IKubernetesObject<V1ObjectMeta>? old, bool dryRun, CancellationToken cancellationToken)
    {
        var (service, before) = ((V1Service?)value, (V1Service?)old);
        if (service is not null && before is not null && ReferenceEquals(service.Spec, before.Spec)) { return null; }
        var pools = _ranges.Current;
        var hold = new ServiceHold(_claims, pools.All, _ports);
        try
        {
            if (!dryRun) { await LoadAsync(cancellationToken).ConfigureAwait(false); }
            if (service is not null)
            {
                _families.Resolve(service, before);
                await TakeAddressesAsync(service, before, pools, hold, dryRun, cancellationToken).ConfigureAwait(false);
                await TakePortsAsync(service, before, hold, dryRun, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StoreException exception)
        {
            hold.Complete(false);
            throw ApiErrors.Unavailable("the store that keeps the addresses of services does not answer", exception);
        }
        catch
        {
            hold.Complete(false);
            throw;
        }

        if (dryRun) { return null; }
        hold.ReleaseOnCommit(
            ServiceHoldings.Addresses(before).Except(ServiceHoldings.Addresses(service)),
            ServiceHoldings.Ports(before).Except(ServiceHoldings.Ports(service)));
        return hold;
    }

    /// <summary>Waits until everything given back is free for others too.</summary>
    public Task SettleAsync() => _claims.SettleAsync();

    /// <inheritdoc />
    public void Dispose() => _loading.Dispose();

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_isLoaded) { return; }
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isLoaded) { return; }
            var pools = _ranges.Current;
            foreach (var pool in pools.All) { await pool.LoadAsync(cancellationToken).ConfigureAwait(false); }
            await _ports.LoadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var service in await _claims.ServicesAsync(cancellationToken).ConfigureAwait(false))
            {
                // Services that came into the store without their claims get them now.
                foreach (var address in ServiceHoldings.Addresses(service))
                {
                    if (pools.All.FirstOrDefault(item => item.IsInRange(address)) is { } pool && !pool.IsKnown(address)) { await pool.TakeAsync(address, service, cancellationToken).ConfigureAwait(false); }
                }

                foreach (var port in ServiceHoldings.Ports(service))
                {
                    if (_ports.IsInRange(port) && !_ports.IsKnown(port)) { await _ports.TakeAsync(port, service, cancellationToken).ConfigureAwait(false); }
                }
            }

            _isLoaded = true;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static async ValueTask TakeAddressesAsync(V1Service service, V1Service? old, ServicePools pools, ServiceHold hold, bool dryRun, CancellationToken cancellationToken)
    {
        var spec = service.Spec;
        if (!ServiceUpdates.NeedsClusterIp(spec) || ServiceIpRules.IsHeadless(spec)) { return; }
        var held = ServiceHoldings.Addresses(old);
        List<string> addresses = [.. spec.ClusterIPs ?? []];
        for (var index = 0; index < (spec.IpFamilies?.Count ?? 0); index++)
        {
            if (index == addresses.Count) { addresses.Add(string.Empty); }
            if (addresses[index].Length > 0 && held.Contains(addresses[index])) { continue; }
            addresses[index] = addresses[index].Length == 0
                ? await AnyAddressAsync(pools.ReadyOf(spec.IpFamilies![index]), service, hold, dryRun, cancellationToken).ConfigureAwait(false)
                : await ThisAddressAsync(pools, addresses[index], service, hold, dryRun, cancellationToken).ConfigureAwait(false);
        }

        if (addresses.Count == 0) { return; }
        spec.ClusterIPs = addresses;
        spec.ClusterIP = addresses[0];
    }

    private static async ValueTask<string> AnyAddressAsync(IEnumerable<AddressPool> pools, V1Service service, ServiceHold hold, bool dryRun, CancellationToken cancellationToken)
    {
        foreach (var pool in pools)
        {
            if (dryRun) { return pool.Range.BaseAddress; }
            if (await pool.TakeAnyAsync(service, cancellationToken).ConfigureAwait(false) is not { } address) { continue; }
            hold.Took(address);
            return address;
        }

        throw ApiErrors.Internal("failed to allocate a serviceIP: range is full");
    }

    private static async ValueTask<string> ThisAddressAsync(
        ServicePools pools, string address, V1Service service, ServiceHold hold, bool dryRun, CancellationToken cancellationToken)
    {
        var pool = pools.Ready.FirstOrDefault(item => item.IsInRange(address))
            ?? throw Invalid(service, "clusterIPs", $"failed to allocate IP {address}: the provided network does not match the current range");
        if (dryRun) { return address; }
        if (!await pool.TakeAsync(address, service, cancellationToken).ConfigureAwait(false)) { throw Invalid(service, "clusterIPs", $"failed to allocate IP {address}: provided IP is already allocated"); }
        hold.Took(address);
        return address;
    }

    private async ValueTask TakePortsAsync(V1Service service, V1Service? old, ServiceHold hold, bool dryRun, CancellationToken cancellationToken)
    {
        var spec = service.Spec;
        var mine = new HashSet<int>(ServiceHoldings.Ports(old));
        var byServicePort = new Dictionary<int, int>();
        for (var index = 0; index < (spec.Ports?.Count ?? 0); index++)
        {
            var port = spec.Ports![index];
            if (port.NodePort is null or 0)
            {
                if (!ServiceUpdates.NeedsNodePort(spec)) { continue; }

                // TCP and UDP on one service port share their node port.
                port.NodePort = byServicePort.TryGetValue(port.Port, out var shared) ? shared
                    : spec.Ports.FirstOrDefault(item => item.Port == port.Port && item.NodePort is > 0)?.NodePort
                    ?? await AnyPortAsync(mine, service, hold, "failed to allocate a nodePort: range is full", dryRun, cancellationToken).ConfigureAwait(false);
            }

            byServicePort.TryAdd(port.Port, port.NodePort.Value);
            if (mine.Add(port.NodePort.Value)) { await ThisPortAsync(port.NodePort.Value, index, service, hold, dryRun, cancellationToken).ConfigureAwait(false); }
        }

        await TakeHealthPortAsync(service, mine, hold, dryRun, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask TakeHealthPortAsync(V1Service service, HashSet<int> mine, ServiceHold hold, bool dryRun, CancellationToken cancellationToken)
    {
        var spec = service.Spec;
        if (!ServiceUpdates.NeedsHealthPort(spec)) { return; }
        if (spec.HealthCheckNodePort is not { } wanted || wanted == 0)
        {
            spec.HealthCheckNodePort = await AnyPortAsync(mine, service, hold, "failed to allocate a HealthCheck NodePort: range is full", dryRun, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!mine.Add(wanted) || dryRun) { return; }
        if (!_ports.IsInRange(wanted)) { throw ApiErrors.Internal($"failed to allocate requested HealthCheck NodePort {wanted}: {_ports.OutOfRangeText}"); }
        if (!await _ports.TakeAsync(wanted, service, cancellationToken).ConfigureAwait(false)) { throw ApiErrors.Internal($"failed to allocate requested HealthCheck NodePort {wanted}: {PortPool.TakenText}"); }
        hold.Took(wanted);
    }

    private async ValueTask<int> AnyPortAsync(HashSet<int> mine, V1Service service, ServiceHold hold, string full, bool dryRun, CancellationToken cancellationToken)
    {
        if (dryRun)
        {
            var first = _ports.First;
            while (!mine.Add(first)) { first++; }
            return first;
        }

        var port = await _ports.TakeAnyAsync(service, cancellationToken).ConfigureAwait(false) ?? throw ApiErrors.Internal(full);
        hold.Took(port);
        mine.Add(port);
        return port;
    }

    private async ValueTask ThisPortAsync(int port, int index, V1Service service, ServiceHold hold, bool dryRun, CancellationToken cancellationToken)
    {
        if (!_ports.IsInRange(port)) { throw InvalidPort(service, port, index, _ports.OutOfRangeText); }
        if (dryRun) { return; }
        if (!await _ports.TakeAsync(port, service, cancellationToken).ConfigureAwait(false)) { throw InvalidPort(service, port, index, PortPool.TakenText); }
        hold.Took(port);
    }

    private static ApiException Invalid(V1Service service, string field, string text)
    {
        var errors = new FieldErrors();
        errors.Invalid(Spec.Child(field), service.Spec.ClusterIPs, text);
        return ApiErrors.Invalid(Kind, service.Metadata.Name ?? string.Empty, errors);
    }

    private static ApiException InvalidPort(V1Service service, int port, int index, string text)
    {
        var errors = new FieldErrors();
        errors.Invalid(Spec.Child("ports").Index(index).Child("nodePort"), port, text);
        return ApiErrors.Invalid(Kind, service.Metadata.Name ?? string.Empty, errors);
    }
}
