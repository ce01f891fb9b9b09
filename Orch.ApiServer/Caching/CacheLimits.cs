namespace Orch.ApiServer.Caching;

/// <summary>How much of the past a cache keeps for watches that resume, and how far a watch may fall behind.</summary>
internal sealed record CacheLimits
{
    /// <summary>Events younger than this are kept, within <see cref="MaxEvents"/> and <see cref="MaxBytes"/>.</summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>So many are kept whatever their age.</summary>
    public int MinEvents { get; init; } = 1_000;

    /// <summary>Never more than so many of one resource.</summary>
    public int MaxEvents { get; init; } = 100_000;

    /// <summary>Stored bytes of the kept events of one resource.</summary>
    public long MaxBytes { get; init; } = 64 << 20;

    /// <summary>How long past states are kept as typed objects, for watches that are a little behind.</summary>
    public TimeSpan TypedPast { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>And of how many events at most: what many writes leave behind dies young that way, where it costs the collector nothing.</summary>
    public int MaxTypedPast { get; init; } = 256;

    /// <summary>Events that a watch may be behind before it is closed.</summary>
    public int WatchBacklog { get; init; } = 16_384;
}
