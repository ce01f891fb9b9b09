using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>The rules for which requests a webhook or policy sees.</summary>
internal static class OperationRules
{
    private static readonly string[] Operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
    private static readonly string[] MutableOperations = ["*", "CONNECT", "CREATE", "UPDATE"];

    /// <summary>The rules of a webhook.</summary>
    public static void Rules(IList<V1RuleWithOperations>? rules, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (rules?.Count ?? 0); index++)
        {
            var rule = rules![index];
            Rule(rule.Operations, rule.ApiGroups, rule.ApiVersions, rule.Resources, rule.Scope, path.Index(index), errors);
        }
    }

    /// <summary>What a policy or binding matches.</summary>
    public static void Match(V1MatchResources? match, FieldPath path, FieldErrors errors)
    {
        if (match is null) { return; }
        if (match.MatchPolicy is null) { errors.Required(path.Child("matchPolicy")); }
        else { MatchPolicy(match.MatchPolicy, path, errors); }
        if (match.NamespaceSelector is null) { errors.Required(path.Child("namespaceSelector")); }
        else { SelectorRules.Validate(match.NamespaceSelector, path.Child("namespaceSelector"), errors); }
        if (match.ObjectSelector is null) { errors.Required(path.Child("objectSelector")); }
        else { SelectorRules.Validate(match.ObjectSelector, path.Child("objectSelector"), errors); }
        Named(match.ResourceRules, path.Child("resourceRules"), errors);
        Named(match.ExcludeResourceRules, path.Child("excludeResourceRules"), errors);
    }

    /// <summary>What a policy matches: it must, to say which types it is about.</summary>
    public static void Constraints(V1MatchResources? match, FieldPath path, FieldErrors errors)
    {
        if (match is null)
        {
            errors.Required(path);
            return;
        }

        Match(match, path, errors);
        if (match.ResourceRules is not { Count: > 0 }) { errors.Required(path.Child("resourceRules")); }
    }

    /// <summary>Nothing that is deleted can be mutated.</summary>
    public static void Mutable(V1MatchResources? match, FieldPath path, FieldErrors errors)
    {
        foreach (var operation in (match?.ResourceRules ?? []).SelectMany(static rule => rule.Operations ?? []))
        {
            if (!MutableOperations.Contains(operation)) { errors.NotSupported(path.Child("resourceRules").Child("operations"), operation, MutableOperations); }
        }
    }

    /// <summary>How rules take other versions of a resource.</summary>
    public static void MatchPolicy(string policy, FieldPath path, FieldErrors errors)
    {
        if (policy is not ("Exact" or "Equivalent")) { errors.NotSupported(path.Child("matchPolicy"), policy, "Equivalent", "Exact"); }
    }

    private static void Named(IList<V1NamedRuleWithOperations>? rules, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (rules?.Count ?? 0); index++)
        {
            var (rule, at) = (rules![index], path.Index(index));
            var seen = new HashSet<string>();
            for (var item = 0; item < (rule.ResourceNames?.Count ?? 0); item++)
            {
                var name = rule.ResourceNames![item] ?? string.Empty;
                NameRules.PathSegment(name, false, at.Child("resourceNames").Index(item), errors);
                if (!seen.Add(name)) { errors.Duplicate(at.Child("resourceNames").Index(item), name); }
            }

            Rule(rule.Operations, rule.ApiGroups, rule.ApiVersions, rule.Resources, rule.Scope, at, errors);
        }
    }

    private static void Rule(
        IList<string>? operations, IList<string>? groups, IList<string>? versions, IList<string>? resources, string? scope, FieldPath path, FieldErrors errors)
    {
        if (operations is not { Count: > 0 }) { errors.Required(path.Child("operations")); }
        if (operations is { Count: > 1 } && operations.Contains("*")) { errors.Invalid(path.Child("operations"), operations, "if '*' is present, must not specify other operations"); }
        for (var index = 0; index < (operations?.Count ?? 0); index++)
        {
            if (!Operations.Contains(operations![index])) { errors.NotSupported(path.Child("operations").Index(index), operations[index], Operations); }
        }

        if (groups is not { Count: > 0 }) { errors.Required(path.Child("apiGroups")); }
        if (groups is { Count: > 1 } && groups.Contains("*")) { errors.Invalid(path.Child("apiGroups"), groups, "if '*' is present, must not specify other API groups"); }
        if (versions is not { Count: > 0 }) { errors.Required(path.Child("apiVersions")); }
        if (versions is { Count: > 1 } && versions.Contains("*")) { errors.Invalid(path.Child("apiVersions"), versions, "if '*' is present, must not specify other API versions"); }
        for (var index = 0; index < (versions?.Count ?? 0); index++)
        {
            if (string.IsNullOrEmpty(versions![index])) { errors.Required(path.Child("apiVersions").Index(index)); }
        }

        Resources(resources, path.Child("resources"), errors);
        if (scope is not (null or "*" or "Cluster" or "Namespaced")) { errors.NotSupported(path.Child("scope"), scope, "*", "Cluster", "Namespaced"); }
    }

    private static void Resources(IList<string>? resources, FieldPath path, FieldErrors errors)
    {
        if (resources is not { Count: > 0 })
        {
            errors.Required(path);
            return;
        }

        var (whole, everywhere) = (new HashSet<string>(), new HashSet<string>());
        var hasPlain = false;
        for (var index = 0; index < resources.Count; index++)
        {
            var resource = resources[index];
            if (string.IsNullOrEmpty(resource))
            {
                errors.Required(path.Index(index));
                continue;
            }

            var slash = resource.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                // Only the last one without a subresource counts; upstream's oddity.
                hasPlain = resource != "*";
                continue;
            }

            var (name, sub) = (resource[..slash], resource[(slash + 1)..]);
            if (whole.Contains(name)) { errors.Invalid(path.Index(index), resource, $"if '{name}/*' is present, must not specify {resource}"); }
            if (everywhere.Contains(sub)) { errors.Invalid(path.Index(index), resource, $"if '*/{sub}' is present, must not specify {resource}"); }
            if (sub == "*") { whole.Add(name); }
            if (name == "*") { everywhere.Add(sub); }
        }

        if (resources.Count > 1 && resources.Contains("*/*")) { errors.Invalid(path, resources, "if '*/*' is present, must not specify other resources"); }
        if (hasPlain && resources.Contains("*")) { errors.Invalid(path, resources, "if '*' is present, must not specify other resources without subresources"); }
    }
}
