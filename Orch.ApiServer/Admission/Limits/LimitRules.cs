using System.Globalization;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Admission.Limits;

/// <summary>Checks pods and claims against a limit range; wording as upstream, its two spaces included.</summary>
internal static class LimitRules
{
    private static readonly Dictionary<string, ResourceQuantity> Nothing = [];

    /// <summary>What is wrong with a pod.</summary>
    public static List<string> Check(V1LimitRange range, V1Pod pod)
    {
        var faults = new List<string>();
        foreach (var item in range.Spec?.Limits ?? [])
        {
            switch (item.Type)
            {
                case "Container":
                    foreach (var container in (pod.Spec.Containers ?? []).Concat(pod.Spec.InitContainers ?? []))
                    {
                        Check(item, Lookup(container.Resources?.Requests), Lookup(container.Resources?.Limits), faults);
                    }

                    break;
                case "Pod":
                    // Overhead is the runtime's and not bounded.
                    var bare = new V1Pod { Spec = pod.Spec with { Overhead = null } };
                    Check(item, PodRequests.Of(bare), PodRequests.LimitsOf(bare), faults);
                    break;
            }
        }

        return faults;
    }

    /// <summary>What is wrong with a claim: only what it requests counts.</summary>
    public static List<string> Check(V1LimitRange range, V1PersistentVolumeClaim claim)
    {
        var faults = new List<string>();
        var requests = Lookup(claim.Spec?.Resources?.Requests);
        foreach (var item in range.Spec?.Limits ?? [])
        {
            if (item.Type != "PersistentVolumeClaim") { continue; }
            foreach (var (name, bound) in Ordered(item.Min)) { CheckMin(item.Type, name, bound, requests, Nothing, faults); }
            foreach (var (name, bound) in Ordered(item.Max)) { CheckMaxRequest(item.Type, name, bound, requests, faults); }
        }

        return faults;
    }

    private static void Check(
        V1LimitRangeItem item, IReadOnlyDictionary<string, ResourceQuantity> requests, IReadOnlyDictionary<string, ResourceQuantity> limits, List<string> faults)
    {
        foreach (var (name, bound) in Ordered(item.Min)) { CheckMin(item.Type, name, bound, requests, limits, faults); }
        foreach (var (name, bound) in Ordered(item.Max)) { CheckMax(item.Type, name, bound, requests, limits, faults); }
        foreach (var (name, bound) in Ordered(item.MaxLimitRequestRatio)) { CheckRatio(item.Type, name, bound, requests, limits, faults); }
    }

    private static void CheckMin(
        string type, string name, ResourceQuantity bound, IReadOnlyDictionary<string, ResourceQuantity> requests, IReadOnlyDictionary<string, ResourceQuantity> limits, List<string> faults)
    {
        var start = $"minimum {name} usage per {type} is {Quantities.Format(bound)}";
        if (!requests.TryGetValue(name, out var request)) { faults.Add($"{start}.  No request is specified"); }
        else if (Quantities.Compare(request, bound) < 0) { faults.Add($"{start}, but request is {Quantities.Format(request)}"); }
        else if (limits.TryGetValue(name, out var limit) && Quantities.Compare(limit, bound) < 0) { faults.Add($"{start}, but limit is {Quantities.Format(limit)}"); }
    }

    private static void CheckMax(
        string type, string name, ResourceQuantity bound, IReadOnlyDictionary<string, ResourceQuantity> requests, IReadOnlyDictionary<string, ResourceQuantity> limits, List<string> faults)
    {
        var start = $"maximum {name} usage per {type} is {Quantities.Format(bound)}";
        if (!limits.TryGetValue(name, out var limit)) { faults.Add($"{start}.  No limit is specified"); }
        else if (Quantities.Compare(limit, bound) > 0) { faults.Add($"{start}, but limit is {Quantities.Format(limit)}"); }
        else if (requests.TryGetValue(name, out var request) && Quantities.Compare(request, bound) > 0) { faults.Add($"{start}, but request is {Quantities.Format(request)}"); }
    }

    private static void CheckMaxRequest(string type, string name, ResourceQuantity bound, IReadOnlyDictionary<string, ResourceQuantity> requests, List<string> faults)
    {
        var start = $"maximum {name} usage per {type} is {Quantities.Format(bound)}";
        if (!requests.TryGetValue(name, out var request)) { faults.Add($"{start}.  No request is specified"); }
        else if (Quantities.Compare(request, bound) > 0) { faults.Add($"{start}, but request is {Quantities.Format(request)}"); }
    }

    private static void CheckRatio(
        string type, string name, ResourceQuantity bound, IReadOnlyDictionary<string, ResourceQuantity> requests, IReadOnlyDictionary<string, ResourceQuantity> limits, List<string> faults)
    {
        var start = $"{name} max limit to request ratio per {type} is {Quantities.Format(bound)}";
        if (!requests.TryGetValue(name, out var request) || request.ToDecimal() == 0) { faults.Add($"{start}, but no request is specified or request is 0"); return; }
        if (!limits.TryGetValue(name, out var limit) || limit.ToDecimal() == 0) { faults.Add($"{start}, but no limit is specified or limit is 0"); return; }
        var ratio = (double)limit.ToDecimal() / (double)request.ToDecimal();
        if (ratio > (double)bound.ToDecimal()) { faults.Add(string.Create(CultureInfo.InvariantCulture, $"{start}, but provided ratio is {ratio:F6}")); }
    }

    private static IEnumerable<KeyValuePair<string, ResourceQuantity>> Ordered(IDictionary<string, ResourceQuantity>? bounds)
        => bounds is null ? [] : bounds.OrderBy(static pair => pair.Key, StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, ResourceQuantity> Lookup(IDictionary<string, ResourceQuantity>? amounts)
        => amounts switch { null => Nothing, IReadOnlyDictionary<string, ResourceQuantity> map => map, _ => new Dictionary<string, ResourceQuantity>(amounts) };
}
