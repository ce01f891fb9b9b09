using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a pod as a whole.</summary>
internal static class PodRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Annotations = FieldPath.Of("metadata").Child("annotations");

    /// <summary>A new pod.</summary>
    public static void ValidateCreate(V1Pod pod, FieldErrors errors)
    {
        Validate(pod, null, errors);
        if (pod.Spec.EphemeralContainers is { Count: > 0 }) { errors.Forbidden(Spec.Child("ephemeralContainers"), "cannot be set on create"); }
        if (!string.IsNullOrEmpty(pod.Spec.NodeName) && pod.Spec.SchedulingGates is { Count: > 0 })
        {
            errors.Forbidden(Spec.Child("nodeName"), "cannot be set until all schedulingGates have been cleared");
        }

        PodProfileRules.Match(pod.Metadata.Annotations, pod.Spec, Spec, errors);
    }

    /// <summary>A pod, new or changed.</summary>
    public static void Validate(V1Pod pod, V1PodSpec? old, FieldErrors errors)
    {
        var spec = pod.Spec;
        PodAnnotationRules.Validate(pod.Metadata.Annotations, spec, Annotations, errors);
        PodSpecRules.Validate(spec, pod.Metadata.Name, true, Spec, errors, PodLeniency.Of(pod, old));
        if (string.IsNullOrEmpty(spec.ServiceAccountName)) { Tokens(spec, errors); }
        for (var index = 0; index < (spec.Containers?.Count ?? 0); index++) { ContainerRules.OnlyForPod(spec.Containers![index], Spec.Child("containers").Index(index), errors); }
        for (var index = 0; index < (spec.InitContainers?.Count ?? 0); index++) { ContainerRules.OnlyForPod(spec.InitContainers![index], Spec.Child("initContainers").Index(index), errors); }
    }

    private static void Tokens(V1PodSpec spec, FieldErrors errors)
    {
        for (var index = 0; index < (spec.Volumes?.Count ?? 0); index++)
        {
            var sources = spec.Volumes![index].Projected?.Sources;
            for (var source = 0; source < (sources?.Count ?? 0); source++)
            {
                if (sources![source].ServiceAccountToken is null) { continue; }
                errors.Forbidden(Spec.Child("volumes").Index(index).Child("projected").Child("sources").Index(source).Child("serviceAccountToken"),
                    "must not be specified when serviceAccountName is not set");
            }
        }
    }
}
