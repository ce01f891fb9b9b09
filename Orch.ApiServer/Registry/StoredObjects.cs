using Orch.ApiServer.Caching;
using Orch.ApiServer.Errors;
using Orch.Client;
using Orch.Storage;

namespace Orch.ApiServer.Registry;

/// <summary>Makes objects of what the store has, and refuses what cannot be read.</summary>
internal static class StoredObjects
{
    private const int MaxNamed = 10;

    /// <summary>The object of an entry, as the cache may know it.</summary>
    /// <exception cref="ApiException">500: it cannot be read.</exception>
    public static CachedObject Known(ServedResource resource, StoreEntry entry)
        => StoredValue.FaultOf(entry) is { } fault ? throw Unreadable(entry.Key, fault) : resource.Cache.Known(entry);

    /// <summary>The object of an entry, made anew.</summary>
    /// <exception cref="ApiException">500: it cannot be read.</exception>
    public static CachedObject Make(ServedResource resource, StoreEntry entry)
        => StoredValue.FaultOf(entry) is { } fault ? throw Unreadable(entry.Key, fault) : new CachedObject(entry.Key, entry.Value, entry.Modified.Value, resource.Stored);

    /// <summary>Completes when nothing is known against an object.</summary>
    /// <exception cref="ApiException">500: its newest state cannot be read.</exception>
    public static void Require(ResourceCache cache, string key)
    {
        if (cache.Unreadable is { Count: > 0 } unreadable && unreadable.TryGetValue(key, out var known)) { throw Unreadable(key, known.Fault); }
    }

    /// <summary>What a reader of a collection is to be warned of: the objects that are not in it, or not as they are now.</summary>
    public static IEnumerable<string> WarningsFor(ServedResource resource, string prefix)
    {
        var unreadable = resource.Cache.Unreadable;
        if (unreadable.Count == 0) { return []; }
        var found = unreadable.Values.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var named = found.Take(MaxNamed).Select(item => $"{resource.Resource.GroupResource} \"{item.Key[resource.Cache.Prefix.Length..]}\" cannot be read: {item.Fault}");
        return found.Count > MaxNamed ? named.Append($"{found.Count - MaxNamed} more {resource.Resource.GroupResource} cannot be read") : named;
    }

    /// <summary>Refuses what would have to see every object of a collection.</summary>
    /// <exception cref="ApiException">500: one of them cannot be read.</exception>
    public static void RequireAll(ResourceCache cache, string prefix)
    {
        if (cache.Unreadable is { Count: > 0 } unreadable && unreadable.Values.FirstOrDefault(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)) is { } first) { throw Unreadable(first.Key, first.Fault); }
    }

    /// <summary>500, in upstream's words.</summary>
    public static ApiException Unreadable(string key, string fault)
        => ApiErrors.Internal(
            $"StorageError: corrupt object, Code: 7, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: data from the storage is not transformable: {fault}",
            new StoreException(StoreErrorCode.Corrupt, fault));

    /// <summary>Whether a refusal came of an object that cannot be read.</summary>
    public static bool IsUnreadable(ApiException exception) => exception.InnerException is StoreException { Code: StoreErrorCode.Corrupt };
}
