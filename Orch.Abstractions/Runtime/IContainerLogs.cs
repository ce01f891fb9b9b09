namespace Orch.Runtime;

/// <summary>What containers have written.</summary>
public interface IContainerLogs
{
    /// <summary>Streams a container's output, oldest first, of both streams in order; works on exited containers until they are removed.</summary>
    /// <returns>Ends at the log's present end, or with <see cref="LogRequest.Follow"/> when the container has ended and all is delivered.</returns>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotFound"/>.</exception>
    IAsyncEnumerable<LogEntry> ReadLogsAsync(ContainerId id, LogRequest request, CancellationToken cancellationToken);
}

/// <summary>Which part of a log.</summary>
public sealed record LogRequest
{
    /// <summary>Stay and deliver what is written later.</summary>
    public bool Follow { get; init; }

    /// <summary>Only the last so many lines; null for all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Nothing written before; null for all.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A piece of output, by custom one line.</summary>
/// <param name="Timestamp">When the engine took it in; to the nanosecond where <see cref="NanosecondsText"/> is set.</param>
/// <param name="IsError">From standard error.</param>
/// <param name="Content">With its newline, if it has one; valid until the next entry is asked for.</param>
public readonly record struct LogEntry(DateTimeOffset Timestamp, bool IsError, ReadOnlyMemory<byte> Content)
{
    /// <summary>The engine's own RFC 3339 text of the time, where it is finer than <see cref="Timestamp"/>.</summary>
    public string? NanosecondsText { get; init; }
}
