using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Storage;

/// <summary>Which of several classes is the default.</summary>
internal static class ClassChoice
{
    /// <summary>The youngest that says so in an annotation, then the first by name; null when none does.</summary>
    public static T? DefaultOf<T>(IEnumerable<T> classes, params ReadOnlySpan<string> annotations)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        T? best = null;
        foreach (var candidate in classes)
        {
            if (!IsMarked(candidate, annotations)) { continue; }
            if (best is null || IsBefore(candidate, best)) { best = candidate; }
        }

        return best;
    }

    private static bool IsMarked(IKubernetesObject<V1ObjectMeta> candidate, ReadOnlySpan<string> annotations)
    {
        foreach (var annotation in annotations)
        {
            if (candidate.Annotation(annotation) == "true") { return true; }
        }

        return false;
    }

    private static bool IsBefore(IKubernetesObject<V1ObjectMeta> left, IKubernetesObject<V1ObjectMeta> right)
    {
        var age = Nullable.Compare(right.Metadata.CreationTimestamp, left.Metadata.CreationTimestamp);
        return age < 0 || (age == 0 && string.CompareOrdinal(left.Metadata.Name, right.Metadata.Name) < 0);
    }
}
