namespace Orch.Runtime;

/// <summary>Tells at once what happens to containers.</summary>
public interface IRuntimeEvents
{
    /// <summary>Streams events from now on, of containers and sandboxes that this runtime made.</summary>
    /// <remarks>Events may be lost when the stream breaks (it then ends or throws): who reads them also lists periodically.</remarks>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.Unavailable"/>: the stream broke; subscribe anew.</exception>
    IAsyncEnumerable<RuntimeEvent> WatchEventsAsync(CancellationToken cancellationToken);
}

/// <summary>What happened.</summary>
public enum RuntimeEventKind
{
    /// <summary>The process runs.</summary>
    Started,

    /// <summary>The process is gone.</summary>
    Died,

    /// <summary>The kernel killed something in it for memory; a <see cref="Died"/> may follow.</summary>
    OutOfMemory,

    /// <summary>It does not exist any more.</summary>
    Removed,
}

/// <summary>Something happened to a container or sandbox.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">The engine's id of the container; of the sandbox where <see cref="IsSandbox"/>.</param>
/// <param name="At">When.</param>
/// <param name="Labels">As given on creation; tell whose it is.</param>
public sealed record RuntimeEvent(RuntimeEventKind Kind, string Id, DateTimeOffset At, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>It is about a sandbox, not a container.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>With <see cref="RuntimeEventKind.Died"/>, where the engine tells.</summary>
    public int? ExitCode { get; init; }
}
