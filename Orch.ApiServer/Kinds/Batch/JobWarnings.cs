using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>What is allowed in a job but hardly meant.</summary>
internal static class JobWarnings
{
    private const int ManyCompletions = 100_000;
    private const int HighParallelism = 10_000;

    /// <summary>The texts for a specification that lies at <paramref name="path"/>; none on an update that does not change what is wanted.</summary>
    public static IEnumerable<string> For(V1JobSpec? spec, string path, V1ObjectMeta metadata, V1ObjectMeta? old)
    {
        if (spec is null || (old is not null && metadata.Generation == old.Generation)) { yield break; }
        if (spec.CompletionMode == "Indexed" && spec.Completions > ManyCompletions && spec.Parallelism > HighParallelism)
        {
            yield return $"{path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail";
        }

        foreach (var text in PodWarnings.For(spec.Template, $"{path}.template")) { yield return text; }
    }
}
