using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Storage;
using Orch.Store.Memory.History;
using Orch.Store.Memory.Index;
using Orch.Store.Memory.Journal;
using Orch.Store.Memory.Snapshots;
using Orch.Store.Memory.Watching;

namespace Orch.Store.Memory;

/// <summary>The embedded store: multi-version in this process's memory, and on disk when it has a directory.</summary>
/// <remarks>
/// Reads take no lock and are never blocked; commits follow one another. A durable commit is seen by readers and watches, and
/// its task completes, once it is on disk. <c>Unavailable</c> says that the disk failed: reads and watches go on with what is known to be
/// durable. Disposing writes out what is under way and frees the directory; reads still work.
/// </remarks>
public sealed partial class MemoryStore : IStore, IStoreSnapshots, IAsyncDisposable
{
    private readonly MemoryStoreOptions _options;
    private readonly StoreState _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StoreMetrics _metrics;
    private readonly ITimer _aging;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile bool _isOpen;
    private DataDirectory? _directory;
    private GroupCommit? _journal;
    private int _isDisposed;

    /// <summary>A store of its own; without options, in memory only.</summary>
    public MemoryStore(MemoryStoreOptions? options = null, TimeProvider? time = null, ILogger<MemoryStore>? logger = null, IMeterFactory? meters = null)
    {
        _options = options ?? new MemoryStoreOptions();
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<MemoryStore>.Instance;
        _state = new StoreState(_options, _time);
        _metrics = new StoreMetrics(meters, _state);
        _isOpen = _options.DataDirectory is null;
        var period = TimeSpan.FromTicks(Math.Max(_options.MaxHistoryAge.Ticks / 10, TimeSpan.TicksPerMillisecond * 100));
        _aging = _time.CreateTimer(static store => ((MemoryStore)store!).ForgetExpired(), this, period, period);
    }

    /// <summary>Watches that run now.</summary>
    internal int Watchers
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Watchers;
            }
        }
    }

    /// <summary>Keys that are held in any version, deleted ones included.</summary>
    internal int IndexedKeys => _state.IndexedKeys;

    /// <summary>How the journal opens its files.</summary>
    internal Func<string, FileMode, IJournalFile> OpenFile { get; init; } = JournalFile.Open;

    /// <summary>Reads what is on disk; without it the first use does.</summary>
    /// <exception cref="StoreException"><c>Corrupt</c>: the data is damaged, which file and where. <c>Unavailable</c>: another process has the directory, or it cannot be used.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (_isOpen)
        {
            return;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            if (!_isOpen)
            {
                await RecoverAsync(cancellationToken).ConfigureAwait(false);
                _isOpen = true;
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = StoreLimits.Check(request);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _options.DataDirectory is null
            ? new ValueTask<CommitResult>(CommitInMemory(request, bytes))
            : new ValueTask<CommitResult>(CommitDurablyAsync(request, bytes, cancellationToken));
    }

    /// <inheritdoc />
    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return _isOpen ? new ValueTask<RangeResult>(_state.Range(request)) : OpenThenRangeAsync();

        async ValueTask<RangeResult> OpenThenRangeAsync()
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return _state.Range(request);
        }
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WatchStream.RunAsync(_state, request, _isOpen ? null : OpenAsync, _time, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken)
    {
        return _isOpen ? new ValueTask<Revision>(new Revision(_state.Published)) : OpenThenReadAsync();

        async ValueTask<Revision> OpenThenReadAsync()
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return new Revision(_state.Published);
        }
    }

    /// <inheritdoc />
    public async Task CompactAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (revision <= Revision.None)
        {
            throw new StoreException(StoreErrorCode.InvalidArgument, $"Cannot compact at revision {revision}.");
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
        lock (_state.Gate)
        {
            _state.BeginCompaction(revision.Value);
        }

        Trim();
    }

    /// <inheritdoc />
    public async Task<Revision> SnapshotAsync(Stream destination, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var everything = _state.Range(RangeRequest.Prefix(string.Empty));
        await SnapshotWriter.WriteAsync(destination, everything.Revision.Value, everything.Entries, cancellationToken).ConfigureAwait(false);
        return everything.Revision;
    }

    /// <inheritdoc />
    public async Task RestoreAsync(Stream source, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var (index, revision) = await new SnapshotReader(source, "The stream").ReadAsync(cancellationToken).ConfigureAwait(false);
        if (_journal is { } journal)
        {
            await journal.RunExclusiveAsync(() => ReplaceDurably(journal, index, revision)).ConfigureAwait(false);
            return;
        }

        lock (_state.Gate)
        {
            _state.Reset(index, Math.Max(revision, _state.Published));
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _aging.DisposeAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        _journal?.Dispose();
        _directory?.Dispose();
        _metrics.Dispose();
        _opening.Release();
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var directory = DataDirectory.Open(_options.DataDirectory!);
        try
        {
            var recovery = new Recovery(directory, _state, OpenFile);
            var segment = await recovery.RunAsync(cancellationToken).ConfigureAwait(false);
            if (recovery.TornEnd is { } torn)
            {
                Log.TornEndCutOff(_logger, torn.Path, torn.Offset, torn.Bytes);
            }

            _journal = new GroupCommit(_state, directory, segment, OpenFile, (_options.CheckpointBytes, recovery.SnapshotBytes), _metrics, _time, _logger);
            _directory = directory;
            var (path, revision, elapsed) = (directory.Path, _state.Published, _time.GetElapsedTime(started));
            Log.Opened(_logger, path, revision, elapsed);
        }
        catch (Exception failure)
        {
            directory.Dispose();
            lock (_state.Gate)
            {
                _state.Reset(KeyIndex.Empty, 1);
            }

            if (failure is IOException or UnauthorizedAccessException)
            {
                throw new StoreException(StoreErrorCode.Unavailable, $"The data directory {directory.Path} cannot be read: {failure.Message}", failure);
            }

            throw;
        }
    }

    private CommitResult CommitInMemory(CommitRequest request, int bytes)
    {
        lock (_state.Gate)
        {
            var result = _state.Apply(request, bytes, out var record);
            if (record is not null)
            {
                _state.Publish(record);
            }

            _metrics.Ended(result.Succeeded);
            return result;
        }
    }

    private async Task<CommitResult> CommitDurablyAsync(CommitRequest request, int bytes, CancellationToken cancellationToken)
    {
        if (!_isOpen)
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        var journal = _journal!;
        while (true)
        {
            Task durable;
            CommitResult? result = null;
            lock (_state.Gate)
            {
                if (journal.AdmitAsync() is { } room)
                {
                    durable = room;
                }
                else
                {
                    result = _state.Apply(request, bytes, out var record);
                    durable = journal.AddAsync(record);
                }
            }

            await durable.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (result is not null)
            {
                _metrics.Ended(result.Succeeded);
                return result;
            }
        }
    }

    private void ReplaceDurably(GroupCommit journal, KeyIndex index, long revision)
    {
        var next = Math.Max(revision, _state.Published);
        var entries = StoreState.Read(index, RangeRequest.Prefix(string.Empty), next, next).Entries;
        journal.Replace(index, next, stream => SnapshotWriter.WriteAsync(stream, next, entries, CancellationToken.None));
    }

    private void ForgetExpired()
    {
        lock (_state.Gate)
        {
            var expired = _state.FindExpired();
            if (expired <= _state.Compacted)
            {
                return;
            }

            _state.BeginCompaction(expired);
        }

        Trim();
    }

    /// <summary>In small steps, so that commits get in between.</summary>
    private void Trim()
    {
        bool isMore;
        do
        {
            lock (_state.Gate)
            {
                isMore = _state.TrimSome();
            }
        }
        while (isMore);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Opened the store in {Directory} at revision {Revision} in {Elapsed}")]
        public static partial void Opened(ILogger logger, string directory, long revision, TimeSpan elapsed);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Cut off the torn end of {File} at offset {Offset}: {Bytes} bytes of a write that had not been acknowledged")]
        public static partial void TornEndCutOff(ILogger logger, string file, long offset, long bytes);
    }
}
