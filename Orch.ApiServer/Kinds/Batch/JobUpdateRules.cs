using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>What may change in a job that exists.</summary>
internal static class JobUpdateRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>A changed job against what is stored.</summary>
    public static void Validate(V1Job job, V1Job old, FieldErrors errors)
    {
        var labels = old.Spec.Template?.Metadata?.Labels;
        JobRules.Validate(job, labels?.ContainsKey(JobSelector.Name) == true && labels.ContainsKey(JobSelector.Uid), errors);
        Completions(job.Spec, old.Spec, errors);
        ImmutableRule.Check(job.Spec.Selector, old.Spec.Selector, Spec.Child("selector"), errors);
        Template(job.Spec.Template, old, errors);
        ImmutableRule.Check(job.Spec.CompletionMode, old.Spec.CompletionMode, Spec.Child("completionMode"), errors);
        ImmutableRule.Check(job.Spec.PodFailurePolicy, old.Spec.PodFailurePolicy, Spec.Child("podFailurePolicy"), errors);
        ImmutableRule.Check(job.Spec.BackoffLimitPerIndex, old.Spec.BackoffLimitPerIndex, Spec.Child("backoffLimitPerIndex"), errors);
        ImmutableRule.Check(job.Spec.ManagedBy, old.Spec.ManagedBy, Spec.Child("managedBy"), errors);
        ImmutableRule.Check(job.Spec.SuccessPolicy, old.Spec.SuccessPolicy, Spec.Child("successPolicy"), errors);
    }

    // An indexed job may grow and shrink, as many pods at once as there are indexes.
    private static void Completions(V1JobSpec spec, V1JobSpec old, FieldErrors errors)
    {
        if (spec.CompletionMode != "Indexed")
        {
            ImmutableRule.Check(spec.Completions, old.Completions, Spec.Child("completions"), errors);
            return;
        }

        if (spec.Completions is { } completions && completions != old.Completions && completions != spec.Parallelism)
        {
            errors.Invalid(Spec.Child("completions"), completions, "can only be modified in tandem with spec.parallelism");
        }
    }

    private static void Template(V1PodTemplateSpec? template, V1Job old, FieldErrors errors)
    {
        if (!MayReschedule(old) || template?.Spec is not { } spec || old.Spec.Template?.Spec is not { } before)
        {
            ImmutableRule.Check(template, old.Spec.Template, Spec.Child("template"), errors);
            return;
        }

        var allowed = before with
        {
            Affinity = Affinity(spec.Affinity, before.Affinity),
            NodeSelector = spec.NodeSelector,
            Tolerations = spec.Tolerations,
            SchedulingGates = spec.SchedulingGates,
            Containers = WithResources(before.Containers, spec.Containers),
            InitContainers = WithResources(before.InitContainers, spec.InitContainers),
        };
        var metadata = (old.Spec.Template.Metadata ?? new V1ObjectMeta()) with { Labels = template.Metadata?.Labels, Annotations = template.Metadata?.Annotations };
        var settled = old.Spec.Template with { Metadata = metadata, Spec = allowed };
        if (!ContentEquality.Same(template with { Metadata = template.Metadata ?? new V1ObjectMeta() }, settled)) { errors.Invalid(Spec.Child("template"), template, ImmutableRule.Text); }
    }

    // While no pod runs, it may still be decided where the pods go and what they get.
    private static bool MayReschedule(V1Job old)
        => old.Spec.Suspend == true
            && (old.Status?.StartTime is null || ((old.Status.Active ?? 0) == 0 && old.Status.Conditions?.Any(static condition => condition is { Type: "Suspended", Status: "True" }) == true));

    private static V1Affinity? Affinity(V1Affinity? now, V1Affinity? old)
    {
        if (now is null) { return old is null or { PodAffinity: null, PodAntiAffinity: null } ? null : old with { NodeAffinity = null }; }
        return (old ?? new V1Affinity()) with { NodeAffinity = now.NodeAffinity };
    }

    private static IList<V1Container>? WithResources(IList<V1Container>? old, IList<V1Container>? now)
        => old is null || now is null || old.Count != now.Count ? old : [.. old.Select((container, index) => container.Name == now[index].Name ? container with { Resources = now[index].Resources } : container)];
}
