using Microsoft.Extensions.Logging;
using Orch.Storage;
using Orch.Store.Memory.History;
using Orch.Store.Memory.Snapshots;

namespace Orch.Store.Memory.Journal;

/// <summary>Puts applied commits on disk, as many as are waiting with one fsync, and publishes them then.</summary>
/// <remarks>
/// One thread of its own writes, because an fsync may block for long. A failed write withdraws all unpublished commits and cuts
/// the file back; when that works (a full disk) the store goes on. After a failed fsync nothing is known of the disk any more, so
/// the store takes no further commit until it is opened anew.
/// </remarks>
internal sealed partial class GroupCommit : IDisposable
{
    /// <summary>Commits wait before they are applied while so much is on its way to disk.</summary>
    private const int MaxPendingBytes = 32 << 20;

    private readonly StoreState _state;
    private readonly DataDirectory _directory;
    private readonly Func<string, FileMode, IJournalFile> _openFile;
    private readonly long _minimumJournalBytes;
    private readonly StoreMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly AutoResetEvent _work = new(false);
    private JournalSegment _segment;
    private PendingBatch _pending = new(new FrameBuffer());
    private PendingBatch? _writing;
    private FrameBuffer _spare = new();
    private StoreException? _failure;
    private Action? _exclusive;
    private Task _snapshotting = Task.CompletedTask;
    private long _rollAtBytes;
    private bool _isStopping;

    public GroupCommit(
        StoreState state,
        DataDirectory directory,
        JournalSegment segment,
        Func<string, FileMode, IJournalFile> openFile,
        (long MinimumJournalBytes, long SnapshotBytes) sizes,
        StoreMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        _state = state;
        _directory = directory;
        _segment = segment;
        _openFile = openFile;
        _minimumJournalBytes = sizes.MinimumJournalBytes;
        _rollAtBytes = Math.Max(sizes.MinimumJournalBytes, sizes.SnapshotBytes);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "orch-store-journal" };
        _thread.Start();
    }

    /// <summary>Needs the gate: a task to await before a commit may be applied; null: go on.</summary>
    public Task? AdmitAsync()
    {
        if (_failure is { } failure)
        {
            throw new StoreException(failure.Code, failure.Message, failure.InnerException);
        }

        ObjectDisposedException.ThrowIf(_isStopping, this);
        return _pending.Frame.BodyBytes > MaxPendingBytes ? _pending.Completion : null;
    }

    /// <summary>Needs the gate: queues an applied commit.</summary>
    /// <param name="record">Null for a result that wrote nothing but saw what is still on its way.</param>
    /// <returns>Completes when all that the commit made or saw is on disk.</returns>
    public Task AddAsync(CommitRecord? record)
    {
        if (record is not null)
        {
            _pending.Add(record);
            if (_pending.Records.Count == 1)
            {
                _work.Set();
            }

            return _pending.Completion;
        }

        return _pending.Records.Count > 0 ? _pending.Completion : _writing?.Completion ?? Task.CompletedTask;
    }

    /// <summary>Runs with the gate held and nothing on its way to disk.</summary>
    public Task RunExclusiveAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_state.Gate)
        {
            _ = AdmitAsync();
            if (_exclusive is not null)
            {
                throw new StoreException(StoreErrorCode.Unavailable, "A restore is already under way.");
            }

            _exclusive = () =>
            {
                try
                {
                    _ = AdmitAsync();
                    action();
                    done.SetResult();
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StoreException)
                {
                    done.SetException(failure as StoreException ?? Unavailable("The restore could not be written", failure));
                }
            };
        }

        _work.Set();
        return done.Task;
    }

    /// <summary>Replaces what is on disk and in memory; for <see cref="RunExclusiveAsync"/>.</summary>
    public void Replace(Index.KeyIndex index, long revision, Func<Stream, Task> writeSnapshotAsync)
    {
        _snapshotting.GetAwaiter().GetResult();
        _directory.WriteSnapshotAsync(revision, writeSnapshotAsync).GetAwaiter().GetResult();
        _state.Reset(index, revision);

        // What the old segment holds the snapshot holds too, so that it may as well be gone on with.
        if (TryRoll())
        {
            _directory.DeleteBefore(revision);
        }
    }

    /// <summary>Puts the rest on disk and closes the journal.</summary>
    public void Dispose()
    {
        lock (_state.Gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        _work.Set();
        _thread.Join();
        _snapshotting.GetAwaiter().GetResult();
        _segment.Dispose();
        _work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _work.WaitOne();
            while (Take() is { } batch)
            {
                Write(batch);
            }

            lock (_state.Gate)
            {
                if (_pending.Records.Count > 0)
                {
                    _work.Set();
                    continue;
                }

                var exclusive = _exclusive;
                _exclusive = null;
                exclusive?.Invoke();
                if (_isStopping)
                {
                    break;
                }
            }
        }

        SealSegment();
    }

    private PendingBatch? Take()
    {
        lock (_state.Gate)
        {
            if (_pending.Records.Count == 0)
            {
                return null;
            }

            _writing = _pending;
            _pending = new PendingBatch(_spare);
            return _writing;
        }
    }

    private void Write(PendingBatch batch)
    {
        var started = _time.GetTimestamp();
        var isWritten = false;
        try
        {
            var written = _segment.Write(batch.Frame);
            isWritten = true;
            _segment.Sync(written);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(batch, isWritten, failure);
            return;
        }

        _metrics.Synced(batch.Records.Count, _time.GetElapsedTime(started));
        lock (_state.Gate)
        {
            foreach (var record in batch.Records)
            {
                _state.Publish(record);
            }

            _writing = null;
        }

        batch.Frame.Clear();
        _spare = batch.Frame;
        batch.Succeed();
        RollIfLong();
    }

    private void Fail(PendingBatch batch, bool isWritten, Exception cause)
    {
        var failure = Unavailable("The journal could not be written", cause);
        var isFinal = isWritten;
        if (!isFinal)
        {
            try
            {
                _segment.CutBack();
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                isFinal = true;
            }
        }

        PendingBatch behind;
        lock (_state.Gate)
        {
            behind = _pending;
            _state.Withdraw([.. batch.Records, .. behind.Records]);
            behind.Frame.Clear();
            batch.Frame.Clear();
            _spare = batch.Frame;
            _pending = new PendingBatch(behind.Frame);
            _writing = null;
            _failure = isFinal ? Unavailable("The journal failed and takes no more until the store is opened anew", cause) : null;
        }

        Log.JournalFailed(_logger, _directory.Path, isFinal, cause);
        batch.Fail(failure);
        behind.Fail(failure);
    }

    private void RollIfLong()
    {
        if (_segment.Length < _rollAtBytes || !_snapshotting.IsCompleted)
        {
            return;
        }

        if (TryRoll())
        {
            _snapshotting = Task.Run(SnapshotAsync);
        }
    }

    /// <summary>Goes on in a new segment, or else in the present one.</summary>
    private bool TryRoll()
    {
        var first = _state.Published + 1;
        var path = _directory.SegmentPath(first);
        try
        {
            var next = JournalSegment.Create(_openFile(path, FileMode.OpenOrCreate), first);
            _directory.Sync();
            _segment.Dispose();
            _segment = next;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.SnapshotFailed(_logger, _directory.Path, failure);
            _rollAtBytes = _segment.Length + _minimumJournalBytes;
            RemoveUnused(path);
            return false;
        }
    }

    /// <summary>A segment left lying would make the present one seem closed, and its torn end damage.</summary>
    private void RemoveUnused(string path)
    {
        try
        {
            File.Delete(path);
            _directory.Sync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _failure = Unavailable("The journal failed and takes no more until the store is opened anew", failure);
        }
    }

    private async Task SnapshotAsync()
    {
        try
        {
            var everything = _state.Range(RangeRequest.Prefix(string.Empty));
            var revision = everything.Revision.Value;
            long bytes = 0;
            await _directory.WriteSnapshotAsync(revision, async stream =>
            {
                await SnapshotWriter.WriteAsync(stream, revision, everything.Entries, CancellationToken.None).ConfigureAwait(false);
                bytes = stream.Length;
            }).ConfigureAwait(false);
            _directory.DeleteBefore(revision);
            Volatile.Write(ref _rollAtBytes, Math.Max(_minimumJournalBytes, bytes));
            Log.SnapshotWritten(_logger, _directory.Path, revision, everything.Entries.Count, bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.SnapshotFailed(_logger, _directory.Path, failure);
        }
    }

    /// <summary>Marks an orderly end, so that damage to the last commit cannot pass for a torn write.</summary>
    private void SealSegment()
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            _segment.Sync(_segment.Write(_spare));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.JournalFailed(_logger, _directory.Path, true, failure);
        }
    }

    private StoreException Unavailable(string what, Exception cause)
        => new(StoreErrorCode.Unavailable, $"{what} in {_directory.Path}: {cause.Message}", cause);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The journal in {Directory} could not be written; final: {IsFinal}")]
        public static partial void JournalFailed(ILogger logger, string directory, bool isFinal, Exception failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "No snapshot could be written in {Directory}; the journal grows meanwhile")]
        public static partial void SnapshotFailed(ILogger logger, string directory, Exception failure);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Snapshot in {Directory} at revision {Revision}: {Keys} keys, {Bytes} bytes")]
        public static partial void SnapshotWritten(ILogger logger, string directory, long revision, int keys, long bytes);
    }
}
