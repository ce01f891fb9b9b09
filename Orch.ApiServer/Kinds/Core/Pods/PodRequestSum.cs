using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What a pod's containers ask for together.</summary>
internal static class PodRequestSum
{
    /// <summary>The larger of all that run side by side and the peak during initialization; null when no container asks.</summary>
    public static ResourceQuantity? Of(V1PodSpec spec, string resource)
    {
        var (sum, peak, sidecars, asked) = (0m, 0m, 0m, false);
        var format = ResourceQuantity.SuffixFormat.DecimalSI;
        foreach (var container in spec.InitContainers ?? [])
        {
            var request = Request(container, resource, ref asked, ref format);
            if (container.RestartPolicy == "Always")
            {
                sidecars += request;
                peak = Math.Max(peak, sidecars);
            }
            else
            {
                peak = Math.Max(peak, sidecars + request);
            }
        }

        foreach (var container in spec.Containers ?? []) { sum += Request(container, resource, ref asked, ref format); }
        return asked ? new ResourceQuantity(Math.Max(sum + sidecars, peak), 0, format) : null;
    }

    private static decimal Request(V1Container container, string resource, ref bool asked, ref ResourceQuantity.SuffixFormat format)
    {
        if (container.Resources?.Requests is not { } requests || !requests.TryGetValue(resource, out var quantity)) { return 0; }
        if (!asked) { format = quantity.Format; }
        asked = true;
        return quantity.ToDecimal();
    }
}
