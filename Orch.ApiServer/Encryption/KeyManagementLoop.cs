using Orch.ApiServer.Hosting;

namespace Orch.ApiServer.Encryption;

/// <summary>Asks each key management for its key, so that a new one is taken up though nobody writes, and its health is known.</summary>
internal sealed class KeyManagementLoop(EncryptionChains chains, TimeProvider time) : IBackgroundLoop
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (chains.IsEmpty) { return; }
        while (true)
        {
            var isSound = true;
            foreach (var envelope in chains.Envelopes)
            {
                try { await envelope.ProbeAsync(cancellationToken).ConfigureAwait(false); }
                catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // The health check tells it.
                    isSound = false;
                }
            }

            await Task.Delay(isSound ? Interval : RetryInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
