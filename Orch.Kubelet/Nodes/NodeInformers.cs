using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Informers;

namespace Orch.Kubelet.Nodes;

/// <summary>The live copies that the agent works from: its own pods, its own node, all services.</summary>
internal sealed class NodeInformers : IAsyncDisposable
{
    private readonly InformerFactory _factory;

    public NodeInformers(IClusterClient client, IOptions<KubeletOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _factory = new InformerFactory(client, time, loggers);
        Pods = _factory.Informer<V1Pod>(new ListRequest { FieldSelector = $"spec.nodeName={options.Value.NodeName}" });
        Node = _factory.Informer<V1Node>(new ListRequest { FieldSelector = $"metadata.name={options.Value.NodeName}" });
        Services = _factory.Informer<V1Service>();
    }

    public IInformer<V1Pod> Pods { get; }

    public IInformer<V1Node> Node { get; }

    public IInformer<V1Service> Services { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _factory.Start();
        await _factory.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _factory.DisposeAsync();
}
