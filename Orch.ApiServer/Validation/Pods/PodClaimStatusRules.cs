using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what is reported of the devices that a pod claims.</summary>
internal static class PodClaimStatusRules
{
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>Claims made from templates and for extended resources.</summary>
    public static void Validate(V1PodStatus status, V1PodSpec? spec, FieldErrors errors)
    {
        if (status.ResourceClaimStatuses is { Count: > 0 } made) { Made(made, spec?.ResourceClaims, Status.Child("resourceClaimStatuses"), errors); }
        if (status.ExtendedResourceClaimStatus is { } extended) { Extended(extended, spec, Status.Child("extendedResourceClaimStatus"), errors); }
    }

    private static void Made(IList<V1PodResourceClaimStatus> made, IList<V1PodResourceClaim>? claims, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < made.Count; index++)
        {
            var (claim, at) = (made[index], path.Index(index));
            var name = claim.Name ?? string.Empty;
            if (claims?.Any(other => (other.Name ?? string.Empty) == name) != true) { errors.Invalid(at.Child("name"), name, "must match the name of an entry in `spec.resourceClaims`"); }
            if (!names.Add(name)) { errors.Duplicate(at.Child("name"), name); }
            if (claim.ResourceClaimName is { } made1) { NameRules.DnsSubdomain(made1, false, at.Child("resourceClaimName"), errors); }
        }
    }

    private static void Extended(V1PodExtendedResourceClaimStatus status, V1PodSpec? spec, FieldPath path, FieldErrors errors)
    {
        var mappings = status.RequestMappings ?? [];
        if (mappings.Count == 0) { errors.Required(path.Child("requestMappings"), "at least one request mapping is required"); }
        var seen = new HashSet<(string?, string?, string?)>();
        for (var index = 0; index < mappings.Count; index++)
        {
            var (mapping, at) = (mappings[index], path.Child("requestMappings").Index(index));
            if ((Find(spec?.Containers, mapping.ContainerName) ?? Find(spec?.InitContainers, mapping.ContainerName)) is not { } container)
            {
                errors.Invalid(at.Child("containerName"), mapping.ContainerName ?? string.Empty, "must match the name of an entry in spec.initContainers.name or spec.containers.name");
            }
            else if (container.Resources?.Requests?.ContainsKey(mapping.ResourceName ?? string.Empty) != true)
            {
                errors.Invalid(at.Child("resourceName"), mapping.ResourceName ?? string.Empty,
                    "must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests");
            }

            // The path is upstream's.
            NameRules.DnsLabel(mapping.RequestName ?? string.Empty, false, path.Child("requestName"), errors);
            if (seen.Add((mapping.ContainerName, mapping.ResourceName, mapping.RequestName))) { continue; }
            errors.Duplicate(at.Child("containerName"), mapping.ContainerName);
            errors.Duplicate(at.Child("resourceName"), mapping.ResourceName);
            errors.Duplicate(at.Child("requestName"), mapping.RequestName);
        }

        if (string.IsNullOrEmpty(status.ResourceClaimName)) { errors.Required(path.Child("resourceClaimName")); }
        else { NameRules.DnsSubdomain(status.ResourceClaimName, false, path.Child("resourceClaimName"), errors); }
    }

    private static V1Container? Find(IList<V1Container>? containers, string? name) => containers?.FirstOrDefault(container => container.Name == name);
}
