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

/// <summary>A watch: every line is an event (JSON holds no line feed of its own).</summary>
internal sealed class WatchAnswer(Action<int> arrived, Action ended) : IAnswer
{
    public int Events { get; private set; }

    public long Bytes { get; private set; }

    public void Body(ReadOnlySpan<byte> part)
    {
        var events = part.Count((byte)'\n');
        Bytes += part.Length;
        Events += events;
        if (events > 0) { arrived(events); }
    }

    public void End() => ended();
}
