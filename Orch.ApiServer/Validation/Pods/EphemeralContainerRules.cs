using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for adding debugging containers to a pod that exists.</summary>
internal static class EphemeralContainerRules
{
    private static readonly FieldPath Annotations = FieldPath.Of("metadata").Child("annotations");
    private static readonly FieldPath Containers = FieldPath.Of("spec").Child("ephemeralContainers");

    /// <summary>New ones may come; those that are there stay as they are.</summary>
    public static void ValidateUpdate(V1Pod pod, V1Pod old, FieldErrors errors)
    {
        PodRules.Validate(pod, old.Spec, errors);
        PodAnnotationRules.ValidateUpdate(pod, old, Annotations, errors);
        if (old.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") == true)
        {
            errors.Clear();
            errors.Forbidden(FieldPath.Of(string.Empty), "static pods do not support ephemeral containers");
            return;
        }

        foreach (var before in old.Spec.EphemeralContainers ?? [])
        {
            var now = pod.Spec.EphemeralContainers?.FirstOrDefault(container => container.Name == before.Name);
            if (now is null) { errors.Forbidden(Containers, $"existing ephemeral containers \"{before.Name}\" may not be removed\n"); }
            else if (!ContentEquality.Same(now, before)) { errors.Forbidden(Containers, $"existing ephemeral containers \"{before.Name}\" may not be changed\n{ContentDiff.Of(now, before)}"); }
        }
    }
}
