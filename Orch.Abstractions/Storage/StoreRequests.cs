namespace Orch.Storage;

/// <summary>What must be true of a key for a commit to happen.</summary>
/// <param name="Key">Absolute path.</param>
/// <param name="Expected">The key's last change (etcd's mod revision); <see cref="Revision.None"/>: the key must not exist.</param>
public readonly record struct Precondition(string Key, Revision Expected);

/// <summary>One write of a commit.</summary>
/// <param name="Key">Absolute path; at most once in a commit.</param>
/// <param name="Value">The new value; null deletes. The store keeps the memory: it must not change afterwards.</param>
public readonly record struct StoreWrite(string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>Creates or replaces.</summary>
    public static StoreWrite Put(string key, ReadOnlyMemory<byte> value) => new(key, value);

    /// <summary>Removes; an absent key is no error.</summary>
    public static StoreWrite Delete(string key) => new(key, null);
}

/// <summary>A conditional multi-key write.</summary>
/// <param name="Preconditions">All must hold; may be empty.</param>
/// <param name="Writes">At least one; no key twice.</param>
public sealed record CommitRequest(IReadOnlyList<Precondition> Preconditions, IReadOnlyList<StoreWrite> Writes)
{
    /// <summary>Creates a key that must not exist.</summary>
    public static CommitRequest Create(string key, ReadOnlyMemory<byte> value) => Put(key, value, Revision.None);

    /// <summary>Writes a key that must still be at <paramref name="expected"/>.</summary>
    public static CommitRequest Put(string key, ReadOnlyMemory<byte> value, Revision expected)
        => new([new Precondition(key, expected)], [StoreWrite.Put(key, value)]);

    /// <summary>Deletes a key that must still be at <paramref name="expected"/>.</summary>
    public static CommitRequest Delete(string key, Revision expected)
        => new([new Precondition(key, expected)], [StoreWrite.Delete(key)]);
}

/// <summary>How a commit ended.</summary>
/// <param name="Succeeded">False: a precondition failed and nothing was written.</param>
/// <param name="Revision">The revision of the writes, or on a conflict the store's revision when it was found.</param>
/// <param name="Conflicts">On a conflict, for each precondition that failed the entry that is there now, or an absent one; else empty.</param>
public sealed record CommitResult(bool Succeeded, Revision Revision, IReadOnlyList<ConflictEntry> Conflicts);

/// <summary>What a failed precondition's key holds.</summary>
/// <param name="Key">The precondition's key.</param>
/// <param name="Entry">Null: there is no such key.</param>
public readonly record struct ConflictEntry(string Key, StoreEntry? Entry);

/// <summary>A key with its value at some revision.</summary>
/// <param name="Key">Absolute path.</param>
/// <param name="Value">Never changed by anyone.</param>
/// <param name="Created">Revision of the key's creation (since it was last absent).</param>
/// <param name="Modified">Revision of its last change.</param>
/// <param name="Version">1 on creation, one more with each change.</param>
public sealed record StoreEntry(string Key, ReadOnlyMemory<byte> Value, Revision Created, Revision Modified, long Version)
{
    /// <summary>Why the value cannot be read, in which case it is empty; null from every store that keeps values as they are.</summary>
    /// <remarks>A store that decrypts says so of one entry rather than fail a range or a watch with it.</remarks>
    public string? Fault { get; init; }
}

/// <summary>A read of one key or of a range.</summary>
/// <param name="From">First key, inclusive.</param>
/// <param name="To">End key, exclusive; null reads the single key <paramref name="From"/>.</param>
public sealed record RangeRequest(string From, string? To)
{
    /// <summary>Reads at this revision; <see cref="Revision.None"/> reads the newest, linearizably.</summary>
    public Revision AtRevision { get; init; }

    /// <summary>At most so many entries; 0 means all.</summary>
    public int Limit { get; init; }

    /// <summary>Leaves the values out.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Returns just <see cref="RangeResult.Count"/>.</summary>
    public bool CountOnly { get; init; }

    /// <summary>One key.</summary>
    public static RangeRequest Key(string key) => new(key, null);

    /// <summary>Every key that begins with <paramref name="prefix"/> (which usually ends in a slash).</summary>
    public static RangeRequest Prefix(string prefix) => new(prefix, PrefixEnd(prefix));

    /// <summary>The first key after all that begin with <paramref name="prefix"/>.</summary>
    public static string PrefixEnd(string prefix)
        => prefix.Length == 0 ? "\uffff" : string.Concat(prefix.AsSpan(0, prefix.Length - 1), [(char)(prefix[^1] + 1)]);
}

/// <summary>What a range held.</summary>
/// <param name="Revision">The store's revision that the read saw (the newest, even when an older one was asked for).</param>
/// <param name="Entries">In key order.</param>
/// <param name="More">True: the limit cut the range; continue after the last key at the same revision.</param>
/// <param name="Count">All keys in the range, whatever the limit.</param>
public sealed record RangeResult(Revision Revision, IReadOnlyList<StoreEntry> Entries, bool More, long Count);

/// <summary>A watch of a prefix.</summary>
/// <param name="Prefix">Every key that begins so.</param>
/// <param name="After">Deliver changes with a greater revision; <see cref="Revision.None"/>: from now on.</param>
public sealed record StoreWatchRequest(string Prefix, Revision After)
{
    /// <summary>Sends a progress notice at least this often while nothing changes; null never.</summary>
    public TimeSpan? ProgressInterval { get; init; }
}

/// <summary>Changes in revision order.</summary>
/// <param name="Revision">Everything under the prefix up to and including it has been delivered.</param>
/// <param name="Events">Empty for a progress notice.</param>
public sealed record StoreWatchBatch(Revision Revision, IReadOnlyList<StoreEvent> Events);

/// <summary>One change of one key.</summary>
/// <param name="Key">Absolute path.</param>
/// <param name="Entry">What the key holds now; null: it was deleted.</param>
/// <param name="Revision">When it happened.</param>
/// <param name="Previous">What it held before; null on creation, or where the history before it has been compacted.</param>
public sealed record StoreEvent(string Key, StoreEntry? Entry, Revision Revision, StoreEntry? Previous);
