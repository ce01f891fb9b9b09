using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for changing what a pod's containers get while they run: cpu and memory alone.</summary>
/// <remarks>As in upstream's <c>ValidatePodResize</c>.</remarks>
internal static class PodResizeRules
{
    private const string OnlyCompute = "only cpu and memory resources are mutable";
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Whole = FieldPath.Of(string.Empty);

    /// <summary>A resized pod against what is stored.</summary>
    public static void Validate(V1Pod pod, V1Pod old, FieldErrors errors)
    {
        PodRules.Validate(pod, old.Spec, errors);
        if (old.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") == true)
        {
            errors.Clear();
            errors.Forbidden(Whole, "static pods cannot be resized");
            return;
        }

        if (old.Spec.Os?.Name == "windows")
        {
            errors.Clear();
            errors.Forbidden(Whole, "windows pods cannot be resized");
            return;
        }

        if ((old.Status?.QosClass ?? PodQos.Of(old.Spec)) != PodQos.Of(pod.Spec)) { errors.Invalid(Spec, pod.Status?.QosClass ?? string.Empty, "Pod QOS Class may not change as a result of resizing"); }
        if (!IsSupported(old)) { errors.Forbidden(Spec, "Pod running on node without support for resize"); }
        var resources = WholePod(pod.Spec.Resources, old.Spec.Resources, errors);
        if (old.Status?.NodeAllocatableResourceClaimStatuses is { Count: > 0 }) { errors.Forbidden(Spec, "pods with node allocatable resource claims cannot be resized"); }
        var faults = errors.Count;
        Order(pod.Spec.Containers, old.Spec.Containers, "containers", errors);
        Order(pod.Spec.InitContainers, old.Spec.InitContainers, "initContainers", errors);
        if (errors.Count > faults) { return; }

        Removed(pod.Spec.InitContainers, old.Spec.InitContainers, "initContainers", errors);
        Removed(pod.Spec.Containers, old.Spec.Containers, "containers", errors);
        var allowed = pod.Spec with { Containers = Containers(pod.Spec, old.Spec, errors), InitContainers = InitContainers(pod.Spec, old.Spec, errors), Resources = resources };
        if (errors.Count == 0 && !ContentEquality.Same(allowed, old.Spec)) { errors.Forbidden(Spec, OnlyCompute); }
    }

    // A node that can resize reports what its containers have.
    private static bool IsSupported(V1Pod pod)
    {
        foreach (var status in pod.Status?.ContainerStatuses ?? [])
        {
            if (status.State?.Running is not null) { return status.Resources is not null; }
        }

        return true;
    }

    private static void Order(IList<V1Container>? now, IList<V1Container>? old, string field, FieldErrors errors)
    {
        if ((now?.Count ?? 0) != (old?.Count ?? 0))
        {
            errors.Forbidden(Spec.Child(field), $"{field} may not be added or removed on resize");
            return;
        }

        for (var index = 0; index < (now?.Count ?? 0); index++)
        {
            if (now![index].Name != old![index].Name) { errors.Forbidden(Spec.Child(field).Index(index).Child("name"), $"{field} may not be renamed or reordered on resize"); }
        }
    }

    // The new containers with what may change set back; what then still differs may not.
    private static List<V1Container>? Containers(V1PodSpec spec, V1PodSpec old, FieldErrors errors)
    {
        if (spec.Containers is null) { return null; }
        var result = new List<V1Container>(spec.Containers.Count);
        for (var index = 0; index < spec.Containers.Count; index++)
        {
            var allowed = spec.Containers[index] with { Resources = OfContainer(spec.Containers[index].Resources, old.Containers[index].Resources) };
            if (!ContentEquality.Same(allowed, old.Containers[index])) { errors.Forbidden(Spec, OnlyCompute); }
            result.Add(allowed);
        }

        return result;
    }

    private static List<V1Container>? InitContainers(V1PodSpec spec, V1PodSpec old, FieldErrors errors)
    {
        if (spec.InitContainers is null) { return null; }
        var result = new List<V1Container>(spec.InitContainers.Count);
        for (var index = 0; index < spec.InitContainers.Count; index++)
        {
            var (now, before, path) = (spec.InitContainers[index], old.InitContainers[index], Spec.Child("initContainers").Index(index));
            var allowed = now with { Resources = OfContainer(now.Resources, before.Resources) };
            if (!ContentEquality.Same(allowed, before)) { errors.Forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable"); }

            // One that runs once cannot be started again for the sake of its size.
            if (now.RestartPolicy != "Always" && !ContentEquality.Same(now, before) && now.ResizePolicy?.Any(static policy => policy.RestartPolicy == "RestartContainer") == true)
            {
                errors.Forbidden(path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
            }

            result.Add(allowed);
        }

        return result;
    }

    private static V1ResourceRequirements? WholePod(V1ResourceRequirements? now, V1ResourceRequirements? old, FieldErrors errors)
    {
        var path = Spec.Child("resources");
        if (now is null)
        {
            if (old is { Requests.Count: > 0 } or { Limits.Count: > 0 }) { errors.Forbidden(path, "pod-level resources cannot be removed"); }
            return old;
        }

        if (Misses(now.Requests, old?.Requests)) { errors.Forbidden(path.Child("requests"), "pod-level resource requests cannot be removed"); }
        if (Misses(now.Limits, old?.Limits)) { errors.Forbidden(path.Child("limits"), "pod-level resource limits cannot be removed"); }
        var allowed = WithoutCompute(now, old);
        if (old is null && allowed is { Requests: null or { Count: 0 }, Limits: null or { Count: 0 }, Claims: null or { Count: 0 } }) { return null; }
        if (!ContentEquality.Same(allowed, old)) { errors.Forbidden(Spec, "only cpu and memory resources are mutable at pod-level"); }
        return allowed;
    }

    private static void Removed(IList<V1Container>? now, IList<V1Container>? old, string field, FieldErrors errors)
    {
        for (var index = 0; index < (old?.Count ?? 0); index++)
        {
            if (Misses(now![index].Resources?.Requests, old![index].Resources?.Requests)) { errors.Forbidden(Spec.Child(field).Index(index).Child("resources").Child("requests"), "resource requests cannot be removed"); }
            if (Misses(now[index].Resources?.Limits, old[index].Resources?.Limits)) { errors.Forbidden(Spec.Child(field).Index(index).Child("resources").Child("limits"), "resource limits cannot be removed"); }
        }
    }

    private static bool Misses(IDictionary<string, ResourceQuantity>? now, IDictionary<string, ResourceQuantity>? old)
    {
        foreach (var (name, _) in old ?? new Dictionary<string, ResourceQuantity>())
        {
            if (now?.ContainsKey(name) != true) { return true; }
        }

        return false;
    }

    // Upstream compares a container without the devices that it claims, so that one with claims cannot be resized at all.
    private static V1ResourceRequirements? OfContainer(V1ResourceRequirements? now, V1ResourceRequirements? old)
        => WithoutCompute(now, old) is { Claims.Count: > 0 } claiming ? claiming with { Claims = null } : WithoutCompute(now, old);

    private static V1ResourceRequirements? WithoutCompute(V1ResourceRequirements? now, V1ResourceRequirements? old)
    {
        if (now is null) { return old; }
        return now with { Requests = WithoutCompute(now.Requests, old?.Requests), Limits = WithoutCompute(now.Limits, old?.Limits) };
    }

    private static Dictionary<string, ResourceQuantity>? WithoutCompute(IDictionary<string, ResourceQuantity>? now, IDictionary<string, ResourceQuantity>? old)
    {
        if (now is null && old is null) { return null; }
        var result = now is null ? [] : new Dictionary<string, ResourceQuantity>(now);
        foreach (var name in (ReadOnlySpan<string>)["cpu", "memory"])
        {
            result.Remove(name);
            if (old is not null && old.TryGetValue(name, out var quantity)) { result[name] = quantity; }
        }

        return result;
    }
}
