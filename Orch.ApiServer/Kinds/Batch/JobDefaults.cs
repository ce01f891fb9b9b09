using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>What a job means where it says nothing.</summary>
internal static class JobDefaults
{
    /// <summary>Fills a job.</summary>
    public static void Apply(V1Job job)
    {
        var spec = job.Spec;

        // With neither, one pod that succeeds is all that is wanted.
        if (spec.Completions is null && spec.Parallelism is null) { (spec.Completions, spec.Parallelism) = (1, 1); }
        spec.Parallelism ??= 1;

        // Where each index may fail on its own, failures together do not count.
        spec.BackoffLimit ??= spec.BackoffLimitPerIndex is null ? 6 : int.MaxValue;
        if (job.Metadata is { } metadata && metadata.Labels is not { Count: > 0 } && spec.Template?.Metadata?.Labels is { Count: > 0 } labels)
        {
            metadata.Labels = new Dictionary<string, string>(labels);
        }

        spec.CompletionMode ??= "NonIndexed";
        spec.Suspend ??= false;
        spec.ManualSelector ??= false;
        spec.PodReplacementPolicy ??= spec.PodFailurePolicy is null ? "TerminatingOrFailed" : "Failed";
        FailurePolicy(spec.PodFailurePolicy);
        PodSpecDefaults.Apply(spec.Template);
    }

    /// <summary>Fills the template that a cron job makes jobs from: only the pods' part is fixed before a job is made.</summary>
    public static void ApplyTemplate(V1JobSpec spec)
    {
        FailurePolicy(spec.PodFailurePolicy);
        PodSpecDefaults.Apply(spec.Template);
    }

    private static void FailurePolicy(V1PodFailurePolicy? policy)
    {
        foreach (var rule in policy?.Rules ?? [])
        {
            foreach (var pattern in rule?.OnPodConditions ?? [])
            {
                if (pattern is not null && string.IsNullOrEmpty(pattern.Status)) { pattern.Status = "True"; }
            }
        }
    }
}
