using k8s.Models;

namespace Orch.Testing.Fakes;

/// <summary>The scale of objects in a <see cref="FakeCluster"/> that keep their replicas where the workloads do.</summary>
internal static class FakeScale
{
    public static V1Scale Of(FakeTable.Entry entry) => new()
    {
        ApiVersion = "autoscaling/v1",
        Kind = "Scale",
        Metadata = entry.Object.Metadata,
        Spec = new V1ScaleSpec { Replicas = entry.Json["spec"]?["replicas"]?.GetValue<int>() ?? 0 },
        Status = new V1ScaleStatus { Replicas = entry.Json["status"]?["replicas"]?.GetValue<int>() ?? 0 },
    };
}
