using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>A pod's quality-of-service class, from what it asks for.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/</remarks>
internal static class PodQos
{
    /// <summary><c>Guaranteed</c> when each container limits cpu and memory and asks for just that; <c>BestEffort</c> when none asks for any; else <c>Burstable</c>.</summary>
    public static string Of(V1PodSpec spec)
    {
        var (any, guaranteed) = (false, true);
        if (spec.Resources is { } pod && (Has(pod.Requests) || Has(pod.Limits))) { return IsGuaranteed(pod) ? "Guaranteed" : "Burstable"; }
        Look(spec.Containers, ref any, ref guaranteed);
        Look(spec.InitContainers, ref any, ref guaranteed);
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void Look(IList<V1Container>? containers, ref bool any, ref bool guaranteed)
    {
        foreach (var container in containers ?? [])
        {
            var resources = container.Resources;
            any |= Has(resources?.Requests) || Has(resources?.Limits);
            guaranteed &= resources is not null && IsGuaranteed(resources);
        }
    }

    private static bool Has(IDictionary<string, ResourceQuantity>? resources)
        => resources is not null && (Amount(resources, "cpu") > 0 || Amount(resources, "memory") > 0);

    private static bool IsGuaranteed(V1ResourceRequirements resources) => Equal(resources, "cpu") && Equal(resources, "memory");

    private static bool Equal(V1ResourceRequirements resources, string name)
    {
        var limit = resources.Limits is null ? 0 : Amount(resources.Limits, name);
        return limit > 0 && (resources.Requests is null || !resources.Requests.ContainsKey(name) || Amount(resources.Requests, name) == limit);
    }

    private static decimal Amount(IDictionary<string, ResourceQuantity> resources, string name)
        => resources.TryGetValue(name, out var quantity) && quantity is not null ? quantity.ToDecimal() : 0;
}
