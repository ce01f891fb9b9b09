using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Quotas;

/// <summary>The rules for quotas.</summary>
internal static class ResourceQuotaRules
{
    private const string MustExist = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>What is wanted.</summary>
    public static void Validate(V1ResourceQuotaSpec spec, FieldErrors errors)
    {
        Amounts(spec.Hard, Spec.Child("hard"), errors);
        Scopes(spec, Spec.Child("scopes"), errors);
        if (spec.ScopeSelector is not null) { Selector(spec, Spec.Child("scopeSelector").Child("matchExpressions"), errors); }
    }

    /// <summary>What is wanted after a change; the scopes stay.</summary>
    public static void ValidateUpdate(V1ResourceQuotaSpec spec, V1ResourceQuotaSpec old, FieldErrors errors)
    {
        Validate(spec, errors);
        if (!(spec.Scopes ?? []).ToHashSet().SetEquals(old.Scopes ?? [])) { errors.Invalid(Spec.Child("scopes"), spec.Scopes ?? [], ImmutableRule.Text); }
    }

    /// <summary>What is reported.</summary>
    public static void ValidateStatus(V1ResourceQuotaStatus? status, FieldErrors errors)
    {
        Amounts(status?.Hard, FieldPath.Of("status").Child("hard"), errors);
        Amounts(status?.Used, FieldPath.Of("status").Child("used"), errors);
    }

    private static void Amounts(IDictionary<string, ResourceQuantity>? amounts, FieldPath parent, FieldErrors errors)
    {
        foreach (var (name, quantity) in amounts ?? new Dictionary<string, ResourceQuantity>())
        {
            ResourceNames.ValidateQuota(name, parent.Key(name), errors);
            if (quantity is null) { continue; }
            var value = quantity.ToDecimal();
            if (value < 0) { errors.Invalid(parent.Key(name), quantity, NumberRules.NotNegativeText); }
            if (decimal.Truncate(value) != value && ResourceNames.IsCounted(name)) { errors.Invalid(parent.Key(name), quantity, "must be an integer"); }
        }
    }

    private static void Scopes(V1ResourceQuotaSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Scopes is not { Count: > 0 } scopes) { return; }
        foreach (var scope in scopes)
        {
            if (!IsScope(scope)) { errors.Invalid(path, scopes, "unsupported scope"); }
            foreach (var _ in Unfit(scope, spec.Hard)) { errors.Invalid(path, scopes, "unsupported scope applied to resource"); }
        }

        Conflicts(scopes, scopes, path, errors);
    }

    private static void Selector(V1ResourceQuotaSpec spec, FieldPath path, FieldErrors errors)
    {
        var requirements = spec.ScopeSelector.MatchExpressions ?? [];
        foreach (var requirement in requirements)
        {
            var (scope, count) = (requirement.ScopeName ?? string.Empty, requirement.Values?.Count ?? 0);
            if (!IsScope(scope)) { errors.Invalid(path.Child("scopeName"), scope, "unsupported scope"); }
            foreach (var _ in Unfit(scope, spec.Hard)) { errors.Invalid(path, spec.ScopeSelector, "unsupported scope applied to resource"); }
            if (scope is "BestEffort" or "NotBestEffort" or "Terminating" or "NotTerminating" or "CrossNamespacePodAffinity" && requirement.OperatorProperty != "Exists")
            {
                errors.Invalid(path.Child("operator"), requirement.OperatorProperty ?? string.Empty, MustExist);
            }

            switch (requirement.OperatorProperty)
            {
                case "In" or "NotIn":
                    if (count == 0) { errors.Required(path.Child("values"), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"); }
                    break;
                case "Exists" or "DoesNotExist":
                    if (count != 0) { errors.Invalid(path.Child("values"), requirement.Values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"); }
                    break;
                default:
                    errors.Invalid(path.Child("operator"), requirement.OperatorProperty ?? string.Empty, "not a valid selector operator");
                    break;
            }
        }

        Conflicts([.. requirements.Select(static requirement => requirement.ScopeName)], spec.Scopes, path, errors);
    }

    private static void Conflicts(IList<string> scopes, IList<string>? shown, FieldPath path, FieldErrors errors)
    {
        if (scopes.Contains("BestEffort") && scopes.Contains("NotBestEffort")) { errors.Invalid(path, shown, "conflicting scopes"); }
        if (scopes.Contains("Terminating") && scopes.Contains("NotTerminating")) { errors.Invalid(path, shown, "conflicting scopes"); }
    }

    private static bool IsScope(string? scope)
        => scope is "Terminating" or "NotTerminating" or "BestEffort" or "NotBestEffort" or "PriorityClass" or "CrossNamespacePodAffinity" or "VolumeAttributesClass";

    // The standard resources of the quota that a scope says nothing about.
    private static IEnumerable<string> Unfit(string? scope, IDictionary<string, ResourceQuantity>? hard)
        => (hard?.Keys ?? []).Where(name => ResourceNames.IsQuota(name) && !Fits(scope, name));

    private static bool Fits(string? scope, string name) => scope switch
    {
        "Terminating" or "NotTerminating" or "NotBestEffort" or "PriorityClass" or "CrossNamespacePodAffinity"
            => name is "pods" or "cpu" or "memory" or "limits.cpu" or "limits.memory" or "requests.cpu" or "requests.memory",
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => name is "persistentvolumeclaims" or "requests.storage",
        _ => true,
    };
}
