using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Informers;
using Orch.Client.Reconciling;
using Orch.Controllers.Events;

namespace Orch.Controllers.Hosting;

/// <summary>Runs the enabled controllers over one set of informers.</summary>
internal sealed partial class ControllerManager(IClusterClientFactory clients, IOptions<ControllersOptions> options, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("Orch.Controllers");
    private readonly List<ControllerLoop> _loops = [];
    private readonly List<EventRecorder> _recorders = [];
    private InformerFactory? _informers;

    /// <summary>Who reads for all of them.</summary>
    public static ClientIdentity Reader { get; } = ClientIdentity.Component("system:kube-controller-manager");

    /// <summary>The loops that run, for tests.</summary>
    public IReadOnlyList<ControllerLoop> Loops => _loops;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _informers = new InformerFactory(clients.CreateClient(Reader), time, loggers);
        var enabled = ControllerCatalog.All.Where(entry => options.Value.IsEnabled(entry.Name)).ToList();
        foreach (var entry in enabled) { Add(entry, _informers); }
        _informers.Start();
        foreach (var loop in _loops) { await loop.StartAsync(cancellationToken).ConfigureAwait(false); }
        Log.Started(_logger, enabled.Count);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_loops.Select(loop => loop.StopAsync(cancellationToken))).ConfigureAwait(false);
        await ReleaseAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops) { await loop.DisposeAsync().ConfigureAwait(false); }
        await ReleaseAsync().ConfigureAwait(false);
    }

    private void Add(ControllerCatalog.Entry entry, InformerFactory informers)
    {
        var client = clients.CreateClient(ClientIdentity.ServiceAccount("kube-system", entry.ServiceAccount));
        var logger = loggers.CreateLogger($"Orch.Controllers.{entry.Name}");
        var recorder = new EventRecorder(client, entry.ServiceAccount, time, logger);
        _recorders.Add(recorder);
        var context = new ControllerContext(entry.Name, client, informers, recorder, options.Value, time, logger);
        entry.Make(context);
        _loops.AddRange(context.Loops);
    }

    private async Task ReleaseAsync()
    {
        foreach (var recorder in _recorders) { await recorder.DisposeAsync().ConfigureAwait(false); }
        if (_informers is not null) { await _informers.DisposeAsync().ConfigureAwait(false); }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} controllers run")]
        public static partial void Started(ILogger logger, int count);
    }
}
