using Microsoft.Extensions.Logging;
using Orch.ApiServer.Hosting;
using Orch.Client;

namespace Orch.ApiServer.Bootstrap;

/// <summary>Brings the first priority levels and flow schemas back when someone deleted or changed them.</summary>
internal sealed partial class FlowControlLoop(FlowControlKeeper keeper, TimeProvider time, ILogger<FlowControlLoop> logger) : IBackgroundLoop
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            try { await keeper.KeepAsync(cancellationToken).ConfigureAwait(false); }
            catch (ApiException exception) { Log.NotKept(logger, exception); }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The objects of flow control could not be looked after; the next minute tries again.")]
        public static partial void NotKept(ILogger logger, Exception exception);
    }
}
