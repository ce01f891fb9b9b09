using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Allocation;

/// <summary>Shows each cluster address that a service has as an IPAddress object.</summary>
/// <remarks>
/// It follows the services, so that a write of one waits for nothing: what is allocated is decided by the claims, not by these objects.
/// What was missed while the server was down is made up for at its start.
/// </remarks>
internal sealed partial class ServiceAddressLoop(ServedResources resources, ObjectReader reader, ObjectWriter writer, ILogger<ServiceAddressLoop> logger) : IBackgroundLoop
{
    /// <summary>Names who keeps an IPAddress.</summary>
    public const string ManagedByLabel = "ipaddress.kubernetes.io/managed-by";

    /// <summary>Keeps those of services.</summary>
    public const string Allocator = "ipallocator.k8s.io";

    private const string FamilyLabel = "ipaddress.kubernetes.io/ip-family";

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (resources.Find(typeof(V1Service)) is not { } services || resources.Find(typeof(V1IPAddress)) is not { } addresses) { return; }
        while (true)
        {
            using var watch = services.Cache.WatchFromNow(WatchScope.All, out var snapshot);
            using var registration = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
            await CompareAsync(services, addresses, snapshot, cancellationToken).ConfigureAwait(false);
            while (watch.End == WatchEnd.None)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (watch.TryRead(out var item)) { await FollowAsync(addresses, item, cancellationToken).ConfigureAwait(false); }
                if (watch.End == WatchEnd.None) { await watch.WaitAsync().ConfigureAwait(false); }
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    private static IEnumerable<string> AddressesOf(V1Service? service)
        => service?.Spec?.ClusterIPs?.Where(static address => address.Length > 0 && address != "None") ?? [];

    private static bool IsFor(V1IPAddress address, V1Service service)
        => address.Spec?.ParentRef is { Resource: "services" } parent && string.IsNullOrEmpty(parent.Group)
            && parent.NamespaceProperty == service.Metadata.NamespaceProperty && parent.Name == service.Metadata.Name;

    private static V1IPAddress Make(string address, V1Service service) => new()
    {
        ApiVersion = "networking.k8s.io/v1",
        Kind = "IPAddress",
        Metadata = new V1ObjectMeta
        {
            Name = address,
            Labels = new Dictionary<string, string> { [FamilyLabel] = address.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4", [ManagedByLabel] = Allocator },
        },
        Spec = new V1IPAddressSpec { ParentRef = new V1ParentReference { Resource = "services", NamespaceProperty = service.Metadata.NamespaceProperty, Name = service.Metadata.Name } },
    };

    private async Task CompareAsync(ServedResource services, ServedResource addresses, CacheSnapshot snapshot, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<string, V1Service>(StringComparer.Ordinal);
        foreach (var item in snapshot.Objects.Range(services.Cache.Prefix, RangeRequest.PrefixEnd(services.Cache.Prefix)))
        {
            var service = (V1Service)item.Value;
            foreach (var address in AddressesOf(service)) { wanted[address] = service; }
        }

        foreach (var item in addresses.Cache.Snapshot.Objects.Range(addresses.Cache.Prefix, RangeRequest.PrefixEnd(addresses.Cache.Prefix)))
        {
            var address = (V1IPAddress)item.Value;
            if (wanted.TryGetValue(address.Metadata.Name, out var service) && IsFor(address, service)) { wanted.Remove(address.Metadata.Name); }
            else if (address.Metadata.Labels?.TryGetValue(ManagedByLabel, out var manager) == true && manager == Allocator) { await RemoveAsync(addresses, address, cancellationToken).ConfigureAwait(false); }
        }

        foreach (var (address, service) in wanted) { await AddAsync(addresses, address, service, cancellationToken).ConfigureAwait(false); }
    }

    private async Task FollowAsync(ServedResource addresses, CacheEvent item, CancellationToken cancellationToken)
    {
        var (before, now) = ((V1Service?)item.Previous?.Value, (V1Service?)item.Current?.Value);
        if (before?.Spec?.ClusterIPs is { } had && now?.Spec?.ClusterIPs is { } has && had.SequenceEqual(has)) { return; }
        foreach (var address in AddressesOf(before).Except(AddressesOf(now)))
        {
            var found = await reader.ReadLatestAsync(addresses, addresses.KeyOf(ObjectKey.Cluster(address)), cancellationToken).ConfigureAwait(false);
            if (found?.Value is V1IPAddress there && IsFor(there, before!)) { await RemoveAsync(addresses, there, cancellationToken).ConfigureAwait(false); }
        }

        foreach (var address in AddressesOf(now).Except(AddressesOf(before))) { await AddAsync(addresses, address, now!, cancellationToken).ConfigureAwait(false); }
    }

    private async Task AddAsync(ServedResource addresses, string address, V1Service service, CancellationToken cancellationToken)
    {
        try { await writer.CreateAsync(addresses, new WriteCall(ObjectEnsurer.Server), Make(address, service), cancellationToken).ConfigureAwait(false); }
        catch (ApiException exception) when (exception.IsAlreadyExists) { /* another server of the cluster follows the services too */ }
        catch (ApiException exception) { Log.NotShown(logger, address, exception); }
    }

    private async Task RemoveAsync(ServedResource addresses, V1IPAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await writer.DeleteAsync(addresses, new WriteCall(ObjectEnsurer.Server), address.Key(), new DeleteCall { PreconditionUid = address.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict) { /* gone, or another service's by now */ }
        catch (ApiException exception) { Log.NotShown(logger, address.Metadata.Name, exception); }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The object of cluster address {Address} could not be brought up to date; the next start does so.")]
        public static partial void NotShown(ILogger logger, string address, Exception exception);
    }
}
