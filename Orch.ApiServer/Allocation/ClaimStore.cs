using System.Collections.Concurrent;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.Allocation;

/// <summary>Claims on addresses and ports in the store: a key each, which exists at most once whatever the number of servers.</summary>
/// <remarks>
/// A claim is written before its service and removed after it. A crash in between leaves a claim without a service; whoever wants
/// the same address later finds that out and takes it over, once the claim is old enough that its service cannot still be on its way.
/// </remarks>
internal sealed partial class ClaimStore(IStore store, TimeProvider time, ILogger<ClaimStore> logger)
{
    /// <summary>Key prefix of addresses.</summary>
    public const string Addresses = "/registry/ranges/serviceips/";

    /// <summary>Key prefix of node ports.</summary>
    public const string Ports = "/registry/ranges/servicenodeports/";

    private const string Services = "/registry/core/services/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Task> _releasing = new(StringComparer.Ordinal);

    /// <summary>Writes a claim; false when somebody else has it.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<bool> TryClaimAsync(string key, V1Service service, CancellationToken cancellationToken)
    {
        var claim = new Claim(service.Metadata.Uid ?? string.Empty, service.Metadata.NamespaceProperty ?? string.Empty, service.Metadata.Name ?? string.Empty, time.GetUtcNow());
        var value = JsonSerializer.SerializeToUtf8Bytes(claim);
        while (true)
        {
            if (_releasing.TryGetValue(key, out var release)) { await release.WaitAsync(cancellationToken).ConfigureAwait(false); }
            var result = await store.CommitAsync(CommitRequest.Create(key, value), cancellationToken).ConfigureAwait(false);
            if (result.Succeeded) { return true; }
            if (result.Conflicts is not [{ Entry: { } entry }]) { continue; }
            if (await IsHeldAsync(key, entry, cancellationToken).ConfigureAwait(false)) { return false; }
            LogTakenOver(logger, key);
            var takeOver = await store.CommitAsync(CommitRequest.Put(key, value, entry.Modified), cancellationToken).ConfigureAwait(false);
            if (takeOver.Succeeded) { return true; }
        }
    }

    /// <summary>Removes claims in the background; a claim on one of them waits for that.</summary>
    public void Release(IReadOnlyList<string> keys)
    {
        if (keys.Count == 0) { return; }
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var key in keys) { _releasing[key] = done.Task; }
        _ = ReleaseAsync(keys, done);
    }

    /// <summary>Waits until nothing is being removed.</summary>
    public Task SettleAsync() => Task.WhenAll(_releasing.Values);

    /// <summary>The last parts of all claimed keys under a prefix.</summary>
    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var result = await store.RangeAsync(RangeRequest.Prefix(prefix) with { KeysOnly = true }, cancellationToken).ConfigureAwait(false);
        return [.. result.Entries.Select(entry => entry.Key[prefix.Length..])];
    }

    /// <summary>All stored services.</summary>
    public async ValueTask<IReadOnlyList<V1Service>> ServicesAsync(CancellationToken cancellationToken)
    {
        var result = await store.RangeAsync(RangeRequest.Prefix(Services), cancellationToken).ConfigureAwait(false);
        return [.. result.Entries.Where(static entry => entry.Fault is null).Select(static entry => ApiJson.Deserialize<V1Service>(entry.Value.Span))];
    }

    private static bool Uses(V1Service service, string key)
        => key.StartsWith(Addresses, StringComparison.Ordinal)
            ? ServiceHoldings.Addresses(service).Contains(key[Addresses.Length..])
            : ServiceHoldings.Ports(service).Any(port => key.AsSpan(Ports.Length).SequenceEqual(port.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private async Task ReleaseAsync(IReadOnlyList<string> keys, TaskCompletionSource done)
    {
        try
        {
            using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
            await store.CommitAsync(new CommitRequest([], [.. keys.Select(StoreWrite.Delete)]), timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException or ObjectDisposedException)
        {
            LogNotReleased(logger, string.Join(", ", keys), exception);
        }
        finally
        {
            foreach (var key in keys) { _releasing.TryRemove(KeyValuePair.Create(key, done.Task)); }
            done.SetResult();
        }
    }

    private async ValueTask<bool> IsHeldAsync(string key, StoreEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Fault is not null) { return true; }
        var claim = JsonSerializer.Deserialize<Claim>(entry.Value.Span);
        if (claim is null || time.GetUtcNow() - claim.At < Patience) { return true; }
        var found = await store.RangeAsync(RangeRequest.Key($"{Services}{claim.Namespace}/{claim.Name}"), cancellationToken).ConfigureAwait(false);
        if (found.Entries is [{ Fault: null } present] && Uses(ApiJson.Deserialize<V1Service>(present.Value.Span), key)) { return true; }

        // The claim does not say it, but another service may have the address all the same.
        return (await ServicesAsync(cancellationToken).ConfigureAwait(false)).Any(service => Uses(service, key));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over {Key}, which was claimed for a service that does not have it")]
    private static partial void LogTakenOver(ILogger logger, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not give back {Keys}; whoever wants them next will find them unused")]
    private static partial void LogNotReleased(ILogger logger, string keys, Exception exception);
}
