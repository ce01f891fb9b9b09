using System.Threading.Channels;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Streams;

/// <summary>Carries bytes between a client and a process.</summary>
internal static class ProcessStreams
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Copies until the process has ended and all its output is written; what is still typed then is dropped.</summary>
    /// <param name="connection">
    /// Told of the input's end only where <paramref name="canEndInput"/>: the engine otherwise takes it for a detaching client and sends no more output.
    /// </param>
    /// <param name="resizeAsync">Sets the size of the process's terminal.</param>
    public static async Task RunAsync(
        HijackedConnection connection, TerminalStreams streams, bool canEndInput, Func<TerminalSize, CancellationToken, Task> resizeAsync, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var input = streams.Input is { } source ? PumpInputAsync(connection, source, canEndInput, done.Token) : null;
        var resizes = streams is { HasTty: true, Resizes: { } sizes } ? PumpResizesAsync(sizes, resizeAsync, done.Token) : Task.CompletedTask;
        try
        {
            if (streams.Output is null && streams.ErrorOutput is null && input is not null && !canEndInput)
            {
                await input.ConfigureAwait(false);
                return;
            }

            await PumpOutputAsync(connection, streams, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(input ?? Task.CompletedTask, resizes).ConfigureAwait(false);
        }
    }

    private static async Task PumpOutputAsync(HijackedConnection connection, TerminalStreams streams, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var (count, isError) = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            if ((isError ? streams.ErrorOutput : streams.Output) is { } target)
            {
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await target.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Never throws: a process that no longer reads, or a client that left, shows on the way back.
    private static async Task PumpInputAsync(HijackedConnection connection, Stream input, bool canEndInput, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await connection.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            if (canEndInput)
            {
                connection.CloseWrite();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private static async Task PumpResizesAsync(
        ChannelReader<TerminalSize> sizes, Func<TerminalSize, CancellationToken, Task> resizeAsync, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var size in sizes.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    await resizeAsync(size, cancellationToken).ConfigureAwait(false);
                }
                catch (RuntimeException)
                {
                    // The process has ended, or not begun yet; a wrong size is no reason to end a session.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
        }
    }
}
