using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Logs;

/// <summary>Cuts the engine's log stream into entries: frames, or a terminal's bare lines, each beginning with its time.</summary>
internal sealed class LogEntryReader(PipeReader reader, bool isRaw)
{
    private const int FrameHead = 8;
    private const int MaxEntry = 1024 * 1024;

    /// <returns>Null at the end.</returns>
    public async ValueTask<LogEntry?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryCut(buffer, result.IsCompleted, out var isError, out var piece))
            {
                var entry = Parse(piece.ToArray(), isError);
                reader.AdvanceTo(piece.End);
                return entry;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private bool TryCut(ReadOnlySequence<byte> buffer, bool isLast, out bool isError, out ReadOnlySequence<byte> piece)
    {
        (isError, piece) = (false, default);
        if (isRaw)
        {
            if (buffer.PositionOf((byte)'\n') is { } newline)
            {
                piece = buffer.Slice(0, buffer.GetPosition(1, newline));
                return true;
            }

            piece = buffer;
            return !buffer.IsEmpty && (isLast || buffer.Length >= MaxEntry);
        }

        if (buffer.Length < FrameHead)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[FrameHead];
        buffer.Slice(0, FrameHead).CopyTo(head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        if (length > MaxEntry)
        {
            throw new IOException($"a frame of {length} bytes is no log entry");
        }

        if (buffer.Length < FrameHead + length)
        {
            return false;
        }

        isError = head[0] == 2;
        piece = buffer.Slice(FrameHead, length);
        return true;
    }

    private static LogEntry Parse(byte[] bytes, bool isError)
    {
        var space = bytes.AsSpan().IndexOf((byte)' ');
        if (space is > 0 and < 40 && EngineTime.Parse(Encoding.ASCII.GetString(bytes, 0, space)) is { } time)
        {
            return new LogEntry(time, isError, bytes.AsMemory(space + 1)) { NanosecondsText = Encoding.ASCII.GetString(bytes, 0, space) };
        }

        return new LogEntry(DateTimeOffset.UnixEpoch, isError, bytes);
    }
}
