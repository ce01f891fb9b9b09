using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>What stored pods may keep although new ones may not have it, and whose mirror a pod is.</summary>
/// <param name="IsMirror">It mirrors a pod that a node has by itself.</param>
/// <param name="RestartsInits">Containers that run once may ask for a restart when they are resized.</param>
/// <param name="MapsDevices">Users of its own beside block devices.</param>
internal readonly record struct PodLeniency(bool IsMirror, bool RestartsInits, bool MapsDevices)
{
    /// <summary>Of a pod.</summary>
    public static PodLeniency Of(V1Pod pod, V1PodSpec? old)
        => new(pod.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") == true, old is not null && AsksForRestart(old), old is { HostUsers: false } && HasDevices(old));

    private static bool AsksForRestart(V1PodSpec spec)
    {
        foreach (var container in spec.InitContainers ?? [])
        {
            if (container.RestartPolicy != "Always" && container.ResizePolicy?.Any(static policy => policy.RestartPolicy == "RestartContainer") == true) { return true; }
        }

        return false;
    }

    private static bool HasDevices(V1PodSpec spec)
        => spec.Containers?.Any(static container => container.VolumeDevices is { Count: > 0 }) == true
            || spec.InitContainers?.Any(static container => container.VolumeDevices is { Count: > 0 }) == true
            || spec.EphemeralContainers?.Any(static container => container.VolumeDevices is { Count: > 0 }) == true;
}
