using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for pod specifications, in pods and templates.</summary>
internal static class PodSpecRules
{
    /// <summary>A specification with its defaults filled in.</summary>
    public static void Validate(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Containers is not { Count: > 0 }) { errors.Required(path.Child("containers")); }
        TaintRules.Tolerations(spec.Tolerations, path, errors);
    }
}
