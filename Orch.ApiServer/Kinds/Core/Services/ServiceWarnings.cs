using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>What is allowed in a service but hardly meant, or on its way out.</summary>
internal static class ServiceWarnings
{
    private const string OldTopology = "service.kubernetes.io/topology-aware-hints";
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>The texts.</summary>
    public static IEnumerable<string> For(V1Service service)
    {
        var (spec, texts) = (service.Spec, new List<string>());
        var (isHeadless, isName) = (ServiceIpRules.IsHeadless(spec), spec.Type == "ExternalName");
        if (service.Metadata.Annotations?.ContainsKey(OldTopology) == true) { texts.Add($"annotation {OldTopology} is deprecated, please use service.kubernetes.io/topology-mode instead"); }
        if (!isName && !string.IsNullOrEmpty(spec.ClusterIP) && spec.ClusterIP != "None") { Addresses(spec.ClusterIPs, "clusterIPs", texts); }
        if (isHeadless)
        {
            if (!string.IsNullOrEmpty(spec.LoadBalancerIP)) { texts.Add("spec.loadBalancerIP is ignored for headless services"); }
            if (spec.ExternalIPs is { Count: > 0 }) { texts.Add("spec.externalIPs is ignored for headless services"); }
            if (spec.SessionAffinity != "None") { texts.Add("spec.SessionAffinity is ignored for headless services"); }
        }

        Addresses(spec.ExternalIPs, "externalIPs", texts);
        if (spec.ExternalIPs is { Count: > 0 } && !isHeadless && !isName) { texts.Add("spec.externalIPs is deprecated and may no longer be implemented in some clusters"); }
        if (!string.IsNullOrEmpty(spec.LoadBalancerIP)) { IpWarnings.Address(spec.LoadBalancerIP, Spec.Child("loadBalancerIP"), texts); }
        for (var index = 0; index < (spec.LoadBalancerSourceRanges?.Count ?? 0); index++)
        {
            IpWarnings.Cidr(spec.LoadBalancerSourceRanges![index], Spec.Child("loadBalancerSourceRanges").Index(index), texts);
        }

        if (isName && spec.ExternalIPs is { Count: > 0 }) { texts.Add("spec.externalIPs is ignored when spec.type is \"ExternalName\""); }
        if (!isName && !string.IsNullOrEmpty(spec.ExternalName)) { texts.Add("spec.externalName is ignored when spec.type is not \"ExternalName\""); }
        if (spec.TrafficDistribution == "PreferClose") { texts.Add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""); }
        return texts;
    }

    /// <summary>The texts about where a service is reached.</summary>
    public static IEnumerable<string> ForStatus(V1Service service)
    {
        var (points, texts) = (service.Status?.LoadBalancer?.Ingress, new List<string>());
        for (var index = 0; index < (points?.Count ?? 0); index++)
        {
            if (!string.IsNullOrEmpty(points![index].Ip)) { IpWarnings.Address(points[index].Ip, FieldPath.Of("status").Child("loadBalancer").Child("ingress").Index(index).Child("ip"), texts); }
        }

        return texts;
    }

    private static void Addresses(IList<string>? addresses, string field, List<string> texts)
    {
        for (var index = 0; index < (addresses?.Count ?? 0); index++) { IpWarnings.Address(addresses![index], Spec.Child(field).Index(index), texts); }
    }
}
