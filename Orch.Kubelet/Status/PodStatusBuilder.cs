using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Status;

/// <summary>Makes a pod's status from what runs; pure.</summary>
internal static class PodStatusBuilder
{
    public static V1PodStatus Build(V1Pod pod, PodRuntimeState state, PodStatusInputs inputs)
    {
        var previous = pod.Status;
        var init = ContainerStatuses.Build(pod, pod.InitContainers(), previous?.InitContainerStatuses, state, inputs);
        var apps = ContainerStatuses.Build(pod, pod.Spec.Containers, previous?.ContainerStatuses, state, inputs);
        var ephemeral = ContainerStatuses.Build(pod, pod.EphemeralContainers(), previous?.EphemeralContainerStatuses, state, inputs);
        var status = new V1PodStatus
        {
            Phase = inputs.Failure is not null ? PodPhase.Failed : PodPhase.Of(pod, init, apps, inputs.IsTerminal),
            Reason = inputs.Failure?.Reason,
            Message = inputs.Failure?.Message,
            InitContainerStatuses = init.Count > 0 ? init : null,
            ContainerStatuses = apps,
            EphemeralContainerStatuses = ephemeral.Count > 0 ? ephemeral : null,
            StartTime = previous?.StartTime ?? inputs.Now,
            QosClass = QualityOfService.Of(pod),
            ObservedGeneration = pod.Metadata.Generation,
            NominatedNodeName = previous?.NominatedNodeName,
            ResourceClaimStatuses = previous?.ResourceClaimStatuses,
            Resize = previous?.Resize,
        };

        if (inputs.Failure is not null && state.Containers.Count == 0 && previous?.ContainerStatuses is null)
        {
            // Nothing of it ever began.
            (status.InitContainerStatuses, status.ContainerStatuses, status.EphemeralContainerStatuses) = (null, null, null);
        }

        // A phase never leaves a final one.
        if (previous?.Phase is PodPhase.Failed or PodPhase.Succeeded)
        {
            (status.Phase, status.Reason, status.Message) = (previous.Phase, previous.Reason, previous.Message);
        }

        if (inputs.HostAddresses.Count > 0)
        {
            status.HostIP = inputs.HostAddresses[0];
            status.HostIPs = [.. inputs.HostAddresses.Select(static a => new V1HostIP { Ip = a })];
        }

        var addresses = pod.IsHostNetwork() ? inputs.HostAddresses : inputs.PodAddresses;
        if (addresses.Count > 0)
        {
            status.PodIP = addresses[0];
            status.PodIPs = [.. addresses.Select(static a => new V1PodIP { Ip = a })];
        }
        else if (inputs.IsTerminal)
        {
            (status.PodIP, status.PodIPs) = (previous?.PodIP, previous?.PodIPs);
        }

        status.Conditions = PodConditions.Build(pod, status, !inputs.IsTerminal && state.ReadySandbox is not null && (addresses.Count > 0), inputs.Now);
        return status;
    }
}
