using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Allocation;

/// <summary>The addresses of one range.</summary>
/// <param name="isReserved">Whether somebody who is no service has an address; null: nobody has.</param>
internal sealed class AddressPool(AddressRange range, ClaimStore claims, Random random, Func<string, bool>? isReserved = null)
{
    private readonly ClaimedPool _pool = new(
        range.Size, range.StaticBand, random, claims, ClaimStore.Addresses, range.AddressAt,
        text => IpRules.TryParse(text, out var address) && range.TryOffset(address, out var offset) ? offset : null, isReserved);

    private volatile bool _isLoaded;

    /// <summary>Where they come from.</summary>
    public AddressRange Range => range;

    /// <summary>Whether an address can be had by who names it.</summary>
    public bool IsInRange(string text) => IpRules.TryParse(text, out var address) && range.Contains(address);

    /// <summary>Whether an address is known to be taken.</summary>
    public bool IsKnown(string text) => _pool.IsKnown(text);

    /// <summary>Learns what is claimed.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await _pool.LoadAsync(cancellationToken).ConfigureAwait(false);
        _isLoaded = true;
    }

    /// <summary>Takes an address; false when somebody has it.</summary>
    public ValueTask<bool> TakeAsync(string address, V1Service service, CancellationToken cancellationToken)
    {
        if (isReserved?.Invoke(address) == true) { return new(false); }
        // Where the map does not reach, the claim alone tells.
        return _pool.IsInRange(address) || !IsInRange(address)
            ? _pool.TakeAsync(address, service, cancellationToken) : claims.TryClaimAsync(ClaimStore.Addresses + address, service, cancellationToken);
    }

    /// <summary>Takes any address; null when there is none.</summary>
    public async ValueTask<string?> TakeAnyAsync(V1Service service, CancellationToken cancellationToken)
    {
        // A range that came after the first write: without this many a claim would be tried in vain.
        if (!_isLoaded) { await LoadAsync(cancellationToken).ConfigureAwait(false); }
        return await _pool.TakeAnyAsync(service, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets that an address is taken; its claim goes separately.</summary>
    public void Forget(string address) => _pool.Forget(address);
}
