using k8s.Models;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>What claims mean where they say nothing.</summary>
internal static class DeviceDefaults
{
    /// <summary>What a claim asks for.</summary>
    public static void Apply(V1DeviceClaim? claim)
    {
        foreach (var request in claim?.Requests ?? [])
        {
            if (request.Exactly is { } exact)
            {
                (exact.AllocationMode, exact.Count) = Mode(exact.AllocationMode, exact.Count);
                Apply(exact.Tolerations);
            }

            foreach (var item in request.FirstAvailable ?? [])
            {
                (item.AllocationMode, item.Count) = Mode(item.AllocationMode, item.Count);
                Apply(item.Tolerations);
            }
        }
    }

    /// <summary>What a claim was given.</summary>
    public static void Apply(V1AllocationResult? allocation)
    {
        foreach (var result in allocation?.Devices?.Results ?? []) { Apply(result.Tolerations); }
    }

    private static (string Mode, long? Count) Mode(string? mode, long? count)
    {
        if (string.IsNullOrEmpty(mode)) { mode = "ExactCount"; }
        if (mode == "ExactCount" && count is null or 0) { return (mode, 1); }
        return (mode, count == 0 ? null : count);
    }

    private static void Apply(IList<V1DeviceToleration>? tolerations)
    {
        foreach (var toleration in tolerations ?? [])
        {
            if (string.IsNullOrEmpty(toleration.OperatorProperty)) { toleration.OperatorProperty = "Equal"; }
        }
    }
}
