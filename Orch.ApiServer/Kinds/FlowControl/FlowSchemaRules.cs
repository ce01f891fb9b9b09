using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;
using static Orch.ApiServer.Kinds.FlowControl.FlowControlNames;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>The rules for flow schemas.</summary>
internal static class FlowSchemaRules
{
    private const int MaxPrecedence = 10_000;
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

    /// <summary>A schema by itself.</summary>
    public static void Validate(V1FlowSchema schema, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        var (name, spec) = (schema.Metadata.Name, schema.Spec ?? new V1FlowSchemaSpec());
        Precedence(name, spec.MatchingPrecedence ?? 0, path.Child("matchingPrecedence"), errors);
        if (spec.DistinguisherMethod is { Type: not ("ByUser" or "ByNamespace") } method)
        {
            errors.NotSupported(path.Child("distinguisherMethod").Child("type"), JsonSerializer.SerializeToElement(new { Type = method.Type ?? string.Empty }), "ByNamespace", "ByUser");
        }

        var level = spec.PriorityLevelConfiguration?.Name;
        if (string.IsNullOrEmpty(level)) { errors.Required(path.Child("priorityLevelConfiguration").Child("name"), "must reference a priority level"); }
        else { NameRules.DnsSubdomain(level, false, path.Child("priorityLevelConfiguration").Child("name"), errors); }
        for (var index = 0; index < (spec.Rules?.Count ?? 0); index++) { Rule(spec.Rules![index], path.Child("rules").Index(index), errors); }
        if (MandatorySpecs.OfSchema(name) is { } mandatory && !ContentEquality.Same(spec, mandatory)) { errors.Invalid(path, spec, $"spec of '{name}' must equal the fixed value"); }
    }

    /// <summary>A schema's conditions.</summary>
    public static void ValidateStatus(V1FlowSchemaStatus? status, FieldErrors errors)
        => Conditions(status?.Conditions?.Select(static condition => condition.Type), errors);

    /// <summary>Conditions by type, each at most once.</summary>
    public static void Conditions(IEnumerable<string?>? types, FieldErrors errors)
    {
        var path = FieldPath.Of("status").Child("conditions");
        var seen = new HashSet<string>();
        foreach (var (index, type) in (types ?? []).Index())
        {
            if (!seen.Add(type ?? string.Empty)) { errors.Duplicate(path.Index(index).Child("type"), type ?? string.Empty); }
            if (string.IsNullOrEmpty(type)) { errors.Required(path.Index(index).Child("type"), "must not be empty"); }
        }
    }

    private static void Precedence(string? name, int precedence, FieldPath path, FieldErrors errors)
    {
        if (precedence <= 0) { errors.Invalid(path, precedence, "must be a positive value"); }
        if (precedence > MaxPrecedence) { errors.Invalid(path, precedence, $"must not be greater than {MaxPrecedence}"); }
        if (precedence == 1 && name != Exempt) { errors.Invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"); }
    }

    private static void Rule(V1PolicyRulesWithSubjects rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Subjects is not { Count: > 0 }) { errors.Required(path.Child("subjects"), "subjects must contain at least one value"); }
        for (var index = 0; index < (rule.Subjects?.Count ?? 0); index++) { FlowSubjectRules.Validate(rule.Subjects![index], path.Child("subjects").Index(index), errors); }
        if (rule.ResourceRules is not { Count: > 0 } && rule.NonResourceRules is not { Count: > 0 })
        {
            errors.Required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }

        for (var index = 0; index < (rule.ResourceRules?.Count ?? 0); index++) { Resources(rule.ResourceRules![index], path.Child("resourceRules").Index(index), errors); }
        for (var index = 0; index < (rule.NonResourceRules?.Count ?? 0); index++) { Paths(rule.NonResourceRules![index], path.Child("nonResourceRules").Index(index), errors); }
    }

    private static void Resources(V1ResourcePolicyRule rule, FieldPath path, FieldErrors errors)
    {
        VerbsOf(rule.Verbs, path, errors);
        if (rule.ApiGroups is not { Count: > 0 }) { errors.Required(path.Child("apiGroups"), "resource rules must supply at least one api group"); }
        else { Alone(rule.ApiGroups, "apiGroups", "api groups", path, errors); }
        if (rule.Resources is not { Count: > 0 }) { errors.Required(path.Child("resources"), "resource rules must supply at least one resource"); }
        else { Alone(rule.Resources, "resources", "resources", path, errors); }
        if (rule.Namespaces is not { Count: > 0 })
        {
            if (rule.ClusterScope != true) { errors.Required(path.Child("namespaces"), "resource rules that are not cluster scoped must supply at least one namespace"); }
            return;
        }

        if (Alone(rule.Namespaces, "namespaces", "namespaces", path, errors)) { return; }
        for (var index = 0; index < rule.Namespaces.Count; index++)
        {
            foreach (var fault in NameRules.LabelFaults(rule.Namespaces[index] ?? string.Empty))
            {
                errors.Invalid(path.Child("namespaces").Index(index), rule.Namespaces[index] ?? string.Empty, $"each member of this list must be '*' or a DNS-1123 label; {fault}");
            }
        }
    }

    private static void Paths(V1NonResourcePolicyRule rule, FieldPath path, FieldErrors errors)
    {
        VerbsOf(rule.Verbs, path, errors);
        if (rule.NonResourceURLs is not { Count: > 0 } urls)
        {
            errors.Required(path.Child("nonResourceURLs"), "nonResourceURLs must contain at least one value");
            return;
        }

        if (Alone(urls, "nonResourceURLs", "non-resource URLs", path, errors)) { return; }
        for (var index = 0; index < urls.Count; index++)
        {
            if (UrlFault(urls[index] ?? string.Empty) is { } fault) { errors.Invalid(path.Child("nonResourceURLs").Index(index), urls[index] ?? string.Empty, fault); }
        }
    }

    private static void VerbsOf(IList<string>? verbs, FieldPath path, FieldErrors errors)
    {
        if (verbs is not { Count: > 0 }) { errors.Required(path.Child("verbs"), "verbs must contain at least one value"); }
        else if (!Alone(verbs, "verbs", "verbs", path, errors) && !verbs.All(Verbs.Contains)) { errors.NotSupported(path.Child("verbs"), verbs, Verbs); }
    }

    // Whether the list says "all"; adds a fault when it says more.
    private static bool Alone(IList<string> items, string field, string what, FieldPath path, FieldErrors errors)
    {
        if (!items.Contains(All)) { return false; }
        if (items.Count > 1) { errors.Invalid(path.Child(field), items, $"if '*' is present, must not specify other {what}"); }
        return true;
    }

    private static string? UrlFault(string url)
    {
        if (url.Length == 0) { return "must not be empty"; }
        if (url == "/") { return null; }
        if (url[0] != '/') { return "must start with slash"; }
        if (url.Contains(' ', StringComparison.Ordinal)) { return "must not contain white-space"; }
        if (url.Contains("//", StringComparison.Ordinal)) { return "must not contain double slash"; }
        var wildcards = url.AsSpan().Count('*');
        return wildcards > 1 || (wildcards == 1 && !url.EndsWith("/*", StringComparison.Ordinal)) ? "wildcard can only do suffix matching" : null;
    }
}
