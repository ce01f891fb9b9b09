using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what is reported of a pod's containers: who they run as, and the health of what they were given.</summary>
internal static class ContainerStatusRules
{
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>Of all containers.</summary>
    public static void Validate(V1PodStatus status, V1PodSpec? spec, FieldErrors errors)
    {
        Users(status.ContainerStatuses, spec?.Os?.Name, Status.Child("containerStatuses"), errors);
        Users(status.InitContainerStatuses, spec?.Os?.Name, Status.Child("initContainerStatuses"), errors);
        Users(status.EphemeralContainerStatuses, spec?.Os?.Name, Status.Child("ephemeralContainerStatuses"), errors);
        Health(status.ContainerStatuses, spec?.Containers, Status.Child("containerStatuses"), errors);
        Health(status.InitContainerStatuses, spec?.InitContainers, Status.Child("initContainerStatuses"), errors);
        for (var index = 0; index < (status.EphemeralContainerStatuses?.Count ?? 0); index++)
        {
            if (status.EphemeralContainerStatuses![index].AllocatedResourcesStatus is { Count: > 0 })
            {
                errors.Forbidden(Status.Child("ephemeralContainerStatuses").Index(index).Child("allocatedResourcesStatus"), "must not be specified in container status");
            }
        }
    }

    private static void Users(IList<V1ContainerStatus>? statuses, string? system, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (statuses?.Count ?? 0); index++)
        {
            if (statuses![index].User?.Linux is not { } user) { continue; }
            var at = path.Index(index).Child("user").Child("linux");
            if (system == "windows") { errors.Forbidden(at, "cannot be set for a windows pod"); }
            else if (system is null or "linux") { User(user, at, errors); }
        }
    }

    private static void User(V1LinuxContainerUser user, FieldPath path, FieldErrors errors)
    {
        NumberRules.UserId(user.Uid, path, "uid", errors);
        NumberRules.UserId(user.Gid, path, "gid", errors);
        for (var index = 0; index < (user.SupplementalGroups?.Count ?? 0); index++)
        {
            if (user.SupplementalGroups![index] is < 0 or > int.MaxValue) { errors.Invalid(path.Child("supplementalGroups").Index(index), user.SupplementalGroups[index], TextRules.Between(0, int.MaxValue)); }
        }
    }

    private static void Health(IList<V1ContainerStatus>? statuses, IList<V1Container>? containers, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (statuses?.Count ?? 0); index++)
        {
            var status = statuses![index];
            for (var item = 0; item < (status.AllocatedResourcesStatus?.Count ?? 0); item++)
            {
                var (resource, at) = (status.AllocatedResourcesStatus![item], path.Index(index).Child("allocatedResourcesStatus").Index(item));
                if (containers?.FirstOrDefault(container => container.Name == status.Name) is { } owner) { Name(resource.Name ?? string.Empty, owner.Resources, at.Child("name"), errors); }
                Parts(resource.Resources, at.Child("resources"), errors);
            }
        }
    }

    private static void Name(string name, V1ResourceRequirements? resources, FieldPath path, FieldErrors errors)
    {
        if (name.StartsWith("claim:", StringComparison.Ordinal))
        {
            if (resources?.Claims?.Any(claim => name == (string.IsNullOrEmpty(claim.Request) ? $"claim:{claim.Name}" : $"claim:{claim.Name}/{claim.Request}")) == true) { return; }
            errors.Invalid(path, name, "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty");
        }
        else if (resources?.Requests?.ContainsKey(name) != true)
        {
            errors.Invalid(path, name, "must match one of the container's resource requests");
        }
    }

    private static void Parts(IList<V1ResourceHealth>? parts, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (parts?.Count ?? 0); index++)
        {
            var part = parts![index];
            if (part.Health is not ("Healthy" or "Unhealthy" or "Unknown")) { errors.NotSupported(path.Index(index).Child("health"), part.Health ?? string.Empty, "Healthy", "Unhealthy", "Unknown"); }
            if (part.Message is { Length: 0 }) { errors.Required(path.Index(index).Child("message"), "must be non-empty if specified"); }
            if (!seen.Add(part.ResourceID ?? string.Empty)) { errors.Duplicate(path.Index(index).Child("resourceID"), part.ResourceID); }
        }
    }
}
