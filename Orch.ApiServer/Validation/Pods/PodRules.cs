using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a pod as a whole.</summary>
internal static class PodRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>A pod by itself.</summary>
    public static void Validate(V1Pod pod, FieldErrors errors)
    {
        PodSpecRules.Validate(pod.Spec, Spec, errors);
    }
}
