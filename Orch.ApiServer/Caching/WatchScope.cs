namespace Orch.ApiServer.Caching;

/// <summary>The part of a resource that a watch follows; what lies outside never wakes it.</summary>
internal readonly record struct WatchScope
{
    /// <summary>Everything.</summary>
    public static WatchScope All => default;

    /// <summary>Key prefix of one namespace, with its trailing slash; null for all.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>The key of one object; null for more.</summary>
    public string? Key { get; init; }

    /// <summary>A field selected by one value, such as <c>spec.nodeName</c>; null for none.</summary>
    public string? Field { get; init; }

    /// <summary>The field's value.</summary>
    public string? FieldValue { get; init; }

    /// <summary>Whether an event belongs to the scope, as far as its key tells; a field is for the selector to judge.</summary>
    public bool Holds(CacheEvent item)
        => Key is not null ? item.Key == Key : KeyPrefix is null || item.Key.StartsWith(KeyPrefix, StringComparison.Ordinal);
}
