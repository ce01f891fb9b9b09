using k8s.Models;
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
        if (resources.Claims is not null) { errors.Forbidden(path.Child("claims"), "claims cannot be set for Resources at pod-level"); }
        Amounts(resources.Limits, path.Child("limits"), errors);
        Amounts(resources.Requests, path.Child("requests"), errors);
        foreach (var (name, request) in resources.Requests ?? new Dictionary<string, ResourceQuantity>()) { ResourceRules.AgainstLimit(name, request, resources.Limits, path, errors); }
        Containers(spec, resources, path, errors);
    }

    private static void Amounts(IDictionary<string, ResourceQuantity>? amounts, FieldPath path, FieldErrors errors)
    {
        foreach (var (name, quantity) in amounts ?? new Dictionary<string, ResourceQuantity>())
        {
            if (name is not ("cpu" or "memory") && !ResourceRules.IsHugePage(name)) { errors.NotSupported(path.Key(name), name, "cpu", "hugepages-", "memory"); }
            ResourceRules.Quantity(name, quantity, path, errors);
        }
    }

    private static void Containers(V1PodSpec spec, V1ResourceRequirements resources, FieldPath path, FieldErrors errors)
    {
        if (spec.Containers is null) { return; }
        var sums = PodRequests.Of(new V1Pod { Spec = new V1PodSpec { Containers = spec.Containers, InitContainers = spec.InitContainers } });
        foreach (var (name, sum) in sums)
        {
            var own = resources.Requests is not null && resources.Requests.TryGetValue(name, out var found) ? found : Quantities.Zero;
            if (Quantities.Compare(sum, own) > 0)
            {
                errors.Invalid(path.Child("requests").Key(name), Quantities.Format(own), $"must be greater than or equal to aggregate container requests of {Quantities.Format(sum)}");
            }
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
