using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Allocation;

/// <summary>The addresses of one family.</summary>
internal sealed class AddressPool(AddressRange range, ClaimStore claims, Random random)
{
    private readonly ClaimedPool _pool = new(
        range.Size, range.StaticBand, random, claims, ClaimStore.Addresses, range.AddressAt,
        text => IpRules.TryParse(text, out var address) && range.TryOffset(address, out var offset) ? offset : null);

    /// <summary>Where they come from.</summary>
    public AddressRange Range => range;

    /// <summary>Whether an address can be given out.</summary>
    public bool IsInRange(string text) => _pool.IsInRange(text);

    /// <summary>Whether an address is known to be taken.</summary>
    public bool IsKnown(string text) => _pool.IsKnown(text);

    /// <summary>Learns what is claimed.</summary>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => _pool.LoadAsync(cancellationToken);

    /// <summary>Takes an address; false when somebody has it.</summary>
    public ValueTask<bool> TakeAsync(string address, V1Service service, CancellationToken cancellationToken) => _pool.TakeAsync(address, service, cancellationToken);

    /// <summary>Takes any address; null when there is none.</summary>
    public ValueTask<string?> TakeAnyAsync(V1Service service, CancellationToken cancellationToken) => _pool.TakeAnyAsync(service, cancellationToken);

    /// <summary>Forgets that an address is taken; its claim goes separately.</summary>
    public void Forget(string address) => _pool.Forget(address);
}
