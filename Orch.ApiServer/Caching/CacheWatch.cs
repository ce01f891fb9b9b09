using System.Threading.Tasks.Sources;

namespace Orch.ApiServer.Caching;

/// <summary>Why a watch ended from the server's side.</summary>
internal enum WatchEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>It was too far behind.</summary>
    TooSlow,

    /// <summary>The cache lost its place in the store's history and starts anew.</summary>
    Reset,

    /// <summary>What it watches is served no more; what happened until then may still be read.</summary>
    Finished,

    /// <summary>The server stops.</summary>
    Stopping,

    /// <summary>Its reader is done.</summary>
    Disposed,
}

/// <summary>A position in a resource's events, for one reader.</summary>
/// <remarks>
/// The reader takes events until there are none and then waits; nothing is queued for it. It first goes through the recent history
/// that it missed, then follows the stream of its scope.
/// </remarks>
internal sealed class CacheWatch : IValueTaskSource, IDisposable
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private readonly ResourceCache _cache;
    private readonly EventStream _stream;
    private readonly WatchScope _scope;
    private readonly long _after;
    private readonly EventNode? _historyEnd;
    private EventNode? _history;
    private EventNode? _cursor;
    private long _position;
    private int _state;
    private int _end;
    private int _bookmarkDue;
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };

    public CacheWatch(ResourceCache cache, EventStream stream, WatchScope scope, long after, EventNode? history, EventNode? historyEnd)
    {
        _cache = cache;
        _stream = stream;
        _scope = scope;
        _after = after;
        _history = history;
        _historyEnd = historyEnd;
        _cursor = stream.Tail;
        _position = stream.Tail.Sequence;
    }

    /// <summary>Set once the server has ended the watch; the reader stops then.</summary>
    public WatchEnd End => (WatchEnd)Volatile.Read(ref _end);

    private bool CanRead => End is WatchEnd.None or WatchEnd.Finished;

    /// <summary>The sequence number reached in the stream.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>The stream's place for this follower.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Whether a client elsewhere is sent what it reads; the stream's to set.</summary>
    public bool IsRemote { get; set; }

    /// <summary>Called once when the watch ends, to free a reader that is stuck in sending.</summary>
    public Action? Ended { get; set; }

    /// <summary>Whether a reader would find something now, the loss of its place included; may be asked by others than the reader.</summary>
    public bool HasPending => _cursor?.Next is not null || _history is not null || End is WatchEnd.TooSlow or WatchEnd.Reset;

    /// <summary>The next event in the scope, or false when there is none now (see <see cref="WaitAsync"/>).</summary>
    public bool TryRead(out CacheEvent item)
    {
        while (_history is { } node && CanRead)
        {
            if (ReferenceEquals(node, _historyEnd)) { _history = null; break; }
            _history = node.Next;
            if (_history?.Event is { } past && past.Revision > _after && _scope.Holds(past)) { item = past; return true; }
        }

        while (_cursor?.Next is { } next && CanRead)
        {
            _cursor = next;
            Volatile.Write(ref _position, next.Sequence);
            // A field's stream has the objects of all namespaces.
            if (next.Event!.Revision > _after && (_scope.Field is null || _scope.Holds(next.Event))) { item = next.Event; return true; }
        }

        if (!CanRead) { _cursor = null; _history = null; }
        item = null!;
        return false;
    }

    /// <summary>Completes when there may be something to read, a bookmark is due or the watch has ended.</summary>
    public ValueTask WaitAsync()
    {
        _wait.Reset();
        return Interlocked.CompareExchange(ref _state, Waiting, Idle) == Signalled ? AcknowledgeAsync() : new ValueTask(this, _wait.Version);

        ValueTask AcknowledgeAsync()
        {
            Interlocked.Exchange(ref _state, Idle);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>What it reads is sent to a client elsewhere, which is work for each event.</summary>
    public void MarkRemote() => _cache.MarkRemote(_stream, this);

    /// <summary>Wakes the reader.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _state, Signalled) == Waiting) { _wait.SetResult(true); }
    }

    /// <summary>Asks the reader to send a bookmark.</summary>
    public void RequestBookmark()
    {
        Volatile.Write(ref _bookmarkDue, 1);
        Signal();
    }

    /// <summary>Whether a bookmark was asked for since the last call.</summary>
    public bool TakeBookmarkRequest() => Interlocked.Exchange(ref _bookmarkDue, 0) == 1;

    /// <summary>Ends the watch; false when it had ended.</summary>
    public bool Close(WatchEnd reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, (int)WatchEnd.None) != (int)WatchEnd.None) { return false; }
        // Not inline: the closer holds the cache's lock.
        if (Ended is { } ended) { ThreadPool.UnsafeQueueUserWorkItem(static ended => ended(), ended, preferLocal: false); }
        Signal();
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Ended = null;
        Close(WatchEnd.Disposed);
        _cache.Detach(_stream, this, _scope);
    }

    void IValueTaskSource.GetResult(short token)
    {
        // A full fence: were the reads that follow to overtake this write, a signal between them would be lost.
        Interlocked.Exchange(ref _state, Idle);
        _wait.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _wait.OnCompleted(continuation, state, token, flags);
}
