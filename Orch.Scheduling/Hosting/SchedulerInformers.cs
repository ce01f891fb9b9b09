using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Client.Informers;

namespace Orch.Scheduling.Hosting;

/// <summary>The scheduler's view of pods and nodes.</summary>
internal sealed class SchedulerInformers(SchedulerClient client, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly InformerFactory _informers = new(client.Cluster, time, loggers);

    public IInformer<V1Pod> Pods => _informers.Informer<V1Pod>();

    public IInformer<V1Node> Nodes => _informers.Informer<V1Node>();

    public void Start() => _informers.Start();

    public ValueTask DisposeAsync() => _informers.DisposeAsync();
}
