using System.Net;
using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.VolumeProtection;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.ServiceCidrs;

/// <summary>Says of each ServiceCIDR that it is ready, and lets a deleted one go once no address of a service needs it.</summary>
internal sealed class ServiceCidrController : IReconciler
{
    private const string Finalizer = "networking.k8s.io/service-cidr-finalizer";
    private const string ManagedByLabel = "ipaddress.kubernetes.io/managed-by";
    private const string Allocator = "ipallocator.k8s.io";

    // The servers must have seen that it is going: until then they give out its addresses.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly IInformer<V1ServiceCIDR> _cidrs;
    private readonly IInformer<V1IPAddress> _addresses;
    private readonly IResourceClient<V1ServiceCIDR> _client;
    private readonly TimeProvider _time;

    public ServiceCidrController(ControllerContext context)
    {
        _cidrs = context.Informer<V1ServiceCIDR>();
        _addresses = context.Informer<V1IPAddress>();
        _client = context.Client.Resource<V1ServiceCIDR>();
        _time = context.Time;
        context.Loop("service-cidr", this)
            .WatchEvents(_cidrs, change => Overlapping(change.Object).Append(change.Object.Key()))
            .WatchEvents(_addresses, change => Containing(change.Object));
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_cidrs.Find(key) is not { } cidr) { return ReconcileResult.Done; }
        if (!cidr.IsDeleting())
        {
            cidr = await WithFinalizerAsync(cidr, cancellationToken).ConfigureAwait(false);
            await ShowAsync(cidr, "True", string.Empty, "Kubernetes Service CIDR is ready", cancellationToken).ConfigureAwait(false);
            return ReconcileResult.Done;
        }

        if (!CanGo(cidr))
        {
            await ShowAsync(cidr, "False", "Terminating", "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR", cancellationToken).ConfigureAwait(false);
            return ReconcileResult.Done;
        }

        var since = _time.GetUtcNow() - new DateTimeOffset(DateTime.SpecifyKind(cidr.Metadata.DeletionTimestamp!.Value, DateTimeKind.Utc));
        if (since < Patience) { return ReconcileResult.RequeueAfter(Patience - since); }
        if (cidr.Metadata.Finalizers?.Contains(Finalizer) == true) { await FinalizerRemoval.ApplyAsync(_client, cidr, Finalizer, cancellationToken).ConfigureAwait(false); }
        return ReconcileResult.Done;
    }

    private static bool IsManaged(V1IPAddress address) => address.Metadata.Labels?.TryGetValue(ManagedByLabel, out var manager) == true && manager == Allocator;

    // Every address of a range that others contain as a whole is theirs too; else one that is in this range alone would be orphaned.
    private bool CanGo(V1ServiceCIDR cidr)
    {
        var ranges = ServiceNetwork.AllOf(cidr).ToList();
        if (ranges.TrueForAll(range => Others(cidr).Any(other => other.Contains(range)))) { return true; }
        var others = Others(cidr).ToList();
        return !_addresses.List().Any(address => IsManaged(address) && IPAddress.TryParse(address.Metadata.Name, out var parsed)
            && ranges.Exists(range => range.Contains(parsed)) && !others.Exists(other => other.Contains(parsed)));
    }

    private IEnumerable<ServiceNetwork> Others(V1ServiceCIDR cidr) => _cidrs.List().Where(other => other.Metadata.Name != cidr.Metadata.Name).SelectMany(ServiceNetwork.AllOf);

    private IEnumerable<ObjectKey> Overlapping(V1ServiceCIDR cidr)
    {
        var ranges = ServiceNetwork.AllOf(cidr).ToList();
        return _cidrs.List().Where(other => ServiceNetwork.AllOf(other).Any(range => ranges.Exists(range.Overlaps))).Select(static other => other.Key());
    }

    private IEnumerable<ObjectKey> Containing(V1IPAddress address)
        => IsManaged(address) && IPAddress.TryParse(address.Metadata.Name, out var parsed)
            ? _cidrs.List().Where(cidr => ServiceNetwork.AllOf(cidr).Any(range => range.Contains(parsed))).Select(static cidr => cidr.Key())
            : [];

    private async ValueTask<V1ServiceCIDR> WithFinalizerAsync(V1ServiceCIDR cidr, CancellationToken cancellationToken)
    {
        if (cidr.Metadata.Finalizers?.Contains(Finalizer) == true) { return cidr; }
        var copy = ApiJson.DeepCopy(cidr);
        copy.Metadata.Finalizers = [.. copy.Metadata.Finalizers ?? [], Finalizer];
        return await _client.UpdateAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ShowAsync(V1ServiceCIDR cidr, string status, string reason, string message, CancellationToken cancellationToken)
    {
        var there = Conditions.Find(cidr.Status?.Conditions, "Ready");
        if (there is not null && there.Status == status && (there.Reason ?? string.Empty) == reason && there.Message == message) { return; }
        var copy = ApiJson.DeepCopy(cidr);
        copy.Status ??= new V1ServiceCIDRStatus();
        copy.Status.Conditions = Conditions.With(copy.Status.Conditions, new V1Condition { Type = "Ready", Status = status, Reason = reason, Message = message }, _time.GetUtcNow());
        await _client.UpdateStatusAsync(copy, cancellationToken).ConfigureAwait(false);
    }
}
