using System.Globalization;
using Orch.Storage;

namespace Orch.Store.Memory.Journal;

/// <summary>The files of a durable store: a lock, the journal's segments and a snapshot, numbered by revision.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const string JournalPrefix = "journal-", JournalSuffix = ".log", SnapshotPrefix = "snapshot-", SnapshotSuffix = ".snap", TemporarySuffix = ".tmp";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    /// <exception cref="StoreException"><c>Unavailable</c>: another process has the directory, or it cannot be used.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var lockPath = System.IO.Path.Combine(path, "lock");
        try
        {
            Directory.CreateDirectory(path);
            var file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(OwnerPath(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            var directory = new DataDirectory(path, file);
            directory.DeleteTemporary();
            return directory;
        }
        catch (IOException failure) when (IsLocked(lockPath))
        {
            throw new StoreException(
                StoreErrorCode.Unavailable,
                $"The data directory {path} is in use by {Holder(path)}. Stop it, or give this store a directory of its own.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorCode.Unavailable, $"The data directory {path} cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>The newest snapshot; null where there is none.</summary>
    public string? FindSnapshot() => Numbered(SnapshotPrefix, SnapshotSuffix).LastOrDefault().Path;

    /// <summary>The segments by first revision.</summary>
    public IReadOnlyList<(long FirstRevision, string Path)> Segments() => Numbered(JournalPrefix, JournalSuffix);

    public string SegmentPath(long firstRevision) => FilePath(JournalPrefix, firstRevision, JournalSuffix);

    /// <summary>Puts a whole snapshot in place or, on any failure, none.</summary>
    public async Task WriteSnapshotAsync(long revision, Func<Stream, Task> writeAsync)
    {
        var path = FilePath(SnapshotPrefix, revision, SnapshotSuffix);
        try
        {
            var file = new FileStream(path + TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            await using (file.ConfigureAwait(false))
            {
                await writeAsync(file).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + TemporarySuffix, path, overwrite: true);
        }
        catch (Exception)
        {
            // On a full disk, half a snapshot takes the room that the journal needs.
            File.Delete(path + TemporarySuffix);
            throw;
        }

        DirectorySync.Sync(Path);
    }

    /// <summary>Deletes what a snapshot has made superfluous.</summary>
    public void DeleteBefore(long snapshotRevision)
    {
        foreach (var (revision, path) in Numbered(SnapshotPrefix, SnapshotSuffix))
        {
            if (revision < snapshotRevision)
            {
                File.Delete(path);
            }
        }

        var segments = Segments();
        for (var i = 0; i + 1 < segments.Count && segments[i + 1].FirstRevision <= snapshotRevision + 1; i++)
        {
            File.Delete(segments[i].Path);
        }
    }

    public void Sync() => DirectorySync.Sync(Path);

    public void Dispose() => _lock.Dispose();

    private static bool IsLocked(string lockPath)
    {
        try
        {
            if (!File.Exists(lockPath))
            {
                return false;
            }

            using var probe = new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string OwnerPath(string path) => System.IO.Path.Combine(path, "owner");

    private static string Holder(string path)
    {
        try
        {
            return $"process {File.ReadAllText(OwnerPath(path))}";
        }
        catch (IOException)
        {
            return "another process";
        }
    }

    private void DeleteTemporary()
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*" + TemporarySuffix))
        {
            File.Delete(file);
        }
    }

    private string FilePath(string prefix, long revision, string suffix)
        => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{prefix}{revision:d20}{suffix}"));

    private List<(long Revision, string Path)> Numbered(string prefix, string suffix)
    {
        var files = new List<(long Revision, string Path)>();
        foreach (var file in Directory.EnumerateFiles(Path, $"{prefix}*{suffix}"))
        {
            var name = System.IO.Path.GetFileName(file.AsSpan());
            if (long.TryParse(name[prefix.Length..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            {
                files.Add((revision, file));
            }
        }

        files.Sort();
        return files;
    }
}
