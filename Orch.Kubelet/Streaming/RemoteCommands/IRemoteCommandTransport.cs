using k8s.Models;
using Orch.Runtime;

namespace Orch.Kubelet.Streaming.RemoteCommands;

/// <summary>A client's connection to one command, whatever protocol it speaks.</summary>
internal interface IRemoteCommandTransport : IAsyncDisposable
{
    /// <summary>What the client opened.</summary>
    TerminalStreams Streams { get; }

    /// <summary>Cancelled when the client is gone.</summary>
    CancellationToken Ended { get; }

    /// <summary>Ends the output, says how it ended and lets the client close.</summary>
    Task CompleteAsync(V1Status status);
}
