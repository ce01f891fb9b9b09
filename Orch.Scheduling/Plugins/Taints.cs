using k8s.Models;

namespace Orch.Scheduling.Plugins;

/// <summary>Which taints a pod puts up with.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/</remarks>
internal static class Taints
{
    public static bool Tolerates(IList<V1Toleration>? tolerations, string key, string value, string effect)
    {
        for (var i = 0; i < (tolerations?.Count ?? 0); i++)
        {
            if (Tolerates(tolerations![i], key, value, effect)) { return true; }
        }

        return false;
    }

    private static bool Tolerates(V1Toleration toleration, string key, string value, string effect)
    {
        if (!string.IsNullOrEmpty(toleration.Effect) && toleration.Effect != effect) { return false; }
        if (string.IsNullOrEmpty(toleration.Key)) { return toleration.OperatorProperty == "Exists"; }
        return toleration.Key == key
            && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? string.Empty) == value);
    }
}
