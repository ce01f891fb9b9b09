using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orch.ApiServer.Caching;
using Orch.Storage;

namespace Orch.ApiServer.Encryption;

/// <summary>A store that keeps the values of chosen resources encrypted; everyone above it sees them plain.</summary>
/// <remarks>A value that cannot be read fails nothing but itself: its entry has a <see cref="StoreEntry.Fault"/>.</remarks>
internal sealed class EncryptedStore(IStore inner, Func<string, string, TransformerChain?> chainOf) : IStore
{
    private const string Root = "/registry/";
    private ConcurrentDictionary<string, TransformerChain?> _chains = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<StoreWrite>? writes = null;
        for (var index = 0; index < request.Writes.Count; index++)
        {
            if (request.Writes[index] is not { Value: { } plain } write || Find(write.Key) is not { } chain) { continue; }
            writes ??= [.. request.Writes];
            writes[index] = StoreWrite.Put(write.Key, await chain.ToStoredAsync(write.Key, plain, cancellationToken).ConfigureAwait(false));
        }

        var result = await inner.CommitAsync(writes is null ? request : request with { Writes = writes }, cancellationToken).ConfigureAwait(false);
        if (result.Conflicts.All(item => item.Entry is null || Find(item.Key) is null)) { return result; }
        var conflicts = new List<ConflictEntry>();
        foreach (var conflict in result.Conflicts) { conflicts.Add(conflict with { Entry = await PlainAsync(conflict.Entry, cancellationToken).ConfigureAwait(false) }); }
        return result with { Conflicts = conflicts };
    }

    /// <inheritdoc />
    public async ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var result = await inner.RangeAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.KeysOnly || result.Entries.All(item => Find(item.Key) is null)) { return result; }
        var entries = new List<StoreEntry>(result.Entries.Count);
        foreach (var entry in result.Entries) { entries.Add((await PlainAsync(entry, cancellationToken).ConfigureAwait(false))!); }
        return result with { Entries = entries };
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in inner.WatchAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (batch.Events.All(item => Find(item.Key) is null)) { yield return batch; continue; }
            var events = new List<StoreEvent>(batch.Events.Count);
            foreach (var item in batch.Events)
            {
                events.Add(item with
                {
                    Entry = await PlainAsync(item.Entry, cancellationToken).ConfigureAwait(false), Previous = await PlainAsync(item.Previous, cancellationToken).ConfigureAwait(false),
                });
            }

            yield return batch with { Events = events };
        }
    }

    /// <inheritdoc />
    public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken) => inner.CurrentRevisionAsync(cancellationToken);

    /// <inheritdoc />
    public Task CompactAsync(Revision revision, CancellationToken cancellationToken) => inner.CompactAsync(revision, cancellationToken);

    /// <summary>Whether what a key holds would be stored differently now.</summary>
    public async ValueTask<bool> IsStaleAsync(string key, CancellationToken cancellationToken)
    {
        if (Find(key) is not { } chain) { return false; }
        var range = await inner.RangeAsync(RangeRequest.Key(key), cancellationToken).ConfigureAwait(false);
        // What cannot be read is not this write's to judge; it was just read by whoever asks.
        return range.Entries.Count > 0 && (await chain.FromStoredAsync(key, range.Entries[0].Value, cancellationToken).ConfigureAwait(false)).IsStale;
    }

    /// <summary>Takes the providers anew: the configuration has changed.</summary>
    public void Forget() => Volatile.Write(ref _chains, new ConcurrentDictionary<string, TransformerChain?>(StringComparer.Ordinal));

    /// <summary>Looks for keys whose values can be read by now.</summary>
    public async Task<IReadOnlyList<string>> FindReadableAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var key in keys)
        {
            var range = await inner.RangeAsync(RangeRequest.Key(key), cancellationToken).ConfigureAwait(false);
            try
            {
                if (range.Entries is not [var entry]) { continue; }
                var plain = Find(key) is { } chain ? (await chain.FromStoredAsync(key, entry.Value, cancellationToken).ConfigureAwait(false)).Plain : entry.Value;
                if (StoredValue.FaultOf(entry with { Value = plain }) is null) { found.Add(key); }
            }
            catch (StoreException exception) when (exception.Code is StoreErrorCode.Corrupt or StoreErrorCode.Unavailable) { /* still not */ }
        }

        return found;
    }

    /// <summary>Writes everything that would be stored differently now anew, without changing it.</summary>
    /// <param name="prefix">Of the keys to go through.</param>
    /// <remarks>What somebody else writes meanwhile is up to date by that.</remarks>
    public async Task<RewriteResult> RewriteAsync(string prefix, CancellationToken cancellationToken)
    {
        const int pageSize = 200;
        var (count, unreadable) = (0, 0);
        var request = RangeRequest.Prefix(prefix) with { Limit = pageSize };
        while (true)
        {
            var page = await inner.RangeAsync(request, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                if (Find(entry.Key) is not { } chain) { continue; }
                try
                {
                    var (plain, isStale) = await chain.FromStoredAsync(entry.Key, entry.Value, cancellationToken).ConfigureAwait(false);
                    if (!isStale) { continue; }
                    var stored = await chain.ToStoredAsync(entry.Key, plain, cancellationToken).ConfigureAwait(false);
                    var result = await inner.CommitAsync(CommitRequest.Put(entry.Key, stored, entry.Modified), cancellationToken).ConfigureAwait(false);
                    if (result.Succeeded) { count++; }
                }
                catch (StoreException exception) when (exception.Code == StoreErrorCode.Corrupt) { unreadable++; }
            }

            if (!page.More) { return new RewriteResult(count, unreadable); }
            request = request with { From = page.Entries[^1].Key + "\0" };
        }
    }

    private async ValueTask<StoreEntry?> PlainAsync(StoreEntry? entry, CancellationToken cancellationToken)
    {
        if (entry is null || Find(entry.Key) is not { } chain) { return entry; }
        try { return entry with { Value = (await chain.FromStoredAsync(entry.Key, entry.Value, cancellationToken).ConfigureAwait(false)).Plain }; }
        catch (StoreException exception) { return entry with { Value = default, Fault = exception.Message }; }
    }

    // By /registry/GROUP/RESOURCE; other keys are nobody's objects and stay plain.
    private TransformerChain? Find(string key)
    {
        if (!key.StartsWith(Root, StringComparison.Ordinal)) { return null; }
        var group = key.IndexOf('/', Root.Length);
        var resource = group < 0 ? -1 : key.IndexOf('/', group + 1);
        if (resource < 0) { return null; }
        var chains = Volatile.Read(ref _chains);
        var byPrefix = chains.GetAlternateLookup<ReadOnlySpan<char>>();
        var prefix = key.AsSpan(0, resource);
        if (byPrefix.TryGetValue(prefix, out var known)) { return known; }
        var groupName = key[Root.Length..group];
        return chains.GetOrAdd(prefix.ToString(), chainOf(groupName == "core" ? string.Empty : groupName, key[(group + 1)..resource]));
    }
}

/// <summary>What a rewrite did.</summary>
/// <param name="Rewritten">Values that are stored anew.</param>
/// <param name="Unreadable">Values that were left, as nothing reads them.</param>
internal readonly record struct RewriteResult(int Rewritten, int Unreadable);
