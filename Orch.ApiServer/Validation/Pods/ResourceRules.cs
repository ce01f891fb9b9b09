using k8s.Models;
using Orch.ApiServer.Kinds.Core.Quotas;
using Orch.Resources;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what containers ask for and may use.</summary>
internal static class ResourceRules
{
    /// <summary>A container's requests and limits, or those of what is named by another rule.</summary>
    /// <param name="name">The rule for names; that for containers when null.</param>
    public static void Validate(
        V1ResourceRequirements resources, IReadOnlyCollection<string> claimNames, FieldPath path, FieldErrors errors, Action<string, FieldPath, FieldErrors>? name = null)
    {
        if (resources.Limits is { Count: > 0 })
        {
            foreach (var (resource, quantity) in resources.Limits) { Amount(resource, quantity, path, "limits", errors, name); }
        }

        if (resources.Requests is { Count: > 0 })
        {
            foreach (var (resource, quantity) in resources.Requests)
            {
                Amount(resource, quantity, path, "requests", errors, name);
                if (quantity is not null) { AgainstLimit(resource, quantity, resources.Limits, path, errors); }
            }
        }

        if (HasHugePages(resources) && !HasCompute(resources.Limits) && !HasCompute(resources.Requests)) { errors.Forbidden(path, "HugePages require cpu or memory"); }
        if (resources.Claims is { Count: > 0 }) { ClaimRules.References(resources.Claims, claimNames, path, errors); }
    }

    /// <summary>Amounts that are checked as limits, such as a runtime's overhead.</summary>
    public static void Limits(IDictionary<string, ResourceQuantity> limits, FieldPath path, FieldErrors errors)
    {
        foreach (var (resource, quantity) in limits) { Amount(resource, quantity, path, "limits", errors, null); }
        if (limits.Keys.Any(IsHugePage) && !HasCompute(limits)) { errors.Forbidden(path, "HugePages require cpu or memory"); }
    }

    /// <summary>A request against its limit.</summary>
    public static void AgainstLimit(string name, ResourceQuantity request, IDictionary<string, ResourceQuantity>? limits, FieldPath path, FieldErrors errors)
    {
        if (limits is not null && limits.TryGetValue(name, out var limit))
        {
            var order = request.ToDecimal().CompareTo(limit.ToDecimal());
            if (order != 0 && !MayOvercommit(name)) { errors.Invalid(path.Child("requests"), Quantities.Format(request), $"must be equal to {name} limit of {Quantities.Format(limit)}"); }
            else if (order > 0) { errors.Invalid(path.Child("requests"), Quantities.Format(request), $"must be less than or equal to {name} limit of {Quantities.Format(limit)}"); }
        }
        else if (!MayOvercommit(name))
        {
            errors.Required(path.Child("limits"), "Limit must be set for non overcommitable resources");
        }
    }

    /// <summary>Whether a name is of the form <c>hugepages-2Mi</c>.</summary>
    public static bool IsHugePage(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);

    /// <summary>A resource that a container can have, as the key of a map.</summary>
    public static void Name(string name, FieldPath parent, FieldErrors errors)
    {
        if (!IsStandard(name)) { ContainerResource(name, parent.Key(name), errors); }
    }

    /// <summary>A resource that a container can have; what is not known at all has two faults, as upstream looks twice.</summary>
    public static void ContainerResource(string name, FieldPath path, FieldErrors errors)
    {
        ResourceNames.Validate(name, path, errors);
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            if (!IsStandard(name)) { errors.Invalid(path, name, "must be a standard resource for containers"); }
        }
        else if (!IsNative(name) && !IsExtended(name))
        {
            errors.Invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    // Paths are only made where a closer look is needed: this runs for each amount of each container.
    private static void Amount(string resource, ResourceQuantity? quantity, FieldPath path, string field, FieldErrors errors, Action<string, FieldPath, FieldErrors>? name)
    {
        if (name is not null) { name(resource, path.Child(field).Key(resource), errors); }
        else if (resource is not ("cpu" or "memory" or "ephemeral-storage")) { ContainerResource(resource, path.Child(field).Key(resource), errors); }
        if (quantity is null) { return; }
        var value = quantity.ToDecimal();
        if (value < 0) { errors.Invalid(path.Child(field).Key(resource), Quantities.Format(quantity), NumberRules.NotNegativeText); }
        if (decimal.Truncate(value) != value && ResourceNames.IsCounted(resource)) { errors.Invalid(path.Child(field).Key(resource), Quantities.Format(quantity), "must be an integer"); }
        if (IsHugePage(resource) && !IsMultiple(resource, value))
        {
            errors.Invalid(path.Child(field).Key(resource), Quantities.Format(quantity), $"{Quantities.Format(quantity)} is not positive integer multiple of {resource}");
        }
    }

    private static bool IsStandard(string name) => name is "cpu" or "memory" or "ephemeral-storage" || IsHugePage(name);

    /// <summary>Whether a resource is Kubernetes' own.</summary>
    public static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    /// <summary>Whether a resource is somebody else's, with a domain of theirs.</summary>
    public static bool IsExtended(string name)
        => !IsNative(name) && !name.StartsWith("requests.", StringComparison.Ordinal) && TextRules.IsQualifiedName("requests." + name);

    /// <summary>Whether containers together may be allowed more of it than there is.</summary>
    public static bool MayOvercommit(string name) => IsNative(name) && !IsHugePage(name);

    private static bool HasCompute(IDictionary<string, ResourceQuantity>? amounts) => amounts is not null && (amounts.ContainsKey("cpu") || amounts.ContainsKey("memory"));

    private static bool HasHugePages(V1ResourceRequirements resources) => HasHugePages(resources.Limits) || HasHugePages(resources.Requests);

    private static bool HasHugePages(IDictionary<string, ResourceQuantity>? amounts)
    {
        if (amounts is null) { return false; }
        foreach (var (name, _) in amounts)
        {
            if (IsHugePage(name)) { return true; }
        }

        return false;
    }

    private static bool IsMultiple(string name, decimal value)
        => Quantities.TryParse(name["hugepages-".Length..], out var page, out _) && page!.ToDecimal() > 0 && value >= page.ToDecimal() && value % page.ToDecimal() == 0;
}
