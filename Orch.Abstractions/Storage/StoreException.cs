namespace Orch.Storage;

/// <summary>Why a store could not do its work.</summary>
public enum StoreErrorCode
{
    /// <summary>No answer; a write may or may not have happened.</summary>
    Unavailable,

    /// <summary>The revision lies before the last compaction.</summary>
    Compacted,

    /// <summary>The revision has not happened yet.</summary>
    FutureRevision,

    /// <summary>A value or a commit is over the store's limit.</summary>
    TooLarge,

    /// <summary>The request is malformed: an empty key, a key twice, no write.</summary>
    InvalidArgument,

    /// <summary>The data on disk or in a snapshot is not whole.</summary>
    Corrupt,
}

/// <summary>A store failed; outcomes that callers branch on, such as a conflict, are values instead.</summary>
public sealed class StoreException : Exception
{
    /// <summary>A failure with its code and what to do about it.</summary>
    public StoreException(StoreErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>What kind of failure.</summary>
    public StoreErrorCode Code { get; }

    /// <summary>With <see cref="StoreErrorCode.Compacted"/>, the oldest revision still readable, where known.</summary>
    public Revision CompactRevision { get; init; }
}
