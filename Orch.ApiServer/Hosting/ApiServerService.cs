using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Health;
using Orch.ApiServer.Registry;
using Orch.Client;

namespace Orch.ApiServer.Hosting;

/// <summary>Starts and stops the server: watch cache, first objects, background loops, listener.</summary>
internal sealed partial class ApiServerService(
    IOptions<ApiServerOptions> options, StoreMirror mirror, IEnumerable<IBootstrapStep> steps, IEnumerable<IBackgroundLoop> loops, IEnumerable<IShutdownStep> ends, StartupCheck startup,
    HttpsListener listener, ListenerContainer container, ApiServerEndpoint endpoint, TimeProvider time, ILogger<ApiServerService> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopping = new();
    private Task _loops = Task.CompletedTask;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await mirror.StartAsync(cancellationToken).ConfigureAwait(false);
        // The listener and the first objects take about as long, and need nothing of each other.
        var listening = options.Value.Listens ? Task.Run(() => listener.StartAsync(options.Value, cancellationToken), cancellationToken) : null;
        var ordered = steps.OrderBy(static step => step.Order).ToList();
        var postponed = new List<IBootstrapStep>();
        await RunAsync(ordered.Where(static step => step.Order < IBootstrapStep.Listening), postponed, cancellationToken).ConfigureAwait(false);
        if (listening is not null) { endpoint.Address = await listening.ConfigureAwait(false); }
        await RunAsync(ordered.Where(static step => step.Order >= IBootstrapStep.Listening), postponed, cancellationToken).ConfigureAwait(false);
        // Who may do what is read from the caches: until they have the first objects, nobody but a superuser would be let in.
        await mirror.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        _loops = Task.WhenAll([.. loops.Select(loop => Task.Run(() => RunAsync(loop), CancellationToken.None)), RetryAsync(postponed)]);
        startup.Done();
        if (endpoint.IsListening) { Log.Listening(logger, endpoint.Address); }
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        startup.Leave();
        await LeaveAsync(cancellationToken).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        // Watches end here, so that the listener has only short requests to wait for.
        await mirror.StopAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(DrainTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await listener.StopAsync(both.Token).ConfigureAwait(false);
        await _loops.ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        await container.DisposeAsync().ConfigureAwait(false);
    }

    // A store that does not answer any more must not keep the server from stopping.
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LeaveTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        foreach (var step in ends)
        {
            try { await step.RunAsync(both.Token).ConfigureAwait(false); }
            catch (Exception exception) { Log.NotLeft(logger, step.GetType().Name, exception); }
        }
    }

    // An object that cannot be read keeps back what needs it, not the server.
    private async Task RunAsync(IEnumerable<IBootstrapStep> steps, List<IBootstrapStep> postponed, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            try { await step.RunAsync(cancellationToken).ConfigureAwait(false); }
            catch (ApiException exception) when (StoredObjects.IsUnreadable(exception))
            {
                Log.StepPostponed(logger, step.GetType().Name, exception.Message);
                postponed.Add(step);
            }
        }
    }

    private async Task RetryAsync(List<IBootstrapStep> steps)
    {
        try
        {
            while (steps.Count > 0)
            {
                await Task.Delay(RetryDelay, time, _stopping.Token).ConfigureAwait(false);
                var postponed = new List<IBootstrapStep>();
                await RunAsync(steps, postponed, _stopping.Token).ConfigureAwait(false);
                steps = postponed;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested) { }
        catch (Exception exception) { Log.LoopFailed(logger, nameof(RetryAsync), exception); }
    }

    private async Task RunAsync(IBackgroundLoop loop)
    {
        try { await loop.RunAsync(_stopping.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested) { }
        catch (Exception exception) { Log.LoopFailed(logger, loop.GetType().Name, exception); }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The API server listens on {Address}.")]
        public static partial void Listening(ILogger logger, Uri address);

        [LoggerMessage(4, LogLevel.Warning, "{Step} could not be done before the stop.")]
        public static partial void NotLeft(ILogger logger, string step, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "{Step} is put off, and tried again, for an object that cannot be read: {Fault}")]
        public static partial void StepPostponed(ILogger logger, string step, string fault);

        [LoggerMessage(2, LogLevel.Error, "{Loop} ended by a fault.")]
        public static partial void LoopFailed(ILogger logger, string loop, Exception exception);
    }
}
