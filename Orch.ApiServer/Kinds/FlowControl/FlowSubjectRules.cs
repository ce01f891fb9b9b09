using k8s.Models;
using Orch.ApiServer.Validation;
using static Orch.ApiServer.Kinds.FlowControl.FlowControlNames;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>The rules for whose requests a schema matches.</summary>
internal static class FlowSubjectRules
{
    /// <summary>One subject.</summary>
    public static void Validate(Flowcontrolv1Subject subject, FieldPath path, FieldErrors errors)
    {
        switch (subject.Kind)
        {
            case "ServiceAccount":
                Account(subject.ServiceAccount, path.Child("serviceAccount"), errors);
                break;
            case "User":
                Named(subject.User is { } user ? user.Name ?? string.Empty : null, "user", "User", path, errors);
                break;
            case "Group":
                Named(subject.Group is { } group ? group.Name ?? string.Empty : null, "group", "Group", path, errors);
                break;
            default:
                errors.NotSupported(path.Child("kind"), subject.Kind ?? string.Empty, "Group", "ServiceAccount", "User");
                return;
        }

        if (subject.Kind != "ServiceAccount" && subject.ServiceAccount is not null) { errors.Forbidden(path.Child("serviceAccount"), "serviceAccount is forbidden when subject kind is not 'ServiceAccount'"); }
        if (subject.Kind != "User" && subject.User is not null) { errors.Forbidden(path.Child("user"), "user is forbidden when subject kind is not 'User'"); }
        if (subject.Kind != "Group" && subject.Group is not null) { errors.Forbidden(path.Child("group"), "group is forbidden when subject kind is not 'Group'"); }
    }

    private static void Named(string? name, string field, string kind, FieldPath path, FieldErrors errors)
    {
        if (name is null) { errors.Required(path.Child(field), $"{field} is required when subject kind is '{kind}'"); }
        else if (name.Length == 0) { errors.Required(path.Child(field).Child("name")); }
    }

    private static void Account(V1ServiceAccountSubject? account, FieldPath path, FieldErrors errors)
    {
        if (account is null)
        {
            errors.Required(path, "serviceAccount is required when subject kind is 'ServiceAccount'");
            return;
        }

        if (string.IsNullOrEmpty(account.Name)) { errors.Required(path.Child("name")); }
        else if (account.Name != All) { NameRules.DnsSubdomain(account.Name, false, path.Child("name"), errors); }
        if (string.IsNullOrEmpty(account.NamespaceProperty)) { errors.Required(path.Child("namespace"), "must specify namespace for service account"); }
        else { NameRules.DnsLabel(account.NamespaceProperty, false, path.Child("namespace"), errors); }
    }
}
