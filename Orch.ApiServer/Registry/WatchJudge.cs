using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Registry;

/// <summary>What a change means to a watch with selectors: an object may come into its sight, or leave it.</summary>
internal static class WatchJudge
{
    /// <summary>The event's type and object; a null object: the watch does not see it.</summary>
    public static (string Type, CachedObject? Object) Judge(CacheEvent item, Selection selection)
    {
        var before = item.Previous is { } previous && selection.Matches(previous);
        var now = item.Current is { } current && selection.Matches(current);
        return (before, now) switch
        {
            (false, true) => ("ADDED", item.Current),
            (true, true) => ("MODIFIED", item.Current),
            (true, false) => ("DELETED", item.LastState),
            _ => (string.Empty, null),
        };
    }
}
