using k8s.Models;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Probes;
using Orch.Kubelet.Status;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Works a pod's status out and hands it on to be written.</summary>
internal sealed class PodStatusReporter(PodStatuses statuses, PodProbes probes, TerminationMessages messages, NodeAddresses addresses, NodeRuntimeInfo info, TimeProvider time)
{
    public V1Pod WithLatest(V1Pod pod) => statuses.WithLatest(pod);

    public async Task PublishAsync(PodRecord record, PodRuntimeState state, bool isTerminal, CancellationToken cancellationToken)
    {
        if (record.IsGone) { return; }

        var words = await messages.ReadAsync(record.Pod, state, cancellationToken).ConfigureAwait(false);
        var pod = statuses.WithLatest(record.Pod);
        var status = PodStatusBuilder.Build(pod, state, new PodStatusInputs
        {
            Now = ContainerStatuses.WholeSeconds(time.GetUtcNow())!.Value,
            Probes = probes,
            Waiting = record.Waiting,
            PodAddresses = record.Addresses,
            HostAddresses = addresses.All,
            RuntimeName = info.RuntimeName,
            IsTerminal = isTerminal,
            Failure = record.Failure,
            TerminationMessage = c => words.GetValueOrDefault(c.Id),
        });
        statuses.Set(pod, status);
    }

    public void Delete(PodRecord record)
    {
        if (!record.IsGone) { statuses.Delete(record.Pod); }
    }

    public void Forget(string uid) => statuses.Forget(uid);
}
