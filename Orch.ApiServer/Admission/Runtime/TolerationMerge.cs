using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Admission.Runtime;

/// <summary>Joins two lists of tolerations and leaves out what another one covers.</summary>
internal static class TolerationMerge
{
    public static IList<V1Toleration>? Of(IList<V1Toleration>? first, IList<V1Toleration>? second)
    {
        if (second is not { Count: > 0 }) { return first; }
        List<V1Toleration> all = [.. first ?? [], .. second.Select(static item => item with { })];
        var merged = new List<V1Toleration>();
        for (var index = 0; index < all.Count; index++)
        {
            var item = all[index];
            if (merged.Exists(other => Covers(other, item))) { continue; }

            // Of two equal ones the first stays.
            if (all.Skip(index + 1).Any(other => !ContentEquality.Same(other, item) && Covers(other, item))) { continue; }
            merged.Add(item);
        }

        return merged;
    }

    private static bool Covers(V1Toleration wide, V1Toleration narrow)
    {
        if (ContentEquality.Same(wide, narrow)) { return true; }
        var isForAllKeys = string.IsNullOrEmpty(wide.Key) && wide.OperatorProperty == "Exists";
        if ((narrow.Key ?? string.Empty) != (wide.Key ?? string.Empty) && !isForAllKeys) { return false; }
        if (!string.IsNullOrEmpty(wide.Effect) && narrow.Effect != wide.Effect) { return false; }
        if (wide is { Effect: "NoExecute", TolerationSeconds: { } seconds } && (narrow.TolerationSeconds is not { } other || other > seconds)) { return false; }
        return wide.OperatorProperty switch
        {
            "Exists" => true,
            null or "" or "Equal" => narrow.OperatorProperty == "Equal" && (narrow.Value ?? string.Empty) == (wide.Value ?? string.Empty),
            _ => false,
        };
    }
}
