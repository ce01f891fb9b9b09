namespace Orch.ApiServer.Schema;

/// <summary>What upstream declares about a property beside its type.</summary>
internal sealed record PropertyFacts
{
    public static PropertyFacts None { get; } = new();

    public bool Required { get; init; }

    /// <summary>As in <c>x-kubernetes-patch-strategy</c>: <c>merge</c>, <c>replace</c>, <c>retainKeys</c>, <c>merge,retainKeys</c>; empty for none.</summary>
    public string PatchStrategy { get; init; } = string.Empty;

    /// <summary>The field that tells list items apart; empty for a list of primitives and for no merging.</summary>
    public string MergeKey { get; init; } = string.Empty;

    /// <summary><c>atomic</c>, <c>set</c>, <c>map</c> or empty.</summary>
    public string ListType { get; init; } = string.Empty;

    /// <summary>With list type <c>map</c>.</summary>
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary><c>atomic</c>, <c>granular</c> or empty.</summary>
    public string MapType { get; init; } = string.Empty;

    /// <summary>A time with microseconds.</summary>
    public bool IsMicroTime { get; init; }

    /// <summary>Definition of free JSON; empty for none.</summary>
    public string FreeDefinition { get; init; } = string.Empty;

    /// <summary>Go's name of a string type, such as <c>v1.Protocol</c>; empty for <c>string</c>.</summary>
    public string GoType { get; init; } = string.Empty;

    /// <summary>Whether patches merge the list or map instead of replacing it.</summary>
    public bool Merges => PatchStrategy is "merge" or "merge,retainKeys";

    /// <summary>Whether a patch may name the keys to keep.</summary>
    public bool RetainsKeys => PatchStrategy is "retainKeys" or "merge,retainKeys";
}
