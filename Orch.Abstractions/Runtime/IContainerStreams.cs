using System.Threading.Channels;

namespace Orch.Runtime;

/// <summary>Talks to what runs in containers.</summary>
public interface IContainerStreams
{
    /// <summary>Runs a command to its end and keeps its output, for probes and hooks.</summary>
    /// <param name="timeout">After it the command is killed where the engine can.</param>
    /// <returns>Output beyond 64 KiB a stream is cut off.</returns>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.Timeout"/>; <see cref="RuntimeErrorCode.NotRunning"/>; <see cref="RuntimeErrorCode.NotFound"/>.</exception>
    Task<ExecResult> ExecuteAsync(ContainerId id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Runs a command with live streams.</summary>
    /// <returns>Its exit code, once it has ended and all its output has been written. A command that cannot be found counts as 126 or 127, as in a shell.</returns>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotRunning"/>; <see cref="RuntimeErrorCode.NotFound"/>.</exception>
    Task<int> ExecuteInteractiveAsync(ContainerId id, IReadOnlyList<string> command, TerminalStreams streams, CancellationToken cancellationToken);

    /// <summary>Connects to the container's main process; output from before is not replayed.</summary>
    /// <returns>When the process ends or the client's input ends and no output is wanted.</returns>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotRunning"/>; <see cref="RuntimeErrorCode.NotFound"/>.</exception>
    Task AttachAsync(ContainerId id, TerminalStreams streams, CancellationToken cancellationToken);

    /// <summary>Opens a TCP connection to a port inside the sandbox's network namespace, on its loopback address.</summary>
    /// <returns>A duplex stream, <see cref="IHalfClosable"/> where the runtime can; its disposal closes the connection.</returns>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotRunning"/>; <see cref="RuntimeErrorCode.Unavailable"/>: connection refused, in the words of the kernel.</exception>
    Task<Stream> ConnectPortAsync(SandboxId id, int port, CancellationToken cancellationToken);
}

/// <summary>A command that ran to its end.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="ErrorOutput">Standard error.</param>
public sealed record ExecResult(int ExitCode, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> ErrorOutput);

/// <summary>The client's ends of a command's streams; null means not wanted. The runtime does not dispose them.</summary>
public sealed record TerminalStreams
{
    /// <summary>Read by the runtime; its end closes the command's input.</summary>
    public Stream? Input { get; init; }

    /// <summary>Written by the runtime.</summary>
    public Stream? Output { get; init; }

    /// <summary>Written by the runtime; stays silent with a terminal, where everything goes to <see cref="Output"/>.</summary>
    public Stream? ErrorOutput { get; init; }

    /// <summary>Give the command a terminal (exec); the container has one (attach).</summary>
    public bool HasTty { get; init; }

    /// <summary>New sizes of the client's window; null without a terminal.</summary>
    public ChannelReader<TerminalSize>? Resizes { get; init; }
}

/// <summary>A window's size in characters.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct TerminalSize(int Width, int Height);
