using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>What may change in a pod that exists: hardly anything.</summary>
internal static class PodUpdateRules
{
    private const string Mutable = "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Annotations = FieldPath.Of("metadata").Child("annotations");

    /// <summary>A changed pod against what is stored.</summary>
    public static void Validate(V1Pod pod, V1Pod old, FieldErrors errors)
    {
        if (!ReferenceEquals(pod.Spec, old.Spec)) { PodRules.Validate(pod, old.Spec, errors); }
        PodAnnotationRules.ValidateUpdate(pod, old, Annotations, errors);
        if (ReferenceEquals(pod.Spec, old.Spec)) { return; }
        if (!SameCount(pod.Spec.Containers, old.Spec.Containers, "containers", errors)) { return; }
        if (!SameCount(pod.Spec.InitContainers, old.Spec.InitContainers, "initContainers", errors)) { return; }
        if (!Deadline(pod.Spec.ActiveDeadlineSeconds, old.Spec.ActiveDeadlineSeconds, errors)) { return; }
        AddedTolerations(pod.Spec.Tolerations, old.Spec.Tolerations, errors);
        Gates(pod.Spec.SchedulingGates, old.Spec.SchedulingGates, errors);
        if (ContentEquality.Same(pod.Spec, old.Spec)) { return; }

        var allowed = AsIfOnlyAllowed(pod.Spec, old.Spec);
        if (old.Spec.SchedulingGates is { Count: > 0 }) { GatedPodRules.Apply(allowed, pod.Spec, old.Spec, Spec, errors); }
        if (!ContentEquality.Same(allowed, old.Spec))
        {
            errors.Forbidden(Spec, $"pod updates may not change fields other than {Mutable}\n{ContentDiff.Of(allowed, old.Spec)}");
        }
    }

    // The new specification with each field that may change set back; what then still differs may not.
    private static V1PodSpec AsIfOnlyAllowed(V1PodSpec spec, V1PodSpec old)
        => spec with
        {
            Containers = WithImagesOf(spec.Containers, old.Containers),
            InitContainers = WithImagesOf(spec.InitContainers, old.InitContainers),
            ActiveDeadlineSeconds = old.ActiveDeadlineSeconds,
            SchedulingGates = old.SchedulingGates,
            Tolerations = old.Tolerations,
            TerminationGracePeriodSeconds = old.TerminationGracePeriodSeconds < 0 && spec.TerminationGracePeriodSeconds == 1
                ? old.TerminationGracePeriodSeconds
                : spec.TerminationGracePeriodSeconds,
        };

    private static List<V1Container>? WithImagesOf(IList<V1Container>? containers, IList<V1Container>? old)
        => containers is null || old is null ? null : [.. containers.Select((container, index) => container with { Image = old[index].Image })];

    private static bool SameCount(IList<V1Container>? now, IList<V1Container>? old, string field, FieldErrors errors)
    {
        if ((now?.Count ?? 0) == (old?.Count ?? 0))
        {
            for (var index = 0; index < (now?.Count ?? 0); index++)
            {
                var image = now![index].Image ?? string.Empty;
                if (image.Length == 0) { errors.Required(Spec.Child(field).Index(index).Child("image")); }
                else if (image.Trim().Length != image.Length) { errors.Invalid(Spec.Child(field).Index(index).Child("image"), image, "must not have leading or trailing whitespace"); }
            }

            return true;
        }

        errors.Forbidden(Spec.Child(field), "pod updates may not add or remove containers");
        return false;
    }

    private static bool Deadline(long? now, long? old, FieldErrors errors)
    {
        var path = Spec.Child("activeDeadlineSeconds");
        if (now is { } seconds)
        {
            if (seconds is < 0 or > int.MaxValue)
            {
                errors.Invalid(path, seconds, TextRules.Between(0, int.MaxValue));
                return false;
            }

            if (old < seconds)
            {
                errors.Invalid(path, seconds, "must be less than or equal to previous value");
                return false;
            }
        }
        else if (old is not null)
        {
            errors.Invalid(path, null, "must not update from a positive integer to nil value");
        }

        return true;
    }

    private static void Gates(IList<V1PodSchedulingGate>? now, IList<V1PodSchedulingGate>? old, FieldErrors errors)
    {
        for (var index = 0; index < (now?.Count ?? 0); index++)
        {
            var name = now![index].Name;
            if (old?.Any(gate => gate.Name == name) == true) { continue; }
            errors.Forbidden(Spec.Child("schedulingGates").Index(index).Child("name"), $"only deletion is allowed, but found new scheduling gate '{name}'");
        }
    }

    private static void AddedTolerations(IList<V1Toleration>? now, IList<V1Toleration>? old, FieldErrors errors)
    {
        foreach (var before in old ?? [])
        {
            // How long a taint is tolerated may change; that it is may not.
            var kept = now?.Any(toleration => ContentEquality.Same(toleration with { TolerationSeconds = before.TolerationSeconds }, before)) == true;
            if (kept) { continue; }
            errors.Forbidden(Spec.Child("tolerations"), "existing toleration can not be modified except its tolerationSeconds");
            return;
        }

        // They have been looked at with the rest already; upstream says it twice.
        TaintRules.Tolerations(now, Spec, errors);
    }
}
