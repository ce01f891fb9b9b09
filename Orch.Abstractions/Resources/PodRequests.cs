using k8s.Models;

namespace Orch.Resources;

/// <summary>What a pod asks for, or may use, as a whole.</summary>
/// <remarks>
/// The rule is Kubernetes': app containers and sidecars run together and add up; an ordinary init container runs alone but for the sidecars
/// before it, so the pod needs the greater of both; overhead comes on top; resources of the pod as a whole, where given, count instead of the containers'.
/// https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
/// </remarks>
public static class PodRequests
{
    /// <summary>Requests by resource name; resources that nobody asks for are absent.</summary>
    public static IReadOnlyDictionary<string, ResourceQuantity> Of(V1Pod pod) => Sum(pod, static resources => resources?.Requests);

    /// <summary>Limits by resource name; a resource that some container leaves unlimited still shows what the others may use.</summary>
    public static IReadOnlyDictionary<string, ResourceQuantity> LimitsOf(V1Pod pod) => Sum(pod, static resources => resources?.Limits);

    private static Dictionary<string, ResourceQuantity> Sum(V1Pod pod, Func<V1ResourceRequirements?, IDictionary<string, ResourceQuantity>?> amounts)
    {
        var running = new Dictionary<string, ResourceQuantity>();
        foreach (var container in pod.Spec.Containers) { Add(running, amounts(container.Resources)); }
        if (pod.Spec.InitContainers is { Count: > 0 } initContainers) { AddInitContainers(running, initContainers, amounts); }
        foreach (var (name, quantity) in amounts(pod.Spec.Resources) ?? new Dictionary<string, ResourceQuantity>()) { running[name] = quantity; }
        Add(running, pod.Spec.Overhead);
        return running;
    }

    private static void AddInitContainers(
        Dictionary<string, ResourceQuantity> running, IList<V1Container> initContainers, Func<V1ResourceRequirements?, IDictionary<string, ResourceQuantity>?> amounts)
    {
        var sidecars = new Dictionary<string, ResourceQuantity>();
        var peak = new Dictionary<string, ResourceQuantity>();
        foreach (var container in initContainers)
        {
            if (container.RestartPolicy == "Always")
            {
                Add(running, amounts(container.Resources));
                Add(sidecars, amounts(container.Resources));
                Raise(peak, sidecars);
                continue;
            }

            var alone = new Dictionary<string, ResourceQuantity>(sidecars);
            Add(alone, amounts(container.Resources));
            Raise(peak, alone);
        }

        Raise(running, peak);
    }

    private static void Add(Dictionary<string, ResourceQuantity> sum, IDictionary<string, ResourceQuantity>? amounts)
    {
        foreach (var (name, quantity) in amounts ?? new Dictionary<string, ResourceQuantity>())
        {
            sum[name] = sum.TryGetValue(name, out var present) ? Quantities.Add(present, quantity) : quantity;
        }
    }

    private static void Raise(Dictionary<string, ResourceQuantity> sum, Dictionary<string, ResourceQuantity> atLeast)
    {
        foreach (var (name, quantity) in atLeast)
        {
            if (!sum.TryGetValue(name, out var present) || Quantities.Compare(present, quantity) < 0) { sum[name] = quantity; }
        }
    }
}
