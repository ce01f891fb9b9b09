using k8s.Models;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>Ties a job's pods to it by labels that no other job has.</summary>
internal static class JobSelector
{
    /// <summary>Labels of old, without a prefix, which clients still look for.</summary>
    public const string LegacyUid = "controller-uid";

    /// <summary>As <see cref="LegacyUid"/>.</summary>
    public const string LegacyName = "job-name";

    /// <summary>The job's uid.</summary>
    public const string Uid = "batch.kubernetes.io/controller-uid";

    /// <summary>The job's name.</summary>
    public const string Name = "batch.kubernetes.io/job-name";

    /// <summary>Adds the labels to the template and the selector that looks for them; what the user set stays, for the rules to refuse.</summary>
    public static void Generate(V1Job job)
    {
        var template = job.Spec.Template ??= new V1PodTemplateSpec();
        template.Metadata ??= new V1ObjectMeta();
        var labels = template.Metadata.Labels ??= new Dictionary<string, string>();
        labels.TryAdd(LegacyName, job.Metadata.Name ?? string.Empty);
        labels.TryAdd(Name, job.Metadata.Name ?? string.Empty);
        labels.TryAdd(LegacyUid, job.Metadata.Uid ?? string.Empty);
        labels.TryAdd(Uid, job.Metadata.Uid ?? string.Empty);
        job.Spec.Selector ??= new V1LabelSelector();
        job.Spec.Selector.MatchLabels ??= new Dictionary<string, string>();
        job.Spec.Selector.MatchLabels.TryAdd(Uid, job.Metadata.Uid ?? string.Empty);
    }
}
