namespace Orch.Store.Memory;

/// <summary>How the embedded store keeps its data and how much history.</summary>
/// <remarks>The history is trimmed at whichever of its three bounds is reached first; the live keys always stay.</remarks>
public sealed class MemoryStoreOptions
{
    /// <summary>Directory of the journal and snapshots, made if absent, used by one process at a time; null (default): in memory only.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Revisions that can still be read and watched from: at least 2, default 50,000.</summary>
    public int MaxHistoryRevisions { get; set; } = 50_000;

    /// <summary>Keys and values that the history may hold: default 64 MiB.</summary>
    public long MaxHistoryBytes { get; set; } = 64L << 20;

    /// <summary>Size of the journal from which it is folded into a snapshot, once it is also larger than the last snapshot: default 32 MiB.</summary>
    /// <remarks>Bounds the disk space (about twice the live data and this) and the time to open. Without a directory it means nothing.</remarks>
    public long CheckpointBytes { get; set; } = 32L << 20;

    /// <summary>Age after which history is forgotten: more than zero, default 5 minutes.</summary>
    public TimeSpan MaxHistoryAge { get; set; } = TimeSpan.FromMinutes(5);
}
