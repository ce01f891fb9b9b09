using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Pods;
using Orch.Runtime;

namespace Orch.Kubelet.Server;

/// <summary>Finds pods, sandboxes and containers by what stands in request paths.</summary>
internal sealed class PodLookup(PodWorkers workers, IContainerRuntime runtime, IOptions<KubeletOptions> options)
{
    public V1Pod? Pod(string space, string name)
        => workers.Pods.Where(p => p.Metadata.NamespaceProperty == space && p.Metadata.Name == name)
            .OrderByDescending(static p => p.Metadata.CreationTimestamp).FirstOrDefault();

    /// <summary>All instances of a container, the newest first.</summary>
    public async Task<IReadOnlyList<ContainerStatus>> ContainersAsync(V1Pod pod, string name, CancellationToken cancellationToken)
    {
        var labels = Labels(pod);
        labels[RuntimeLabels.ContainerName] = name;
        var found = await runtime.ListContainersAsync(labels, cancellationToken).ConfigureAwait(false);
        return [.. found.OrderByDescending(static c => c.Attempt).ThenByDescending(static c => c.CreatedAt)];
    }

    public async Task<SandboxStatus?> SandboxAsync(V1Pod pod, CancellationToken cancellationToken)
        => (await runtime.ListSandboxesAsync(Labels(pod), cancellationToken).ConfigureAwait(false)).Where(static s => s.IsReady).MaxBy(static s => s.Attempt);

    private Dictionary<string, string> Labels(V1Pod pod) => new()
    {
        [RuntimeLabels.PodUid] = pod.Metadata.Uid,
        [RuntimeLabels.Node] = options.Value.NodeName,
    };
}
