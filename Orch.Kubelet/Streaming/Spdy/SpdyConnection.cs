using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>The server's side of a SPDY/3.1 connection, as far as the streams of Kubernetes use it: the client opens streams, both write.</summary>
/// <remarks>
/// <para>Flow control towards the peer holds only once it has granted a window: the Go library under every Kubernetes client neither keeps
/// to windows nor grants any, and would otherwise stall after 64 KiB. From the peer, a stream's full buffer holds up the connection.</para>
/// <para><see cref="RunAsync"/> must run for anything to arrive; every accepted stream must be disposed by whoever took it.</para>
/// </remarks>
internal sealed class SpdyConnection : IAsyncDisposable
{
    private const int InitialWindow = 64 * 1024;
    private const int MaxDataFrame = 32 * 1024;
    private const int SettingInitialWindowSize = 7;

    private readonly Stream _transport;
    private readonly SpdyConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<IReadOnlyDictionary<string, string>, bool> _accept;
    private readonly SpdyHeaderDecoder _decoder = new();
    private readonly SpdyFrameWriter _writer;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<SpdyStream> _accepted = Channel.CreateUnbounded<SpdyStream>(); // bounded by MaxStreams
    private readonly Lock _gate = new();
    private readonly Dictionary<int, SpdyStream> _streams = [];
    private readonly ITimer _idle;
    private TaskCompletionSource _windowsChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sessionWindow = InitialWindow;
    private long _initialWindow = InitialWindow;
    private bool _peerGrantsStreams;
    private bool _peerGrantsSession;
    private long _lastActivity;
    private int _lastStreamId;
    private int _receivedButNotGranted;
    private bool _isGoingAway;
    private int _isEnding;

    /// <param name="transport">Where the frames go; not disposed here.</param>
    /// <param name="accept">Whether a stream with these headers may be opened; called on the reading loop.</param>
    public SpdyConnection(
        Stream transport, Func<IReadOnlyDictionary<string, string>, bool> accept, SpdyConnectionOptions options, TimeProvider time)
    {
        (_transport, _accept, _options, _time) = (transport, accept, options, time);
        Ended = _ended.Token;
        _writer = new SpdyFrameWriter(transport, () => _lastActivity = time.GetTimestamp(), Ended);
        _lastActivity = time.GetTimestamp();
        _idle = time.CreateTimer(static me => ((SpdyConnection)me!).EndIfIdle(), this, options.IdleTimeout, options.IdleTimeout);
    }

    /// <summary>The streams that the peer opened, in order; completes when the connection ends.</summary>
    public ChannelReader<SpdyStream> Accepted => _accepted.Reader;

    /// <summary>Cancelled when the connection ended, from either side.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Reads frames until the peer closes, breaks the protocol or the connection is ended here; never throws for any of these.</summary>
    /// <returns>Null, or how the peer broke the protocol.</returns>
    public async Task<string?> RunAsync()
    {
        var reader = PipeReader.Create(_transport, new StreamPipeReaderOptions(leaveOpen: true));
        string? fault = null;
        try
        {
            while (await ReadFrameAsync(reader).ConfigureAwait(false))
            {
                _lastActivity = _time.GetTimestamp();
            }
        }
        catch (SpdyProtocolException e)
        {
            fault = e.Message;
            await TryGoAwayAsync(status: 1).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone or End was called: there is nobody left to tell.
        }
        finally
        {
            End();
            await reader.CompleteAsync().ConfigureAwait(false);
            CloseStreams();
        }

        return fault;
    }

    /// <summary>Announces the end, then reads on for at most <paramref name="linger"/> so that the peer can take what was sent.</summary>
    /// <remarks>Closing a socket with unread data makes the kernel drop what the peer has not read yet, such as the exit code.</remarks>
    public async Task FinishAsync(Task running, TimeSpan linger)
    {
        await TryGoAwayAsync(status: 0).ConfigureAwait(false);
        try
        {
            await running.WaitAsync(linger, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            End();
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the connection at once.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            _ended.Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await _idle.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    internal async ValueTask WriteDataAsync(SpdyStream stream, ReadOnlyMemory<byte> data, bool isLast, CancellationToken cancellationToken)
    {
        do
        {
            var count = Math.Min(data.Length, MaxDataFrame);
            if (count > 0)
            {
                count = await ReserveAsync(stream, count, cancellationToken).ConfigureAwait(false);
            }

            var chunk = data[..count];
            data = data[count..];
            var isFin = isLast && data.IsEmpty;
            if (isFin && !TryCloseLocal(stream))
            {
                return;
            }

            if (count > 0 || isFin)
            {
                await _writer.WriteDataAsync(stream.Id, chunk, isFin, cancellationToken).ConfigureAwait(false);
            }
        }
        while (!data.IsEmpty);
    }

    internal ValueTask GrantAsync(int streamId, int bytes) => _writer.TryGrantAsync(streamId, bytes);

    /// <summary>The owner is through with the stream: what this side still owes is sent, what comes in is dropped.</summary>
    internal async ValueTask ReleaseAsync(SpdyStream stream)
    {
        try
        {
            if (TryCloseLocal(stream))
            {
                await _writer.WriteDataAsync(stream.Id, ReadOnlyMemory<byte>.Empty, isFin: true, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection ended first.
        }

        lock (_gate)
        {
            _streams.Remove(stream.Id);
        }
    }

    private async ValueTask<bool> ReadFrameAsync(PipeReader reader)
    {
        var result = await reader.ReadAtLeastAsync(SpdyFrameHeader.Size, _ended.Token).ConfigureAwait(false);
        if (result.Buffer.Length < SpdyFrameHeader.Size)
        {
            return false;
        }

        var bytes = new byte[SpdyFrameHeader.Size];
        var head = result.Buffer.Slice(0, SpdyFrameHeader.Size);
        head.CopyTo(bytes);
        reader.AdvanceTo(head.End);
        var header = SpdyFrameHeader.Parse(bytes);
        if (header.Type == SpdyFrameType.Data)
        {
            return await ReadDataAsync(reader, header).ConfigureAwait(false);
        }

        if (header.Length > _options.MaxControlFrameBytes)
        {
            throw new SpdyProtocolException($"a control frame of {header.Length} bytes is over the limit of {_options.MaxControlFrameBytes}");
        }

        if (header.Length == 0)
        {
            await HandleControlAsync(header, []).ConfigureAwait(false);
            return true;
        }

        result = await reader.ReadAtLeastAsync(header.Length, _ended.Token).ConfigureAwait(false);
        if (result.Buffer.Length < header.Length)
        {
            return false;
        }

        var body = result.Buffer.Slice(0, header.Length);
        var payload = body.ToArray();
        reader.AdvanceTo(body.End);
        await HandleControlAsync(header, payload).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> ReadDataAsync(PipeReader reader, SpdyFrameHeader header)
    {
        SpdyStream? stream;
        bool wasSeen;
        lock (_gate)
        {
            _streams.TryGetValue(header.StreamId, out stream);
            wasSeen = header.StreamId != 0 && header.StreamId <= _lastStreamId;
        }

        var left = header.Length;
        while (left > 0)
        {
            var result = await reader.ReadAsync(_ended.Token).ConfigureAwait(false);
            if (result.Buffer.IsEmpty && result.IsCompleted)
            {
                return false;
            }

            var part = result.Buffer.Slice(0, Math.Min(left, result.Buffer.Length));
            left -= (int)part.Length;
            _receivedButNotGranted += (int)part.Length;
            if (stream is { IsRemoteClosed: false })
            {
                await stream.ReceiveAsync(part, _ended.Token).ConfigureAwait(false);
            }

            reader.AdvanceTo(part.End);
        }

        if (_receivedButNotGranted >= InitialWindow / 2)
        {
            var grant = _receivedButNotGranted;
            _receivedButNotGranted = 0;
            await _writer.TryGrantAsync(streamId: 0, grant).ConfigureAwait(false);
        }

        if (stream is null && !wasSeen)
        {
            await _writer.TryResetAsync(header.StreamId, SpdyResetCode.InvalidStream).ConfigureAwait(false);
        }
        else if (stream is not null && header.IsFin)
        {
            CloseRemote(stream);
        }

        return true;
    }

    private async ValueTask HandleControlAsync(SpdyFrameHeader header, byte[] payload)
    {
        switch (header.Type)
        {
            case SpdyFrameType.SynStream:
                await OpenAsync(header, payload).ConfigureAwait(false);
                break;
            case SpdyFrameType.SynReply: // This side opens no streams, yet the block must pass through the shared inflater.
            case SpdyFrameType.Headers:
                Require(header, payload, 4);
                _decoder.Decode(payload.AsSpan(4));
                if (header.IsFin && Find(payload) is { } ending)
                {
                    CloseRemote(ending);
                }

                break;
            case SpdyFrameType.RstStream:
                Require(header, payload, 8);
                if (Find(payload) is { } reset)
                {
                    Reset(reset);
                }

                break;
            case SpdyFrameType.Settings:
                ApplySettings(header, payload);
                break;
            case SpdyFrameType.Ping:
                Require(header, payload, 4);
                if ((payload[3] & 1) == 1) // The client's own are odd; even ones would answer pings of this side, which sends none.
                {
                    await _writer.TryPingAsync(payload[..4]).ConfigureAwait(false);
                }

                break;
            case SpdyFrameType.GoAway:
                lock (_gate)
                {
                    _isGoingAway = true;
                }

                break;
            case SpdyFrameType.WindowUpdate:
                Require(header, payload, 8);
                await WidenAsync(payload).ConfigureAwait(false);
                break;
            default: // The specification lets unknown frames pass.
                break;
        }
    }

    private async ValueTask OpenAsync(SpdyFrameHeader header, byte[] payload)
    {
        Require(header, payload, 10);
        var id = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFFFFFF);
        var headers = _decoder.Decode(payload.AsSpan(10));
        SpdyStream? stream = null;
        SpdyResetCode refusal = default;
        lock (_gate)
        {
            if (id % 2 == 0 || id <= _lastStreamId)
            {
                refusal = _streams.ContainsKey(id) ? SpdyResetCode.StreamInUse : SpdyResetCode.ProtocolError;
            }
            else if (_isGoingAway || _streams.Count >= _options.MaxStreams)
            {
                (_lastStreamId, refusal) = (id, SpdyResetCode.RefusedStream);
            }
            else
            {
                _lastStreamId = id;
                stream = new SpdyStream(this, id, headers, _options.StreamBufferBytes) { SendWindow = _initialWindow };
            }
        }

        if (stream is null || !_accept(headers))
        {
            await _writer.TryResetAsync(id, stream is null ? refusal : SpdyResetCode.RefusedStream).ConfigureAwait(false);
            return;
        }

        lock (_gate)
        {
            _streams[id] = stream;
        }

        await _writer.AcceptAsync(id).ConfigureAwait(false);
        if (header.IsFin)
        {
            CloseRemote(stream);
        }

        _accepted.Writer.TryWrite(stream);
    }

    private void ApplySettings(SpdyFrameHeader header, byte[] payload)
    {
        Require(header, payload, 4);
        var count = BinaryPrimitives.ReadUInt32BigEndian(payload);
        if (count > (payload.Length - 4) / 8)
        {
            throw new SpdyProtocolException($"a SETTINGS frame of {payload.Length} bytes cannot hold {count} entries");
        }

        for (var i = 0; i < count; i++)
        {
            var entry = payload.AsSpan(4 + (8 * i), 8);
            if ((BinaryPrimitives.ReadUInt32BigEndian(entry) & 0xFFFFFF) == SettingInitialWindowSize)
            {
                var size = BinaryPrimitives.ReadUInt32BigEndian(entry[4..]) & 0x7FFFFFFF;
                lock (_gate)
                {
                    foreach (var stream in _streams.Values)
                    {
                        stream.SendWindow += size - _initialWindow;
                    }

                    (_initialWindow, _peerGrantsStreams) = (size, true);
                    WakeWriters();
                }
            }
        }
    }

    private async ValueTask WidenAsync(byte[] payload)
    {
        var id = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFFFFFF);
        var delta = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4)) & 0x7FFFFFFF;
        SpdyStream? overrun = null;
        lock (_gate)
        {
            if (id == 0)
            {
                _peerGrantsSession = true;
                _sessionWindow += delta;
                if (_sessionWindow > int.MaxValue)
                {
                    throw new SpdyProtocolException("the window of the connection is over 2^31 - 1 bytes");
                }
            }
            else if (_streams.TryGetValue(id, out var stream))
            {
                _peerGrantsStreams = true;
                stream.SendWindow += delta;
                overrun = stream.SendWindow > int.MaxValue ? stream : null;
            }

            WakeWriters();
        }

        if (overrun is not null)
        {
            Reset(overrun);
            await _writer.TryResetAsync(id, SpdyResetCode.FlowControlError).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> ReserveAsync(SpdyStream stream, int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (stream.IsReset || stream.IsLocalClosed || _ended.IsCancellationRequested)
                {
                    throw new IOException($"stream {stream.Id} is closed");
                }

                var room = (long)wanted;
                room = _peerGrantsStreams ? Math.Min(room, stream.SendWindow) : room;
                room = _peerGrantsSession ? Math.Min(room, _sessionWindow) : room;
                if (room > 0)
                {
                    stream.SendWindow -= room;
                    _sessionWindow -= room;
                    return (int)room;
                }

                changed = _windowsChanged.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask TryGoAwayAsync(int status)
    {
        int last;
        lock (_gate)
        {
            _isGoingAway = true;
            last = _lastStreamId;
        }

        return _writer.TryGoAwayAsync(last, status);
    }

    private bool TryCloseLocal(SpdyStream stream)
    {
        lock (_gate)
        {
            if (stream.IsLocalClosed || stream.IsReset || _ended.IsCancellationRequested)
            {
                return false;
            }

            stream.IsLocalClosed = true;
            return true;
        }
    }

    private void CloseRemote(SpdyStream stream)
    {
        lock (_gate)
        {
            if (stream.IsRemoteClosed)
            {
                return;
            }

            stream.IsRemoteClosed = true;
        }

        stream.EndInbound();
    }

    private void Reset(SpdyStream stream)
    {
        lock (_gate)
        {
            stream.IsReset = true;
            WakeWriters();
        }

        CloseRemote(stream);
    }

    private SpdyStream? Find(byte[] payload)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault((int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFFFFFF));
        }
    }

    private void CloseStreams()
    {
        SpdyStream[] open;
        lock (_gate)
        {
            open = [.. _streams.Values];
        }

        foreach (var stream in open)
        {
            Reset(stream);
        }

        lock (_gate)
        {
            WakeWriters();
        }

        _accepted.Writer.TryComplete();
    }

    private void WakeWriters()
    {
        _windowsChanged.TrySetResult();
        _windowsChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void EndIfIdle()
    {
        if (_time.GetElapsedTime(_lastActivity) >= _options.IdleTimeout)
        {
            End();
        }
    }

    private static void Require(SpdyFrameHeader header, byte[] payload, int bytes)
    {
        if (payload.Length < bytes)
        {
            throw new SpdyProtocolException($"a {header.Type} frame of {payload.Length} bytes is shorter than {bytes}");
        }
    }
}
