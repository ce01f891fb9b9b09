using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Rbac;

/// <summary>The rules for roles and their bindings.</summary>
internal static class RbacRules
{
    /// <summary>The group of roles, users and groups.</summary>
    public const string Group = "rbac.authorization.k8s.io";

    /// <summary>What a role grants.</summary>
    public static void Rules(IList<V1PolicyRule>? rules, bool isNamespaced, FieldErrors errors)
    {
        for (var index = 0; index < (rules?.Count ?? 0); index++) { Rule(rules![index], isNamespaced, FieldPath.Of("rules").Index(index), errors); }
    }

    /// <summary>Which role a binding grants.</summary>
    public static void RoleRef(V1RoleRef? role, IReadOnlyList<string> kinds, FieldErrors errors)
    {
        var path = FieldPath.Of("roleRef");
        if (role?.ApiGroup != Group) { errors.NotSupported(path.Child("apiGroup"), role?.ApiGroup ?? string.Empty, Group); }
        if (!kinds.Contains(role?.Kind)) { errors.NotSupported(path.Child("kind"), role?.Kind ?? string.Empty, kinds); }
        if (string.IsNullOrEmpty(role?.Name)) { errors.Required(path.Child("name")); }
        else { NameRules.PathSegment(role.Name, false, path.Child("name"), errors); }
    }

    /// <summary>That a binding still grants the same role.</summary>
    public static void SameRole(V1RoleRef? role, V1RoleRef? old, FieldErrors errors)
    {
        if (ContentEquality.Same(role, old)) { return; }
        errors.Invalid(FieldPath.Of("roleRef"),
            JsonSerializer.SerializeToElement(new { APIGroup = role?.ApiGroup ?? string.Empty, Kind = role?.Kind ?? string.Empty, Name = role?.Name ?? string.Empty }),
            "cannot change roleRef");
    }

    /// <summary>Whom a binding grants it to.</summary>
    public static void Subjects(IList<Rbacv1Subject>? subjects, bool isNamespaced, FieldErrors errors)
    {
        for (var index = 0; index < (subjects?.Count ?? 0); index++) { Subject(subjects![index], isNamespaced, FieldPath.Of("subjects").Index(index), errors); }
    }

    /// <summary>Fills in the groups that kinds imply.</summary>
    public static void Default(V1RoleRef? role, IList<Rbacv1Subject>? subjects)
    {
        if (role is not null && string.IsNullOrEmpty(role.ApiGroup)) { role.ApiGroup = Group; }
        foreach (var subject in subjects ?? [])
        {
            if (string.IsNullOrEmpty(subject.ApiGroup) && subject.Kind is "User" or "Group") { subject.ApiGroup = Group; }
        }
    }

    private static void Rule(V1PolicyRule rule, bool isNamespaced, FieldPath path, FieldErrors errors)
    {
        if (rule.Verbs is not { Count: > 0 }) { errors.Required(path.Child("verbs"), "verbs must contain at least one value"); }
        if (rule.NonResourceURLs is { Count: > 0 } urls)
        {
            if (isNamespaced) { errors.Invalid(path.Child("nonResourceURLs"), urls, "namespaced rules cannot apply to non-resource URLs"); }
            if (rule.ApiGroups is { Count: > 0 } || rule.Resources is { Count: > 0 } || rule.ResourceNames is { Count: > 0 })
            {
                errors.Invalid(path.Child("nonResourceURLs"), urls, "rules cannot apply to both regular resources and non-resource URLs");
            }

            return;
        }

        if (rule.ApiGroups is not { Count: > 0 }) { errors.Required(path.Child("apiGroups"), "resource rules must supply at least one api group"); }
        if (rule.Resources is not { Count: > 0 }) { errors.Required(path.Child("resources"), "resource rules must supply at least one resource"); }
    }

    private static void Subject(Rbacv1Subject subject, bool isNamespaced, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(subject.Name)) { errors.Required(path.Child("name")); }
        var group = subject.ApiGroup ?? string.Empty;
        switch (subject.Kind)
        {
            case "ServiceAccount":
                if (!string.IsNullOrEmpty(subject.Name)) { NameRules.DnsSubdomain(subject.Name, false, path.Child("name"), errors); }
                if (group.Length > 0) { errors.NotSupported(path.Child("apiGroup"), group, string.Empty); }
                if (!isNamespaced && string.IsNullOrEmpty(subject.NamespaceProperty)) { errors.Required(path.Child("namespace")); }
                break;
            case "User" or "Group":
                if (group != Group) { errors.NotSupported(path.Child("apiGroup"), group, Group); }
                break;
            default:
                errors.NotSupported(path.Child("kind"), subject.Kind ?? string.Empty, "ServiceAccount", "User", "Group");
                break;
        }
    }
}
