using k8s.Models;
using Orch.Resources;

namespace Orch.Kubelet.Containers;

/// <summary>A pod's QoS class, from the requests and limits of cpu and memory alone.</summary>
internal static class QualityOfService
{
    public const string Guaranteed = nameof(Guaranteed);
    public const string Burstable = nameof(Burstable);
    public const string BestEffort = nameof(BestEffort);

    public static string Of(V1Pod pod)
    {
        if (!string.IsNullOrEmpty(pod.Status?.QosClass)) { return pod.Status.QosClass; }

        var requests = new Dictionary<string, decimal>();
        var limits = new Dictionary<string, decimal>();
        var isGuaranteed = true;
        foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []))
        {
            Sum(container.Resources?.Requests, requests);
            var found = Sum(container.Resources?.Limits, limits);
            isGuaranteed &= found == 2;
        }

        if (requests.Count == 0 && limits.Count == 0) { return BestEffort; }
        return isGuaranteed && requests.Count == limits.Count && requests.All(r => limits.TryGetValue(r.Key, out var limit) && limit == r.Value) ? Guaranteed : Burstable;
    }

    private static int Sum(IDictionary<string, ResourceQuantity>? resources, Dictionary<string, decimal> into)
    {
        var found = 0;
        foreach (var (name, quantity) in resources ?? new Dictionary<string, ResourceQuantity>())
        {
            if (name is not ("cpu" or "memory") || quantity.ToDecimal() <= 0) { continue; }
            into[name] = into.GetValueOrDefault(name) + quantity.ToDecimal();
            found++;
        }

        return found;
    }
}
