using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for the scale subresource.</summary>
internal static class SubresourceRules
{
    /// <summary>Adds a fault for each path that does not lead where it must.</summary>
    public static void Validate(V1CustomResourceSubresources? subresources, FieldPath path, FieldErrors errors)
    {
        if (subresources?.Scale is not { } scale) { return; }
        Required(scale.SpecReplicasPath, path.Child("scale.specReplicasPath"), ".spec.", "should be a json path under .spec", errors);
        Required(scale.StatusReplicasPath, path.Child("scale.statusReplicasPath"), ".status.", "should be a json path under .status", errors);
        if (string.IsNullOrEmpty(scale.LabelSelectorPath)) { return; }
        var selector = path.Child("scale.labelSelectorPath");
        if (Simple(scale.LabelSelectorPath, selector, errors)
            && !scale.LabelSelectorPath.StartsWith(".spec.", StringComparison.Ordinal) && !scale.LabelSelectorPath.StartsWith(".status.", StringComparison.Ordinal))
        {
            errors.Invalid(selector, scale.LabelSelectorPath, "should be a json path under either .spec or .status");
        }
    }

    /// <summary>Whether a text can be a path; a fault is added when it cannot.</summary>
    public static bool Simple(string text, FieldPath path, FieldErrors errors)
    {
        if (text[0] == '.') { return true; }
        errors.Invalid(path, text, "must be a simple json path starting with .");
        return false;
    }

    private static void Required(string? text, FieldPath path, string root, string fault, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) { errors.Required(path); }
        else if (Simple(text, path, errors) && !text.StartsWith(root, StringComparison.Ordinal)) { errors.Invalid(path, text, fault); }
    }
}
