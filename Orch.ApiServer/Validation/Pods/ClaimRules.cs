using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for claims of dynamic resources.</summary>
internal static class ClaimRules
{
    /// <summary>The names that containers may refer to.</summary>
    public static IReadOnlyCollection<string> Names(IList<V1PodResourceClaim>? claims)
        => claims is not { Count: > 0 } ? [] : [.. claims.Where(static claim => !string.IsNullOrEmpty(claim.Name)).Select(static claim => claim.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A pod's claims.</summary>
    /// <param name="isMirror">A mirror of a pod that a node has by itself cannot have any.</param>
    public static void Validate(IList<V1PodResourceClaim>? claims, bool isMirror, FieldPath parent, FieldErrors errors)
    {
        if (isMirror)
        {
            foreach (var _ in claims ?? []) { errors.Forbidden(FieldPath.Of(string.Empty), "static pods do not support resource claims"); }
            return;
        }

        var names = new HashSet<string>();
        for (var index = 0; index < (claims?.Count ?? 0); index++)
        {
            var (claim, path) = (claims![index], parent.Child("resourceClaims").Index(index));
            if (string.IsNullOrEmpty(claim.Name)) { errors.Required(path.Child("name")); }
            else if (!names.Add(claim.Name)) { errors.Duplicate(path.Child("name"), claim.Name); }
            else { NameRules.DnsLabel(claim.Name, false, path.Child("name"), errors); }

            if (claim.ResourceClaimName is not null && claim.ResourceClaimTemplateName is not null)
            {
                errors.Invalid(path, claim, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
            }

            if (claim.ResourceClaimName is null && claim.ResourceClaimTemplateName is null)
            {
                errors.Invalid(path, claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }

            if (claim.ResourceClaimName is { } name) { NameRules.DnsSubdomain(name, false, path.Child("resourceClaimName"), errors); }
            if (claim.ResourceClaimTemplateName is { } template) { NameRules.DnsSubdomain(template, false, path.Child("resourceClaimTemplateName"), errors); }
        }
    }

    /// <summary>What a container refers to.</summary>
    public static void References(IList<Corev1ResourceClaim>? claims, IReadOnlyCollection<string> known, FieldPath parent, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        for (var index = 0; index < (claims?.Count ?? 0); index++)
        {
            var (claim, path) = (claims![index], parent.Child("claims").Index(index));
            if (string.IsNullOrEmpty(claim.Name))
            {
                errors.Required(path);
                continue;
            }

            if (!seen.Contains(claim.Name) && !string.IsNullOrEmpty(claim.Request)) { NameRules.DnsLabel(claim.Request, false, path.Child("request"), errors); }
            var key = string.IsNullOrEmpty(claim.Request) ? claim.Name : $"{claim.Name}/{claim.Request}";
            var overlaps = seen.Contains(claim.Name) || (key == claim.Name && seen.Any(other => other.StartsWith(claim.Name + "/", StringComparison.Ordinal)));
            if (overlaps) { errors.Duplicate(path, claim.Name); }
            else if (!seen.Add(key)) { errors.Duplicate(path, key); }
            if (!known.Contains(claim.Name))
            {
                errors.NotFound(path, claim.Name, "must be one of the names in pod.spec.resourceClaims" + (known.Count == 0 ? " which is empty" : ": " + string.Join(", ", known)));
            }
        }
    }
}
