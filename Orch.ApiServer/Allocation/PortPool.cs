using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Allocation;

/// <summary>The node ports.</summary>
internal sealed class PortPool(int first, int last, ClaimStore claims, Random random)
{
    /// <summary>What is said of a port that somebody has.</summary>
    public const string TakenText = "provided port is already allocated";

    private readonly ClaimedPool _pool = new(
        last - first + 1, AddressRange.BandOf(last - first + 1, 16, 128, 32), random, claims, ClaimStore.Ports,
        offset => Text(first + offset),
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port >= first && port <= last ? port - first : null);

    /// <summary>The lowest.</summary>
    public int First => first;

    /// <summary>What is said of a port that cannot be given out.</summary>
    public string OutOfRangeText => string.Create(CultureInfo.InvariantCulture, $"provided port is not in the valid range. The range of valid ports is {first}-{last}");

    /// <summary>Whether a port can be given out.</summary>
    public bool IsInRange(int port) => port >= first && port <= last;

    /// <summary>Whether a port is known to be taken.</summary>
    public bool IsKnown(int port) => _pool.IsKnown(Text(port));

    /// <summary>Learns what is claimed.</summary>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => _pool.LoadAsync(cancellationToken);

    /// <summary>Takes a port; false when somebody has it.</summary>
    public ValueTask<bool> TakeAsync(int port, V1Service service, CancellationToken cancellationToken) => _pool.TakeAsync(Text(port), service, cancellationToken);

    /// <summary>Takes any port; null when there is none.</summary>
    public async ValueTask<int?> TakeAnyAsync(V1Service service, CancellationToken cancellationToken)
        => await _pool.TakeAnyAsync(service, cancellationToken).ConfigureAwait(false) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Forgets that a port is taken; its claim goes separately.</summary>
    public void Forget(int port) => _pool.Forget(Text(port));

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
