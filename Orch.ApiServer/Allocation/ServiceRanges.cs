using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.Resources;

namespace Orch.ApiServer.Allocation;

/// <summary>Keeps a pool for each range of the ServiceCIDRs there are; before there are any, the configured ranges serve.</summary>
internal sealed class ServiceRanges(IReadOnlyList<AddressRange> configured, ClaimStore claims, Random random, IServiceCidrs? cidrs)
{
    /// <summary>The ServiceCIDR that stands for the configured ranges.</summary>
    public const string DefaultName = "kubernetes";

    // Upstream makes no allocator for a wider one.
    private const int WidestV6 = 64;
    private readonly Lock _gate = new();
    private Made? _made;

    /// <summary>The pools of now. Cheap as long as no ServiceCIDR changes.</summary>
    public ServicePools Current
    {
        get
        {
            var objects = cidrs?.All ?? ObjectTree.Empty;
            var made = Volatile.Read(ref _made);
            return made is not null && ReferenceEquals(made.Of, objects) ? made.Pools : Make(objects);
        }
    }

    /// <summary>Whether addresses may be taken from a ServiceCIDR: one that says nothing of it is ready.</summary>
    public static bool IsReady(V1ServiceCIDR cidr)
        => !cidr.IsDeleting() && (Conditions.Find(cidr.Status?.Conditions, "Ready") is not { } condition || condition.Status == "True");

    private ServicePools Make(ObjectTree objects)
    {
        lock (_gate)
        {
            if (_made is { } other && ReferenceEquals(other.Of, objects)) { return other.Pools; }
            var known = _made?.Pools.All.ToDictionary(static pool => pool.Range.Text, StringComparer.Ordinal) ?? [];
            var all = new Dictionary<string, AddressPool>(StringComparer.Ordinal);
            var ready = new HashSet<string>(StringComparer.Ordinal);
            var isDefaultShown = false;
            foreach (var item in objects.Range("/", "0"))
            {
                var cidr = (V1ServiceCIDR)item.Value;
                isDefaultShown |= cidr.Metadata.Name == DefaultName;
                foreach (var range in cidr.Spec?.Cidrs ?? [])
                {
                    if (!IPNetwork.TryParse(range, out var network) || (network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && network.PrefixLength < WidestV6)) { continue; }
                    if (!all.ContainsKey(range)) { all[range] = known.GetValueOrDefault(range) ?? PoolOf(new AddressRange(range)); }
                    if (IsReady(cidr)) { ready.Add(range); }
                }
            }

            foreach (var range in isDefaultShown ? [] : configured)
            {
                all.TryAdd(range.Text, known.GetValueOrDefault(range.Text) ?? PoolOf(range));
                ready.Add(range.Text);
            }

            var first = configured.Select(static range => range.Text).ToHashSet(StringComparer.Ordinal);
            var pools = new ServicePools([.. all.Values], [.. all.Values.Where(pool => ready.Contains(pool.Range.Text)).OrderBy(pool => first.Contains(pool.Range.Text) ? 0 : 1)]);
            Volatile.Write(ref _made, new Made(objects, pools));
            return pools;
        }
    }

    private AddressPool PoolOf(AddressRange range) => new(range, claims, random, cidrs is null ? null : IsReserved);

    // The objects that show the addresses of services come after those, and tell nothing that the claims do not.
    private bool IsReserved(string address)
    {
        if (cidrs!.Find(address) is not { } there) { return false; }
        return there.Metadata.Labels is null || !there.Metadata.Labels.TryGetValue(ServiceAddressLoop.ManagedByLabel, out var manager) || manager != ServiceAddressLoop.Allocator;
    }

    private sealed record Made(ObjectTree Of, ServicePools Pools);
}
