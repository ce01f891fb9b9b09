using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for the names of a custom resource.</summary>
internal static class DefinitionNames
{
    private const string LabelText = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string KindText = "may have mixed case, but should otherwise match: ";

    /// <summary>Adds a fault for each name that cannot be one; absent ones are none.</summary>
    public static void Validate(V1CustomResourceDefinitionNames names, FieldPath path, FieldErrors errors)
    {
        Label(names.Plural, path.Child("plural"), errors);
        Label(names.Singular, path.Child("singular"), errors);
        Kind(names.Kind, path.Child("kind"), errors);
        Kind(names.ListKind, path.Child("listKind"), errors);
        var shortNames = names.ShortNames ?? [];
        for (var index = 0; index < shortNames.Count; index++) { Always(shortNames[index], path.Child("shortNames").Index(index), errors); }
        if (!string.IsNullOrEmpty(names.Kind) && names.Kind == names.ListKind) { errors.Invalid(path.Child("listKind"), names.ListKind, "kind and listKind may not be the same"); }
        var categories = names.Categories ?? [];
        for (var index = 0; index < categories.Count; index++) { Always(categories[index], path.Child("categories").Index(index), errors); }
    }

    private static void Label(string? name, FieldPath path, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(name)) { Always(name, path, errors); }
    }

    private static void Always(string? name, FieldPath path, FieldErrors errors)
    {
        if (Fault(name ?? string.Empty) is { } fault) { errors.Invalid(path, name ?? string.Empty, fault); }
    }

    private static void Kind(string? name, FieldPath path, FieldErrors errors)
    {
#pragma warning disable CA1308 // the rule is for the name in lower case
        if (!string.IsNullOrEmpty(name) && Fault(name.ToLowerInvariant()) is { } fault) { errors.Invalid(path, name, KindText + fault); }
#pragma warning restore CA1308
    }

    private static string? Fault(string name)
    {
        var length = name.Length > 63 ? TextRules.MaxLength(63) : null;
        var form = NameRules.IsLabel(name) && !char.IsAsciiDigit(name[0]) ? null : LabelText;
        return length is null ? form : form is null ? length : $"{length},{form}";
    }
}
