using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Kubelet.Env;
using Orch.Kubelet.Pods;
using Orch.Resources;

namespace Orch.Kubelet.References;

/// <summary>The config maps and secrets of the node's pods.</summary>
internal sealed class ReferencedObjects : IReferencedObjects, IAsyncDisposable
{
    private readonly WatchedObjects<V1ConfigMap> _configMaps;
    private readonly WatchedObjects<V1Secret> _secrets;

    public ReferencedObjects(IClusterClient client, TimeProvider time, ILogger<ReferencedObjects> logger)
    {
        _configMaps = new(client.Resource<V1ConfigMap>(), time, logger, uid => Changed?.Invoke(uid));
        _secrets = new(client.Resource<V1Secret>(), time, logger, uid => Changed?.Invoke(uid));
    }

    /// <summary>Called with the uid of each pod that refers to an object which changed.</summary>
    public event Action<string>? Changed;

    public void Retain(V1Pod pod)
    {
        _configMaps.Retain(pod.Metadata.Uid, PodReferences.ConfigMaps(pod));
        _secrets.Retain(pod.Metadata.Uid, PodReferences.Secrets(pod));
    }

    public void Release(string uid)
    {
        _configMaps.Release(uid);
        _secrets.Release(uid);
    }

    public Task<V1ConfigMap?> FindConfigMapAsync(ObjectKey key, CancellationToken cancellationToken) => _configMaps.FindAsync(key, cancellationToken);

    public Task<V1Secret?> FindSecretAsync(ObjectKey key, CancellationToken cancellationToken) => _secrets.FindAsync(key, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _configMaps.DisposeAsync().ConfigureAwait(false);
        await _secrets.DisposeAsync().ConfigureAwait(false);
    }
}
