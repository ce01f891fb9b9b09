using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Storage;
using Orch.Store.Memory.Snapshots;
using Orch.Store.Memory.Watching;

namespace Orch.Store.Memory;

/// <summary>The embedded store: multi-version, in this process's memory.</summary>
/// <remarks>Reads take no lock and are never blocked; commits follow one another. Disposing ends the background work, not the reads.</remarks>
public sealed partial class MemoryStore : IStore, IStoreSnapshots, IAsyncDisposable
{
    private readonly StoreState _state;
    private readonly TimeProvider _time;
    private readonly ITimer _aging;
    private int _isDisposed;

    /// <summary>A store of its own; without options, in memory only.</summary>
    public MemoryStore(MemoryStoreOptions? options = null, TimeProvider? time = null, ILogger<MemoryStore>? logger = null)
    {
        options ??= new MemoryStoreOptions();
        _time = time ?? TimeProvider.System;
        _ = logger ?? NullLogger<MemoryStore>.Instance;
        _state = new StoreState(options, _time);
        var period = TimeSpan.FromTicks(Math.Max(options.MaxHistoryAge.Ticks / 10, TimeSpan.TicksPerMillisecond * 100));
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

    /// <summary>Reads what is on disk; without it the first use does.</summary>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = StoreLimits.Check(request);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        lock (_state.Gate)
        {
            var result = _state.Apply(request, bytes, out var record);
            if (record is not null)
            {
                _state.Publish(record);
            }

            return new ValueTask<CommitResult>(result);
        }
    }

    /// <inheritdoc />
    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<RangeResult>(_state.Range(request));
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WatchStream.RunAsync(_state, request, _time, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken) => new(new Revision(_state.Published));

    /// <inheritdoc />
    public Task CompactAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (revision <= Revision.None)
        {
            throw new StoreException(StoreErrorCode.InvalidArgument, $"Cannot compact at revision {revision}.");
        }

        lock (_state.Gate)
        {
            _state.BeginCompaction(revision.Value);
        }

        Trim();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<Revision> SnapshotAsync(Stream destination, CancellationToken cancellationToken)
    {
        var everything = _state.Range(RangeRequest.Prefix(string.Empty));
        await SnapshotWriter.WriteAsync(destination, everything.Revision.Value, everything.Entries, cancellationToken).ConfigureAwait(false);
        return everything.Revision;
    }

    /// <inheritdoc />
    public async Task RestoreAsync(Stream source, CancellationToken cancellationToken)
    {
        var (index, revision) = await new SnapshotReader(source, "The stream").ReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_state.Gate)
        {
            _state.Reset(index, Math.Max(revision, _state.Published));
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _aging.DisposeAsync().ConfigureAwait(false);
        }
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
}
