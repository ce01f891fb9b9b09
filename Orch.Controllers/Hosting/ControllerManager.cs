using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Events;
using Orch.Client.Informers;
using Orch.Client.LeaderElection;
using Orch.Client.Reconciling;
using Orch.Resources;

namespace Orch.Controllers.Hosting;

/// <summary>Runs the enabled controllers over one set of informers.</summary>
internal sealed partial class ControllerManager(
    IClusterClientFactory clients, IOptions<ControllersOptions> options, ControllersHealth health, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("Orch.Controllers");
    private readonly List<ControllerLoop> _loops = [];
    private readonly Dictionary<string, EventRecorder> _recorders = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private InformerFactory? _informers;
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Who reads for all of them.</summary>
    public static ClientIdentity Reader { get; } = ClientIdentity.Component("system:kube-controller-manager");

    /// <summary>The loops that run, for tests.</summary>
    public IReadOnlyList<ControllerLoop> Loops => _loops;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _informers = new InformerFactory(clients.CreateClient(Reader), time, loggers);
        var enabled = ControllerCatalog.All.Where(entry => options.Value.IsEnabled(entry.Name)).ToList();
        foreach (var entry in enabled) { Add(entry, _informers); }
        _informers.Start();
        _running = Task.Run(RunAsync, CancellationToken.None);
        Log.Started(_logger, enabled.Count);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        await ReleaseAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) { return; }
        _isDisposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        foreach (var loop in _loops) { await loop.DisposeAsync().ConfigureAwait(false); }
        await ReleaseAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        health.Run();
        try { await (options.Value.LeaderElect ? LeadAsync() : RunLoopsAsync(_stop.Token)).ConfigureAwait(false); }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            health.Stop($"the controllers failed: {exception.Message}");
            throw;
        }

        health.Stop("the controllers have stopped");
    }

    private Task RunLoopsAsync(CancellationToken cancellationToken) => Task.WhenAll(_loops.Select(loop => loop.RunAsync(cancellationToken)));

    // Replicas that do not lead keep their caches warm, so that taking over costs no list.
    private Task LeadAsync()
    {
        var identity = $"{Environment.MachineName}_{Guid.NewGuid():N}";
        var elector = new LeaderElector(clients.CreateClient(Reader), new ObjectKey("kube-system", "kube-controller-manager"), identity, time, _logger);
        return elector.RunAsync(RunLoopsAsync, _stop.Token);
    }

    private void Add(ControllerCatalog.Entry entry, InformerFactory informers)
    {
        var client = clients.CreateClient(ClientIdentity.ServiceAccount("kube-system", entry.ServiceAccount));
        var logger = loggers.CreateLogger($"Orch.Controllers.{entry.Name}");
        // One an identity: events of one moment about one object are told apart by who records them.
        if (!_recorders.TryGetValue(entry.ServiceAccount, out var recorder))
        {
            _recorders[entry.ServiceAccount] = recorder = new EventRecorder(client, new EventSource(entry.ServiceAccount), time, logger);
        }

        var context = new ControllerContext(entry.Name, client, informers, recorder, options.Value, time, logger);
        entry.Make(context);
        _loops.AddRange(context.Loops);
    }

    private async Task ReleaseAsync()
    {
        foreach (var recorder in _recorders.Values) { await recorder.DisposeAsync().ConfigureAwait(false); }
        if (_informers is not null) { await _informers.DisposeAsync().ConfigureAwait(false); }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} controllers run")]
        public static partial void Started(ILogger logger, int count);
    }
}
