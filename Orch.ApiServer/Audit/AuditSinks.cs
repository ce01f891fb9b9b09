using Orch.ApiServer.Hosting;

namespace Orch.ApiServer.Audit;

/// <summary>The sinks that the options ask for.</summary>
internal sealed class AuditSinks(LogFileSink? log, WebhookSink? webhook) : IBackgroundLoop, IDisposable
{
    /// <summary>Those that there are.</summary>
    public IEnumerable<IAuditSink> All
    {
        get
        {
            if (log is not null) { yield return log; }
            if (webhook is not null) { yield return webhook; }
        }
    }

    /// <inheritdoc />
    public Task RunAsync(CancellationToken cancellationToken) => webhook?.RunAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        log?.Dispose();
        webhook?.Dispose();
    }
}
