namespace Orch.Storage;

/// <summary>What every store accepts: the same everywhere, so that a cluster can move from one store to another.</summary>
/// <remarks>etcd's defaults, less its own framing: 1.5 MiB a request (<c>--max-request-bytes</c>), 128 operations (<c>--max-txn-ops</c>).</remarks>
public static class StoreLimits
{
    /// <summary>Bytes of all keys and values of one commit.</summary>
    public const int MaxCommitBytes = 1_500_000;

    /// <summary>Preconditions of one commit, and likewise writes.</summary>
    public const int MaxOperations = 128;

    /// <summary>Refuses a commit that no store takes.</summary>
    /// <returns>The bytes of all written keys and values.</returns>
    /// <exception cref="StoreException"><c>InvalidArgument</c>: no write, a malformed key, a key written twice. <c>TooLarge</c>: over a limit.</exception>
    public static int Check(CommitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Writes.Count == 0)
        {
            throw Invalid("A commit needs at least one write.");
        }

        if (request.Writes.Count > MaxOperations || request.Preconditions.Count > MaxOperations)
        {
            throw new StoreException(
                StoreErrorCode.TooLarge,
                $"A commit has {request.Preconditions.Count} preconditions and {request.Writes.Count} writes; at most {MaxOperations} of each are allowed.");
        }

        for (var i = 0; i < request.Preconditions.Count; i++)
        {
            CheckKey(request.Preconditions[i].Key);
        }

        return CheckWrites(request.Writes);
    }

    /// <summary>Refuses a key that is empty, relative, not printable ASCII, or ends in a slash.</summary>
    /// <exception cref="StoreException"><c>InvalidArgument</c>.</exception>
    public static void CheckKey(string key)
    {
        if (string.IsNullOrEmpty(key) || key[0] != '/' || key[^1] == '/' || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw Invalid($"The key '{key}' is not an absolute path of printable ASCII without a trailing slash, such as /registry/pods/default/web-0.");
        }
    }

    private static int CheckWrites(IReadOnlyList<StoreWrite> writes)
    {
        var seen = writes.Count > 8 ? new HashSet<string>(writes.Count, StringComparer.Ordinal) : null;
        long bytes = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            var key = writes[i].Key;
            CheckKey(key);
            if (seen?.Add(key) == false || (seen is null && IsWrittenBefore(writes, i)))
            {
                throw Invalid($"The key '{key}' is written twice in one commit.");
            }

            bytes += key.Length + (writes[i].Value?.Length ?? 0);
        }

        return bytes <= MaxCommitBytes
            ? (int)bytes
            : throw new StoreException(StoreErrorCode.TooLarge, $"A commit of {bytes} bytes, first key '{writes[0].Key}', is over the limit of {MaxCommitBytes} bytes.");
    }

    private static bool IsWrittenBefore(IReadOnlyList<StoreWrite> writes, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (string.Equals(writes[i].Key, writes[index].Key, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static StoreException Invalid(string message) => new(StoreErrorCode.InvalidArgument, message);
}
