using k8s.Models;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Containers;

/// <summary>Requests and limits as cgroup settings.</summary>
internal static class ResourceTranslation
{
    private const long MinShares = 2;
    private const long MaxShares = 262144;
    private const long MinQuotaMicroseconds = 1000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static ContainerResources For(V1Pod pod, V1Container container, long nodeMemoryBytes)
    {
        var limits = container.Resources?.Limits;
        var requests = container.Resources?.Requests;
        var cpuLimit = Find(limits, "cpu");
        var cpuRequest = Find(requests, "cpu") ?? cpuLimit;
        var memoryLimit = Find(limits, "memory");
        var quota = Quota(Quantities.MilliValue(cpuLimit));
        return new ContainerResources
        {
            CpuShares = Shares(Quantities.MilliValue(cpuRequest)),
            CpuQuota = quota,
            CpuPeriod = quota is null ? null : Period,
            MemoryLimitBytes = Quantities.Value(memoryLimit) is > 0 and var bytes ? bytes : null,
            OomScoreAdjustment = OomScore(pod, container, nodeMemoryBytes),
        };
    }

    public static long Shares(long milliCpu) => milliCpu == 0 ? MinShares : Math.Clamp(milliCpu * 1024 / 1000, MinShares, MaxShares);

    private static TimeSpan? Quota(long milliCpu)
    {
        if (milliCpu == 0) { return null; }
        var microseconds = Math.Max(milliCpu * (long)Period.TotalMicroseconds / 1000, MinQuotaMicroseconds);
        return TimeSpan.FromMicroseconds(microseconds);
    }

    // The more of the node's memory a container asks for, the later the kernel picks it, between best effort and guaranteed.
    private static int OomScore(V1Pod pod, V1Container container, long nodeMemoryBytes)
    {
        switch (QualityOfService.Of(pod))
        {
            case QualityOfService.Guaranteed: return -997;
            case QualityOfService.BestEffort: return 1000;
        }

        if (pod.Spec.Priority >= 2_000_000_000 || nodeMemoryBytes <= 0) { return pod.Spec.Priority >= 2_000_000_000 ? -997 : 999; }
        var request = Quantities.Value(Find(container.Resources?.Requests, "memory") ?? Find(container.Resources?.Limits, "memory"));
        var score = 1000 - (int)(1000m * request / nodeMemoryBytes);
        return score < 3 ? 3 : score == 1000 ? 999 : score;
    }

    private static ResourceQuantity? Find(IDictionary<string, ResourceQuantity>? resources, string name)
        => resources is not null && resources.TryGetValue(name, out var quantity) ? quantity : null;
}
