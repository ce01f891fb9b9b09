using System.Globalization;
using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Deployments;

/// <summary>The annotations through which deployments and their replica sets remember revisions and sizes; <c>kubectl rollout</c> reads them.</summary>
internal static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";
    private const int MaxHistoryLength = 2000;

    // They belong to one of both kinds alone.
    private static readonly HashSet<string> NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas, "deprecated.deployment.rollback.to",
    ];

    /// <summary>0 when there is none, or none that is a number.</summary>
    public static long RevisionOf(IMetadata<V1ObjectMeta> item)
        => long.TryParse(item.Annotation(Revision), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public static int? Number(IMetadata<V1ObjectMeta> item, string name)
        => int.TryParse(item.Annotation(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The annotations of the deployment's current replica set.</summary>
    /// <param name="existing">Null: the set is about to be made.</param>
    public static Dictionary<string, string> ForNewReplicaSet(V1Deployment deployment, V1ReplicaSet? existing, long revision)
    {
        var result = existing?.Metadata.Annotations is { } present ? new Dictionary<string, string>(present) : [];
        foreach (var (name, value) in deployment.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            if (!NotCopied.Contains(name)) { result[name] = value; }
        }

        var had = result.TryGetValue(Revision, out var old);
        if (existing is null || RevisionOf(existing) < revision)
        {
            result[Revision] = revision.ToString(CultureInfo.InvariantCulture);
            if (had) { result[RevisionHistory] = Append(result.GetValueOrDefault(RevisionHistory), old!); }
        }

        if (existing is null) { SetSizes(result, deployment); }
        return result;
    }

    public static Dictionary<string, string> WithSizes(V1Deployment deployment, V1ReplicaSet set)
    {
        var result = set.Metadata.Annotations is { } present ? new Dictionary<string, string>(present) : [];
        SetSizes(result, deployment);
        return result;
    }

    private static void SetSizes(Dictionary<string, string> annotations, V1Deployment deployment)
    {
        var replicas = deployment.Spec.Replicas ?? 1;
        annotations[DesiredReplicas] = replicas.ToString(CultureInfo.InvariantCulture);
        annotations[MaxReplicas] = (replicas + RolloutLimits.For(deployment).MaxSurge).ToString(CultureInfo.InvariantCulture);
    }

    private static string Append(string? history, string revision)
    {
        List<string> revisions = string.IsNullOrEmpty(history) ? [] : [.. history.Split(',')];
        revisions.Add(revision);
        while (revisions.Count > 1 && revisions.Sum(static one => one.Length + 1) - 1 > MaxHistoryLength) { revisions.RemoveAt(0); }
        return string.Join(',', revisions);
    }
}
