using Microsoft.Extensions.Options;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Asks the runtime what it has of a pod.</summary>
internal sealed class PodRuntimeReader(IContainerRuntime runtime, IOptions<KubeletOptions> options)
{
    public async Task<PodRuntimeState> ReadAsync(PodRecord record, CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string> { [RuntimeLabels.PodUid] = record.Uid, [RuntimeLabels.Node] = options.Value.NodeName };
        var sandboxes = runtime.ListSandboxesAsync(labels, cancellationToken);
        var listed = await runtime.ListContainersAsync(labels, cancellationToken).ConfigureAwait(false);
        var containers = new List<ContainerStatus>(listed.Count);
        foreach (var entry in listed)
        {
            if (await StatusAsync(record, entry, cancellationToken).ConfigureAwait(false) is { } status) { containers.Add(status); }
        }

        foreach (var id in record.Exited.Keys.Where(id => listed.All(c => c.Id != id)).ToList()) { record.Exited.Remove(id); }
        return PodRuntimeState.From(await sandboxes.ConfigureAwait(false), containers);
    }

    private async Task<ContainerStatus?> StatusAsync(PodRecord record, ContainerStatus entry, CancellationToken cancellationToken)
    {
        if (record.Exited.TryGetValue(entry.Id, out var known)) { return known; }
        try
        {
            var status = await runtime.GetContainerStatusAsync(entry.Id, cancellationToken).ConfigureAwait(false);
            if (status.State == ContainerState.Exited) { record.Exited[status.Id] = status; }
            return status;
        }
        catch (RuntimeException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
