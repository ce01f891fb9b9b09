using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Kubelet.Nodes;

/// <summary>One node's lease: a write a period, read only when somebody else has touched it.</summary>
internal sealed class NodeLease(IClusterClient client, string node, TimeSpan duration, TimeProvider time)
{
    public const string Namespace = "kube-node-lease";
    private V1Lease? _last;

    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var leases = client.Resource<V1Lease>();
        var spec = new V1LeaseSpec { HolderIdentity = node, LeaseDurationSeconds = (int)duration.TotalSeconds, RenewTime = time.GetUtcNow().UtcDateTime };
        try
        {
            _last = _last is null
                ? await leases.CreateAsync(Fresh(spec), cancellationToken).ConfigureAwait(false)
                : await leases.UpdateAsync(_last with { Spec = spec }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists || e.IsConflict)
        {
            _last = await WriteAnewAsync(leases, spec, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            _last = await leases.CreateAsync(Fresh(spec), cancellationToken).ConfigureAwait(false);
        }
    }

    // Whose lease is gone is told of a conflict too, since it is not the one that was meant.
    private async Task<V1Lease> WriteAnewAsync(IResourceClient<V1Lease> leases, V1LeaseSpec spec, CancellationToken cancellationToken)
    {
        V1Lease current;
        try { current = await leases.GetAsync(new ObjectKey(Namespace, node), cancellationToken).ConfigureAwait(false); }
        catch (ApiException e) when (e.IsNotFound) { return await leases.CreateAsync(Fresh(spec), cancellationToken).ConfigureAwait(false); }
        return await leases.UpdateAsync(current with { Spec = spec }, cancellationToken).ConfigureAwait(false);
    }

    private V1Lease Fresh(V1LeaseSpec spec) => new()
    {
        ApiVersion = "coordination.k8s.io/v1",
        Kind = "Lease",
        Metadata = new V1ObjectMeta { Name = node, NamespaceProperty = Namespace },
        Spec = spec,
    };
}
