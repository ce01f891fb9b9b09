using System.Buffers;

namespace Orch.Load.Bench;

/// <summary>Counts the bytes of an answer and tells of its end.</summary>
internal sealed class WholeAnswer(Action<long> ended) : IAnswer
{
    private long _bytes;

    public void Body(ReadOnlySpan<byte> part) => _bytes += part.Length;

    public void End() => ended(_bytes);
}

/// <summary>Keeps an answer, for the few whose content matters.</summary>
internal sealed class TextAnswer : IAnswer
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly TaskCompletionSource<byte[]> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<byte[]> Whole => _whole.Task;

    public void Body(ReadOnlySpan<byte> part) => _text.Write(part);

    public void End() => _whole.TrySetResult(_text.WrittenSpan.ToArray());
}

/// <summary>A watch, whose events are counted.</summary>
internal abstract class WatchAnswer(Action<int> arrived, Action ended) : IAnswer
{
    public int Events { get; private set; }

    public long Bytes { get; private set; }

    public void Body(ReadOnlySpan<byte> part)
    {
        var events = Count(part);
        Bytes += part.Length;
        Events += events;
        if (events > 0) { arrived(events); }
    }

    public void End() => ended();

    /// <summary>How many events end in a part.</summary>
    protected abstract int Count(ReadOnlySpan<byte> part);
}

/// <summary>In JSON every line is an event: JSON holds no line feed of its own.</summary>
internal sealed class JsonWatch(Action<int> arrived, Action ended) : WatchAnswer(arrived, ended)
{
    protected override int Count(ReadOnlySpan<byte> part) => part.Count((byte)'\n');
}

/// <summary>In protobuf four bytes of length stand before every event.</summary>
internal sealed class ProtobufWatch(Action<int> arrived, Action ended) : WatchAnswer(arrived, ended)
{
    private long _left;
    private int _length;
    private int _lengthBytes;

    protected override int Count(ReadOnlySpan<byte> part)
    {
        var events = 0;
        while (!part.IsEmpty)
        {
            if (_left == 0)
            {
                _length = (_length << 8) | part[0];
                part = part[1..];
                if (++_lengthBytes < 4) { continue; }
                (_left, _length, _lengthBytes) = (_length, 0, 0);
                continue;
            }

            var taken = (int)Math.Min(_left, part.Length);
            part = part[taken..];
            _left -= taken;
            if (_left == 0) { events++; }
        }

        return events;
    }
}
