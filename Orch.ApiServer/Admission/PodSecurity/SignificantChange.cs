using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Whether an update of a pod changes anything that is checked: images, seccomp annotations, new containers.</summary>
internal static class SignificantChange
{
    private const string PodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
    private const string ContainerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

    public static bool Between(V1Pod now, V1Pod old)
    {
        if (Annotation(now, PodAnnotation) != Annotation(old, PodAnnotation)) { return true; }
        return Differ(now, old, now.Spec.Containers, old.Spec.Containers) || Differ(now, old, now.Spec.InitContainers, old.Spec.InitContainers)
            || (now.Spec.EphemeralContainers ?? []).Any(item =>
                (old.Spec.EphemeralContainers ?? []).FirstOrDefault(other => other.Name == item.Name) is not { } before || Differ(now, old, item.Name, item.Image, before.Image));
    }

    private static bool Differ(V1Pod now, V1Pod old, IList<V1Container>? left, IList<V1Container>? right)
    {
        if ((left?.Count ?? 0) != (right?.Count ?? 0)) { return true; }
        for (var index = 0; index < (left?.Count ?? 0); index++)
        {
            if (Differ(now, old, left![index].Name, left[index].Image, right![index].Image)) { return true; }
        }

        return false;
    }

    private static bool Differ(V1Pod now, V1Pod old, string name, string? image, string? oldImage)
        => image != oldImage || Annotation(now, ContainerAnnotation + name) != Annotation(old, ContainerAnnotation + name);

    private static string? Annotation(V1Pod pod, string key) => pod.Metadata?.Annotations?.TryGetValue(key, out var value) == true ? value : null;
}
