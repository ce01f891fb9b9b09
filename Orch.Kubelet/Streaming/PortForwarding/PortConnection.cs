using System.Text;
using Orch.Runtime;

namespace Orch.Kubelet.Streaming.PortForwarding;

/// <summary>One forwarded connection: the client's data and error streams, and the application's port.</summary>
internal static class PortConnection
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Copies until the application closes or the client is gone; a failure is told on the error stream. Disposes both streams.</summary>
    public static async Task ForwardAsync(PortForwardTarget target, int port, Stream data, Stream error, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(target, port, data, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client is gone: there is nobody left to tell.
        }
        catch (Exception e) when (e is RuntimeException or IOException or OperationCanceledException or InvalidOperationException)
        {
            await TryTellAsync(error, $"error forwarding port {port} to pod {target.Pod}, uid {target.Uid}: {e.Message}").ConfigureAwait(false);
        }
        finally
        {
            await error.DisposeAsync().ConfigureAwait(false);
            await data.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(PortForwardTarget target, int port, Stream data, CancellationToken cancellationToken)
    {
        var remote = await target.ConnectAsync(port, cancellationToken).ConfigureAwait(false);
        await using (remote.ConfigureAwait(false))
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var upload = UploadAsync(data, remote, done.Token);
            try
            {
                await remote.CopyToAsync(data, BufferBytes, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await done.CancelAsync().ConfigureAwait(false);
                await upload.ConfigureAwait(false);
            }
        }
    }

    // Its failures show on the way back too: an application that stopped reading closes, a client that is gone cancels.
    private static async Task UploadAsync(Stream data, Stream remote, CancellationToken cancellationToken)
    {
        try
        {
            await data.CopyToAsync(remote, BufferBytes, cancellationToken).ConfigureAwait(false);
            if (remote is IHalfClosable halfClosable)
            {
                await halfClosable.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private static async Task TryTellAsync(Stream error, string message)
    {
        try
        {
            await error.WriteAsync(Encoding.UTF8.GetBytes(message), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client did not wait for it.
        }
    }
}
