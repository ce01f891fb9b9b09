using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>What is checked of a container, of whichever sort.</summary>
internal readonly record struct CheckedContainer(
    string Name, V1SecurityContext? Security, IList<V1ContainerPort>? Ports, V1Probe? Liveness, V1Probe? Readiness, V1Probe? Startup, V1Lifecycle? Lifecycle)
{
    /// <summary>All containers of a pod: init, app and ephemeral ones.</summary>
    public static List<CheckedContainer> Of(V1PodSpec spec)
    {
        var all = new List<CheckedContainer>((spec.Containers?.Count ?? 0) + (spec.InitContainers?.Count ?? 0));
        foreach (var item in spec.InitContainers ?? []) { all.Add(Of(item)); }
        foreach (var item in spec.Containers ?? []) { all.Add(Of(item)); }
        foreach (var item in spec.EphemeralContainers ?? [])
        {
            all.Add(new CheckedContainer(item.Name, item.SecurityContext, item.Ports, item.LivenessProbe, item.ReadinessProbe, item.StartupProbe, item.Lifecycle));
        }

        return all;
    }

    private static CheckedContainer Of(V1Container item)
        => new(item.Name, item.SecurityContext, item.Ports, item.LivenessProbe, item.ReadinessProbe, item.StartupProbe, item.Lifecycle);
}
