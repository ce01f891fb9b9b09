using System.Net.Sockets;
using k8s.Models;
using Orch.Controllers.EndpointSlices;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.Endpoints;

/// <summary>The classic endpoints of a service.</summary>
internal static class EndpointsPlan
{
    public const string OverCapacity = "endpoints.kubernetes.io/over-capacity";
    private const int MaxAddresses = 1000;

    /// <param name="service">With a selector.</param>
    /// <param name="pods">Those that it selects.</param>
    /// <param name="existing">Its metadata is kept; null when there is none yet.</param>
    public static V1Endpoints For(V1Service service, IEnumerable<V1Pod> pods, V1Endpoints? existing)
    {
        var subsets = Subsets(service, pods);
        var isTruncated = Truncate(subsets);
        var labels = new Dictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>()) { [SliceLabels.EndpointsManagedBy] = "endpoint-controller" };
        if (ServiceEndpoints.IsHeadless(service)) { labels[SliceLabels.Headless] = string.Empty; }
        else { labels.Remove(SliceLabels.Headless); }
        var annotations = new Dictionary<string, string>(existing?.Metadata.Annotations ?? new Dictionary<string, string>());
        if (isTruncated) { annotations[OverCapacity] = "truncated"; }
        else { annotations.Remove(OverCapacity); }
        var metadata = existing?.Metadata ?? new V1ObjectMeta { Name = service.Metadata.Name, NamespaceProperty = service.Metadata.NamespaceProperty };
        return new V1Endpoints
        {
            ApiVersion = "v1",
            Kind = "Endpoints",
            Metadata = metadata with { Labels = labels, Annotations = annotations.Count > 0 ? annotations : null },
            Subsets = subsets,
        };
    }

    // Addresses with the same ports share a subset; ready and unready ones keep apart within it.
    private static List<V1EndpointSubset> Subsets(V1Service service, IEnumerable<V1Pod> pods)
    {
        var tolerates = service.Spec.PublishNotReadyAddresses == true;
        var family = service.Spec.IpFamilies?.FirstOrDefault() == "IPv6" || service.Spec.ClusterIP?.Contains(':', StringComparison.Ordinal) == true ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var subsets = new SortedDictionary<string, V1EndpointSubset>(StringComparer.Ordinal);
        foreach (var pod in pods.Where(pod => ServiceEndpoints.IsCandidate(pod) && (tolerates || !pod.IsDeleting())).OrderBy(static pod => pod.Status.PodIP, StringComparer.Ordinal))
        {
            if (ServiceEndpoints.Addresses(pod, family).FirstOrDefault() is not { } address) { continue; }
            var ports = Ports(service, pod);
            if (ports.Count == 0 && !(ServiceEndpoints.IsHeadless(service) && service.Spec.Ports is not { Count: > 0 })) { continue; }
            var key = string.Join(';', ports.Select(static port => $"{port.Name}|{port.Protocol}|{port.Port}|{port.AppProtocol}"));
            if (!subsets.TryGetValue(key, out var subset)) { subsets[key] = subset = new V1EndpointSubset { Ports = ports.Count > 0 ? ports : null }; }
            var entry = new V1EndpointAddress { Ip = address, NodeName = string.IsNullOrEmpty(pod.Spec.NodeName) ? null : pod.Spec.NodeName, Hostname = ServiceEndpoints.Hostname(service, pod), TargetRef = ServiceEndpoints.Reference(pod) };
            if (tolerates || pod.IsReady()) { (subset.Addresses ??= []).Add(entry); }
            else { (subset.NotReadyAddresses ??= []).Add(entry); }
        }

        return [.. subsets.Values];
    }

    private static List<Corev1EndpointPort> Ports(V1Service service, V1Pod pod)
        => [.. ServiceEndpoints.Ports(service, pod)
            .Select(static port => new Corev1EndpointPort { Name = string.IsNullOrEmpty(port.Service.Name) ? null : port.Service.Name, Protocol = port.Service.Protocol ?? "TCP", Port = port.Target, AppProtocol = port.Service.AppProtocol })
            .OrderBy(static port => port.Name, StringComparer.Ordinal).ThenBy(static port => port.Port).ThenBy(static port => port.Protocol, StringComparer.Ordinal)];

    // Ready addresses are kept before unready ones, each subset by its share.
    private static bool Truncate(List<V1EndpointSubset> subsets)
    {
        var ready = subsets.Sum(static subset => subset.Addresses?.Count ?? 0);
        var unready = subsets.Sum(static subset => subset.NotReadyAddresses?.Count ?? 0);
        if (ready + unready <= MaxAddresses) { return false; }
        var (readyLeft, unreadyLeft) = (Math.Min(ready, MaxAddresses), Math.Max(0, MaxAddresses - ready));
        foreach (var subset in subsets)
        {
            subset.Addresses = Keep(subset.Addresses, ref readyLeft);
            subset.NotReadyAddresses = Keep(subset.NotReadyAddresses, ref unreadyLeft);
        }

        subsets.RemoveAll(static subset => subset.Addresses is null && subset.NotReadyAddresses is null);
        return true;
    }

    private static List<V1EndpointAddress>? Keep(IList<V1EndpointAddress>? addresses, ref int left)
    {
        if (addresses is null || left == 0) { return null; }
        List<V1EndpointAddress> kept = [.. addresses.Take(left)];
        left -= kept.Count;
        return kept;
    }
}
