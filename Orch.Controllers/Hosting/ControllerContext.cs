using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Client.Reconciling;

namespace Orch.Controllers.Hosting;

/// <summary>What one controller works with: its own identity for writes, the shared informers for reads.</summary>
internal sealed class ControllerContext(string name, IClusterClient client, IInformerFactory informers, IEventRecorder events, ControllersOptions options, TimeProvider time, ILogger logger)
{
    private readonly List<ControllerLoop> _loops = [];

    /// <summary>One of <see cref="ControllerNames"/>.</summary>
    public string Name => name;

    /// <summary>Acts as the controller's service account.</summary>
    public IClusterClient Client => client;

    public IEventRecorder Events => events;

    public ControllersOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public IReadOnlyList<ControllerLoop> Loops => _loops;

    /// <summary>For kinds that are known at run time alone.</summary>
    public IInformerFactory Informers => informers;

    public IInformer<T> Informer<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => informers.Informer<T>();

    public ControllerLoop Loop(string loopName, IReconciler reconciler, int? workers = null)
    {
        var settings = new ControllerOptions { Workers = workers ?? (options.Workers.TryGetValue(name, out var count) ? count : 5), ResyncPeriod = options.ResyncPeriod };
        var loop = new ControllerLoop(loopName, reconciler, time, logger, settings);
        _loops.Add(loop);
        return loop;
    }
}
