using System.Net;
using System.Text.Json;
using Orch.Storage;

namespace Orch.ApiServer.Bootstrap;

/// <summary>The servers over one store, as each knows them: every one writes a key of its own again and again, and whose key stays as it was is gone.</summary>
/// <remarks>
/// Whether a key stays as it was is measured on the reader's clock, so that clocks need not agree; a server that dies is missed <see cref="Duration"/> after its last sign of life was seen.
/// Called by one at a time.
/// </remarks>
internal sealed class ServerLeases(IStore store, TimeProvider time)
{
    /// <summary>Key prefix; upstream's.</summary>
    public const string Prefix = "/registry/masterleases/";

    /// <summary>How long a sign of life is good for.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Sign> _seen = new(StringComparer.Ordinal);
    private long? _lastLook;

    /// <summary>Says that a server lives.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask RenewAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var value = JsonSerializer.SerializeToUtf8Bytes(new ServerLease(server.Address.ToString(), server.Port, time.GetUtcNow()));
        await store.CommitAsync(new CommitRequest([], [StoreWrite.Put(KeyOf(server), value)]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that it does not any more.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask RemoveAsync(IPEndPoint server, CancellationToken cancellationToken)
        => await store.CommitAsync(new CommitRequest([], [StoreWrite.Delete(KeyOf(server))]), cancellationToken).ConfigureAwait(false);

    /// <summary>The servers that live, and when one of them may be found not to.</summary>
    /// <param name="self">Who asks.</param>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<LiveServers> FindAsync(IPEndPoint self, CancellationToken cancellationToken)
    {
        var range = await store.RangeAsync(RangeRequest.Prefix(Prefix), cancellationToken).ConfigureAwait(false);
        var now = time.GetTimestamp();
        // Who has not looked for so long was cut off itself, and with it perhaps all the others: nobody's silence counts yet.
        if (_lastLook is { } last && time.GetElapsedTime(last, now) >= Duration) { _seen.Clear(); }
        _lastLook = now;
        var live = new List<IPEndPoint>();
        TimeSpan? next = null;
        foreach (var entry in range.Entries)
        {
            if (ServerLease.Read(entry.Value.Span) is not { } server) { continue; }
            if (!_seen.TryGetValue(entry.Key, out var sign))
            {
                // What this machine left behind under another port is not taken for a server before it moves.
                _seen[entry.Key] = sign = new Sign(entry.Modified, now, server.Equals(self) || !server.Address.Equals(self.Address));
            }
            else if (sign.Revision != entry.Modified) { _seen[entry.Key] = sign = new Sign(entry.Modified, now, true); }

            var left = Duration - time.GetElapsedTime(sign.At, now);
            if (left <= TimeSpan.Zero && !server.Equals(self))
            {
                // On condition that it still is as it was: nobody who came back is removed.
                await store.CommitAsync(CommitRequest.Delete(entry.Key, entry.Modified), cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (!server.Equals(self)) { next = next is null || left < next ? left : next; }
            if (sign.IsAlive) { live.Add(server); }
        }

        foreach (var gone in _seen.Keys.Except(range.Entries.Select(static entry => entry.Key), StringComparer.Ordinal).ToList()) { _seen.Remove(gone); }
        return new LiveServers(live, next);
    }

    private static string KeyOf(IPEndPoint server) => $"{Prefix}{server.Address}-{server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    private readonly record struct Sign(Revision Revision, long At, bool IsAlive);
}

/// <summary>Who lives.</summary>
/// <param name="Servers">In no order.</param>
/// <param name="NextEnd">When the first of the others has to have been heard of again; null when there are none.</param>
internal sealed record LiveServers(IReadOnlyList<IPEndPoint> Servers, TimeSpan? NextEnd);
