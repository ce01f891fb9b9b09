using k8s.Models;
using Orch.ApiServer.Kinds.Core.Quotas;
using Orch.Resources;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for resources of a pod as a whole.</summary>
internal static class PodResourceRules
{
    /// <summary>Requests and limits by themselves, and against the containers'.</summary>
    public static void Validate(V1PodSpec spec, FieldPath parent, FieldErrors errors)
    {
        if (spec.Resources is not { } resources) { return; }
        var path = parent.Child("resources");
        if (spec.Os?.Name == "windows")
        {
            errors.Forbidden(path, "may not be set for a windows pod");
            return;
        }

        if (resources.Claims is not null) { errors.Forbidden(path.Child("claims"), "claims may not be set for Resources at pod-level"); }
        ResourceRules.Validate(resources, ClaimRules.Names(spec.ResourceClaims), path, errors, Name);
        Containers(spec, resources, path, errors);
    }

    private static void Name(string name, FieldPath path, FieldErrors errors)
    {
        var faults = errors.Count;
        ResourceNames.Validate(name, path, errors);
        if (errors.Count == faults && name is not ("cpu" or "memory") && !ResourceRules.IsHugePage(name)) { errors.NotSupported(path, name, "cpu", "hugepages-", "memory"); }
    }

    private static void Containers(V1PodSpec spec, V1ResourceRequirements resources, FieldPath path, FieldErrors errors)
    {
        if (spec.Containers is null) { return; }
        var pod = new V1Pod { Spec = new V1PodSpec { Containers = spec.Containers, InitContainers = spec.InitContainers } };
        foreach (var (name, sum) in PodRequests.Of(pod))
        {
            if (resources.Requests is null || !resources.Requests.TryGetValue(name, out var own) || Quantities.Compare(sum, own) <= 0) { continue; }
            errors.Invalid(path.Child("requests").Key(name), Quantities.Format(own), $"must be greater than or equal to aggregate container requests of {Quantities.Format(sum)}");
        }

        // What is set aside in large pages is never lent, so the whole has at least what the parts have.
        foreach (var (name, sum) in PodRequests.LimitsOf(pod))
        {
            if (!ResourceRules.IsHugePage(name) || resources.Limits is null || !resources.Limits.TryGetValue(name, out var own) || Quantities.Compare(sum, own) <= 0) { continue; }
            errors.Invalid(path.Child("limits").Key(name), Quantities.Format(own), $"must be greater than or equal to aggregate container limits of {Quantities.Format(sum)}");
        }

        for (var index = 0; index < spec.Containers.Count; index++)
        {
            foreach (var (name, limit) in spec.Containers[index].Resources?.Limits ?? new Dictionary<string, ResourceQuantity>())
            {
                if (resources.Limits is null || !resources.Limits.TryGetValue(name, out var most) || Quantities.Compare(limit, most) <= 0) { continue; }
                errors.Invalid(path.Child("containers").Index(index).Key(name).Child("limits"), Quantities.Format(limit), $"must be less than or equal to pod limits of {Quantities.Format(most)}");
            }
        }
    }
}
