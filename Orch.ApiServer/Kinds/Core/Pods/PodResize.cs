using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>Changing what a pod's containers get while they run.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/</remarks>
internal static class PodResize
{
    /// <summary>Takes resources and resize policies from the new pod, by containers' names, and everything else from the old.</summary>
    public static void Prepare(V1Pod value, V1Pod old)
    {
        value.Metadata = old.Metadata with { ResourceVersion = value.Metadata.ResourceVersion };
        value.Spec = old.Spec with
        {
            Containers = With(old.Spec.Containers, value.Spec?.Containers),
            InitContainers = With(old.Spec.InitContainers, value.Spec?.InitContainers),
            Resources = value.Spec?.Resources,
        };
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    private static IList<V1Container>? With(IList<V1Container>? old, IList<V1Container>? now)
    {
        if (old is not { Count: > 0 } || now is not { Count: > 0 }) { return old; }
        return [.. old.Select(container => now.FirstOrDefault(other => other.Name == container.Name) is { } wanted ? container with { Resources = wanted.Resources, ResizePolicy = wanted.ResizePolicy } : container)];
    }
}
