using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what containers ask for and may use.</summary>
internal static class ResourceRules
{
    /// <summary>A container's requests and limits.</summary>
    public static void Validate(V1ResourceRequirements resources, IReadOnlyCollection<string> claimNames, FieldPath path, FieldErrors errors)
    {
        if (resources.Limits is { Count: > 0 }) { Amounts(resources.Limits, path.Child("limits"), errors); }
        if (resources.Requests is { Count: > 0 })
        {
            Amounts(resources.Requests, path.Child("requests"), errors);
            foreach (var (name, request) in resources.Requests) { AgainstLimit(name, request, resources.Limits, path, errors); }
        }

        if (HasHugePages(resources) && !HasCompute(resources.Limits) && !HasCompute(resources.Requests)) { errors.Forbidden(path, "HugePages require cpu or memory"); }
        if (resources.Claims is { Count: > 0 }) { ClaimRules.References(resources.Claims, claimNames, path, errors); }
    }

    /// <summary>Amounts that are checked as limits, such as a runtime's overhead.</summary>
    public static void Limits(IDictionary<string, ResourceQuantity> limits, FieldPath path, FieldErrors errors)
    {
        Amounts(limits, path.Child("limits"), errors);
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

    /// <summary>A quantity that is not negative, and whole where the resource is counted.</summary>
    public static void Quantity(string name, ResourceQuantity quantity, FieldPath parent, FieldErrors errors)
    {
        var value = quantity.ToDecimal();
        if (value < 0) { errors.Invalid(parent.Key(name), Quantities.Format(quantity), NumberRules.NotNegativeText); }
        if (decimal.Truncate(value) != value && IsCounted(name)) { errors.Invalid(parent.Key(name), Quantities.Format(quantity), "must be an integer"); }
        if (IsHugePage(name) && !IsMultiple(name, value)) { errors.Invalid(parent.Key(name), Quantities.Format(quantity), $"{Quantities.Format(quantity)} is not positive integer multiple of {name}"); }
    }

    /// <summary>Whether a name is of the form <c>hugepages-2Mi</c>.</summary>
    public static bool IsHugePage(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);

    private static void Amounts(IDictionary<string, ResourceQuantity> amounts, FieldPath path, FieldErrors errors)
    {
        foreach (var (name, quantity) in amounts)
        {
            if (name is not ("cpu" or "memory" or "ephemeral-storage")) { Name(name, path, errors); }
            if (quantity is not null) { Quantity(name, quantity, path, errors); }
        }
    }

    /// <summary>A resource that a container can have, as the key of a map.</summary>
    public static void Name(string name, FieldPath parent, FieldErrors errors)
    {
        if (!IsContainerResource(name)) { ContainerResource(name, parent.Key(name), errors); }
    }

    /// <summary>A resource that a container can have.</summary>
    public static void ContainerResource(string name, FieldPath path, FieldErrors errors)
    {
        if (!TextRules.IsQualifiedName(name)) { TextRules.QualifiedName(name, path, errors); }
        else if (!name.Contains('/', StringComparison.Ordinal))
        {
            if (!IsContainerResource(name)) { errors.Invalid(path, name, "must be a standard resource for containers"); }
        }
        else if (!IsNative(name) && !IsExtended(name))
        {
            errors.Invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    private static bool IsContainerResource(string name)
        => name is "cpu" or "memory" or "ephemeral-storage" || (IsHugePage(name) && TextRules.IsQualifiedName(name) && !name.Contains('/', StringComparison.Ordinal));

    private static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    /// <summary>Whether a resource is somebody else's, with a domain of theirs.</summary>
    public static bool IsExtended(string name)
        => !IsNative(name) && !name.StartsWith("requests.", StringComparison.Ordinal) && TextRules.IsQualifiedName("requests." + name);

    /// <summary>Whether containers together may be allowed more of it than there is.</summary>
    public static bool MayOvercommit(string name) => IsNative(name) && !IsHugePage(name);

    private static bool IsCounted(string name) => IsExtended(name);

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
