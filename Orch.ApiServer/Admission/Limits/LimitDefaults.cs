using k8s.Models;

namespace Orch.ApiServer.Admission.Limits;

/// <summary>Fills in the container defaults of a limit range, and says so in an annotation.</summary>
internal static class LimitDefaults
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Changes the pod.</summary>
    public static void Apply(V1LimitRange range, V1Pod pod)
    {
        var requests = new Dictionary<string, ResourceQuantity>();
        var limits = new Dictionary<string, ResourceQuantity>();
        foreach (var item in range.Spec?.Limits ?? [])
        {
            if (item.Type != "Container") { continue; }
            foreach (var (name, quantity) in item.DefaultRequest ?? new Dictionary<string, ResourceQuantity>()) { requests[name] = quantity; }
            foreach (var (name, quantity) in item.DefaultProperty ?? new Dictionary<string, ResourceQuantity>()) { limits[name] = quantity; }
        }

        if (requests.Count + limits.Count == 0) { return; }
        var notes = new List<string>();
        foreach (var container in pod.Spec.Containers ?? []) { Apply(container, requests, limits, "container", notes); }
        foreach (var container in pod.Spec.InitContainers ?? []) { Apply(container, requests, limits, "init container", notes); }
        if (notes.Count == 0) { return; }
        pod.Metadata ??= new V1ObjectMeta();
        pod.Metadata.Annotations ??= new Dictionary<string, string>();
        pod.Metadata.Annotations[Annotation] = $"LimitRanger plugin set: {string.Join("; ", notes)}";
    }

    private static void Apply(
        V1Container container, Dictionary<string, ResourceQuantity> requests, Dictionary<string, ResourceQuantity> limits, string title, List<string> notes)
    {
        container.Resources ??= new V1ResourceRequirements();
        var setLimits = Merge(container.Resources.Limits, limits, merged => container.Resources.Limits = merged);
        var setRequests = Merge(container.Resources.Requests, requests, merged => container.Resources.Requests = merged);
        if (setRequests.Count > 0) { notes.Add($"{string.Join(", ", setRequests)} request for {title} {container.Name}"); }
        if (setLimits.Count > 0) { notes.Add($"{string.Join(", ", setLimits)} limit for {title} {container.Name}"); }
    }

    private static List<string> Merge(
        IDictionary<string, ResourceQuantity>? present, Dictionary<string, ResourceQuantity> defaults, Action<IDictionary<string, ResourceQuantity>> set)
    {
        List<string> missing = [.. defaults.Keys.Where(name => present?.ContainsKey(name) != true).Order(StringComparer.Ordinal)];
        if (missing.Count == 0) { return missing; }
        var merged = present is null ? [] : new Dictionary<string, ResourceQuantity>(present);
        foreach (var name in missing) { merged[name] = defaults[name]; }
        set(merged);
        return missing;
    }
}
