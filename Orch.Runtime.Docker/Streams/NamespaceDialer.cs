using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Orch.Runtime.Docker.Streams;

/// <summary>Opens TCP connections on the loopback address of another network namespace.</summary>
/// <remarks>A socket belongs to the namespace it was made in, wherever it is used later: only its making needs a thread inside.</remarks>
internal static partial class NamespaceDialer
{
    private const int NetworkNamespace = 0x40000000; // CLONE_NEWNET
    private static readonly IPAddress[] Loopbacks = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <param name="namespacePath">Such as <c>/proc/1234/ns/net</c>; null for this process's own.</param>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.Unavailable"/>: refused, or the namespace cannot be entered.</exception>
    public static async Task<Stream> ConnectAsync(string? namespacePath, int port, CancellationToken cancellationToken)
    {
        SocketException? refusal = null;
        foreach (var address in Loopbacks)
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            {
                continue;
            }

            var socket = namespacePath is null ? Create(address.AddressFamily) : await CreateInsideAsync(namespacePath, address.AddressFamily).ConfigureAwait(false);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
                return new PortStream(socket);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                refusal ??= e;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }

        throw new RuntimeException(RuntimeErrorCode.Unavailable, $"dial tcp 127.0.0.1:{port}: {refusal?.Message}", refusal);
    }

    private static Socket Create(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    // On a thread of its own, which ends with it: one from the pool would carry the namespace on to strangers.
    private static Task<Socket> CreateInsideAsync(string namespacePath, AddressFamily family)
    {
        var created = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(namespacePath);
                if (EnterNamespace((int)handle.DangerousGetHandle(), NetworkNamespace) != 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} (needs CAP_SYS_ADMIN)");
                }

                created.SetResult(Create(family));
            }
            catch (Exception e)
            {
                created.SetException(new RuntimeException(
                    RuntimeErrorCode.Unavailable, $"the pod's network namespace {namespacePath} cannot be entered: {e.Message}", e));
            }
        })
        {
            IsBackground = true,
            Name = "orch-namespace-dial",
        };
        thread.Start();
        return created.Task;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EnterNamespace(int handle, int kind);
}
