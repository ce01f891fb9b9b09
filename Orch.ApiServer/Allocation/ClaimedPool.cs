using k8s.Models;

namespace Orch.ApiServer.Allocation;

/// <summary>A pool in memory over claims in the store; the claims decide.</summary>
internal sealed class ClaimedPool(
    int size, int staticBand, Random random, ClaimStore claims, string prefix, Func<int, string> nameOf, Func<string, int?> offsetOf, Func<string, bool>? isReserved = null)
{
    private readonly NumberPool _pool = new(size, staticBand, random);

    /// <summary>Whether a name lies in the pool.</summary>
    public bool IsInRange(string name) => offsetOf(name) is not null;

    /// <summary>Whether a name is known to be taken.</summary>
    public bool IsKnown(string name)
    {
        lock (random) { return offsetOf(name) is { } offset && _pool.Has(offset); }
    }

    /// <summary>Learns anew what is claimed.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var names = await claims.ListAsync(prefix, cancellationToken).ConfigureAwait(false);
        lock (random)
        {
            _pool.Clear();
            foreach (var name in names)
            {
                if (offsetOf(name) is { } offset) { _pool.TryTake(offset); }
            }
        }
    }

    /// <summary>Takes a name; false when somebody has it.</summary>
    public async ValueTask<bool> TakeAsync(string name, V1Service service, CancellationToken cancellationToken)
    {
        if (offsetOf(name) is not { } offset || !await claims.TryClaimAsync(prefix + nameOf(offset), service, cancellationToken).ConfigureAwait(false)) { return false; }
        lock (random) { _pool.TryTake(offset); }
        return true;
    }

    /// <summary>Takes any name; null when all are taken.</summary>
    public async ValueTask<string?> TakeAnyAsync(V1Service service, CancellationToken cancellationToken)
    {
        for (var isFresh = false; ;)
        {
            if (!TryPick(out var offset))
            {
                if (isFresh) { return null; }

                // Other servers may have given some back.
                await LoadAsync(cancellationToken).ConfigureAwait(false);
                isFresh = true;
                continue;
            }

            // A name that is claimed already stays taken in the pool: another server has it. So does one that is reserved, until the pool is loaded anew.
            if (isReserved?.Invoke(nameOf(offset)) == true) { continue; }
            if (await claims.TryClaimAsync(prefix + nameOf(offset), service, cancellationToken).ConfigureAwait(false)) { return nameOf(offset); }
        }
    }

    /// <summary>Forgets that a name is taken.</summary>
    public void Forget(string name)
    {
        lock (random)
        {
            if (offsetOf(name) is { } offset) { _pool.Release(offset); }
        }
    }

    private bool TryPick(out int offset)
    {
        lock (random) { return _pool.TryTakeAny(out offset); }
    }
}
