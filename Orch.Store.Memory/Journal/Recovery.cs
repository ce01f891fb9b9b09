using Orch.Storage;
using Orch.Store.Memory.Snapshots;

namespace Orch.Store.Memory.Journal;

/// <summary>Brings a store back from its directory: the newest snapshot, then the journal from there on.</summary>
internal sealed class Recovery(DataDirectory directory, StoreState state, Func<string, FileMode, IJournalFile> openFile)
{
    /// <summary>Where a torn end was cut off; null where there was none.</summary>
    public (string Path, long Offset, long Bytes)? TornEnd { get; private set; }

    /// <summary>Bytes of the snapshot that was read.</summary>
    public long SnapshotBytes { get; private set; }

    /// <returns>The segment to go on with.</returns>
    /// <exception cref="StoreException"><c>Corrupt</c>, naming file and offset.</exception>
    public async Task<JournalSegment> RunAsync(CancellationToken cancellationToken)
    {
        if (directory.FindSnapshot() is { } snapshot)
        {
            await LoadAsync(snapshot, cancellationToken).ConfigureAwait(false);
            directory.DeleteBefore(state.Applied); // What a crash just after the snapshot left lying.
        }

        var segments = directory.Segments();
        for (var i = 0; i < segments.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Replay(segments[i].Path, isLast: i == segments.Count - 1) is { } last)
            {
                return last;
            }
        }

        return Create();
    }

    private async Task LoadAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 256 << 10);
        await using (stream.ConfigureAwait(false))
        {
            SnapshotBytes = stream.Length;
            var (index, revision) = await new SnapshotReader(stream, $"The file {path}").ReadAsync(cancellationToken).ConfigureAwait(false);
            lock (state.Gate)
            {
                state.Reset(index, revision);
            }
        }
    }

    private JournalSegment? Replay(string path, bool isLast)
    {
        using var reader = new JournalReader(path);
        if (!reader.ReadHeader())
        {
            // A crash between making the file and syncing its header; no frame was ever written then.
            return isLast && reader.Length <= JournalFormat.HeaderBytes ? null : throw reader.Corrupt("its header is not whole");
        }

        if (reader.FirstRevision > state.Applied + 1)
        {
            throw reader.Corrupt($"it begins at revision {reader.FirstRevision}, and what comes before ends at {state.Applied}");
        }

        while (reader.TryRead(out var body))
        {
            foreach (var (revision, writes) in JournalReader.ReadCommits(body))
            {
                Apply(reader, revision, writes);
            }
        }

        var leftover = reader.Length - reader.Offset;
        if (leftover > 0 && (!isLast || reader.HasLaterFrame()))
        {
            throw reader.Corrupt($"{leftover} bytes follow that are not whole, and later ones are");
        }

        return isLast ? Continue(path, reader, leftover) : null;
    }

    private void Apply(JournalReader reader, long revision, StoreWrite[] writes)
    {
        lock (state.Gate)
        {
            if (revision <= state.Applied)
            {
                return; // In the snapshot.
            }

            var bytes = writes.Sum(write => write.Key.Length + (write.Value?.Length ?? 0));
            state.Apply(new CommitRequest([], writes), bytes, out var record);
            if (record is null || record.Revision != revision)
            {
                throw reader.Corrupt($"the frame before it holds revision {revision}, which does not follow on {state.Published}");
            }

            state.Publish(record);
        }
    }

    private JournalSegment Continue(string path, JournalReader reader, long leftover)
    {
        var file = openFile(path, FileMode.Open);
        var segment = new JournalSegment(file, reader.Seed, reader.Offset, reader.Sequence);
        if (leftover > 0)
        {
            TornEnd = (path, reader.Offset, leftover);
            segment.CutBack();
        }

        return segment;
    }

    private JournalSegment Create()
    {
        var segment = JournalSegment.Create(openFile(directory.SegmentPath(state.Applied + 1), FileMode.OpenOrCreate), state.Applied + 1);
        directory.Sync();
        return segment;
    }
}
