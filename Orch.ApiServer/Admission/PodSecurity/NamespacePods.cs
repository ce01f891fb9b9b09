using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Looks which pods of a namespace would not be allowed at a new level, for a warning; bounded in number and time.</summary>
internal sealed class NamespacePods(PodSecurityEvaluator evaluator, IObjectLookup objects, TimeProvider time)
{
    private const int MaxPods = 3000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    /// <summary>The warnings, worded as upstream's; empty when all pods may be.</summary>
    /// <param name="isExempt">Pods that are not looked at.</param>
    public IEnumerable<string> Warnings(string namespaceName, SecurityLevel level, Func<V1PodSpec, bool> isExempt)
    {
        var started = time.GetTimestamp();
        List<V1Pod> pods = [.. objects.List<V1Pod>(namespaceName)];
        var found = new Dictionary<string, (string First, int Count)>(StringComparer.Ordinal);
        var looked = 0;
        foreach (var pod in pods.Take(MaxPods))
        {
            looked++;
            if (!isExempt(pod.Spec) && evaluator.Evaluate(level, pod.Metadata, pod.Spec) is { Count: > 0 } violations) { Count(found, SecurityViolation.Reasons(violations), pod.Metadata.Name); }
            if (time.GetElapsedTime(started) > MaxTime) { break; }
        }

        if (looked < pods.Count)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"new PodSecurity enforce level only checked against the first {looked} of {pods.Count} existing pods");
        }

        if (found.Count == 0) { yield break; }
        yield return $"existing pods in namespace \"{namespaceName}\" violate the new PodSecurity enforce level \"{level}\"";
        foreach (var line in found.Select(static item => $"{item.Value.First}{Others(item.Value.Count)}: {item.Key}").Order(StringComparer.Ordinal)) { yield return line; }
    }

    private static void Count(Dictionary<string, (string First, int Count)> found, string reasons, string name)
        => found[reasons] = found.TryGetValue(reasons, out var present)
            ? (string.CompareOrdinal(name, present.First) < 0 ? name : present.First, present.Count + 1)
            : (name, 1);

    private static string Others(int count) => count switch
    {
        1 => string.Empty,
        2 => " (and 1 other pod)",
        _ => string.Create(CultureInfo.InvariantCulture, $" (and {count - 1} other pods)"),
    };
}
