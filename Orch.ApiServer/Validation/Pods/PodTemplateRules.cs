using System.Text.Json;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for pod templates.</summary>
internal static class PodTemplateRules
{
    private static readonly object NoLabels = JsonElement.Parse("null");

    /// <summary>A template by itself; paths are upstream's, which leave <c>metadata</c> out.</summary>
    public static void Validate(V1PodTemplateSpec? template, FieldPath path, FieldErrors errors)
    {
        if (template is null)
        {
            errors.Required(path.Child("spec").Child("containers"));
            return;
        }

        MetadataRules.Labels(template.Metadata?.Labels, path.Child("labels"), errors);
        MetadataRules.Annotations(template.Metadata?.Annotations, path.Child("annotations"), errors);
        if (template.Spec is not { } spec)
        {
            errors.Required(path.Child("spec").Child("containers"));
            return;
        }

        PodAnnotationRules.Validate(template.Metadata?.Annotations, spec, path.Child("annotations"), errors);
        PodSpecRules.Validate(spec, null, false, path.Child("spec"), errors);
        PodProfileRules.Match(template.Metadata?.Annotations, spec, path.Child("spec"), errors);
        if (spec.EphemeralContainers is { Count: > 0 }) { errors.Forbidden(path.Child("spec").Child("ephemeralContainers"), "ephemeral containers not allowed in pod template"); }
    }

    /// <summary>A template that copies of a pod are kept running from: the selector must pick them, and they never end by themselves.</summary>
    public static void ValidateReplicated(V1PodTemplateSpec? template, V1LabelSelector? selector, FieldPath path, FieldErrors errors)
    {
        PickedBy(template, selector, path, errors);
        Validate(template, path, errors);
        if (template?.Spec is not { } spec) { return; }
        if (spec.RestartPolicy != "Always") { errors.NotSupported(path.Child("spec").Child("restartPolicy"), spec.RestartPolicy, "Always"); }
        if (spec.ActiveDeadlineSeconds is not null) { errors.Forbidden(path.Child("spec").Child("activeDeadlineSeconds"), "activeDeadlineSeconds in ReplicaSet is not Supported"); }
    }

    /// <summary>The selector of a kind that keeps copies: given, well-formed, not empty.</summary>
    /// <returns>Whether it can be read. Upstream looks at no template that it cannot choose.</returns>
    public static bool Selector(V1LabelSelector? selector, FieldPath path, FieldErrors errors, string kind = "deployment", string unreadable = "invalid label selector")
    {
        if (selector is null)
        {
            errors.Required(path);
            return true;
        }

        var faults = errors.Count;
        SelectorRules.Validate(selector, path, errors);
        var isReadable = errors.Count == faults;
        if (IsEmpty(selector)) { errors.Invalid(path, selector, $"empty selector is invalid for {kind}"); }
        if (!isReadable) { errors.Invalid(path, selector, unreadable); }
        return isReadable;
    }

    /// <summary>The template's labels are what the selector looks for; no selector at all looks for nothing.</summary>
    public static void PickedBy(V1PodTemplateSpec? template, V1LabelSelector? selector, FieldPath path, FieldErrors errors)
    {
        if (Picks(selector, template) == false) { errors.Invalid(path.Child("metadata").Child("labels"), template?.Metadata?.Labels ?? NoLabels, "`selector` does not match template `labels`"); }
    }

    /// <summary>The pods never end by themselves.</summary>
    public static void RunsForEver(V1PodTemplateSpec? template, string kind, FieldPath path, FieldErrors errors)
    {
        if (template?.Spec is not { } spec) { return; }
        if (spec.RestartPolicy != "Always") { errors.NotSupported(path.Child("spec").Child("restartPolicy"), spec.RestartPolicy, "Always"); }
        if (spec.ActiveDeadlineSeconds is not null) { errors.Forbidden(path.Child("spec").Child("activeDeadlineSeconds"), $"activeDeadlineSeconds in {kind} is not Supported"); }
    }

    /// <summary>Whether a selector has no requirements.</summary>
    public static bool IsEmpty(V1LabelSelector selector) => selector.MatchLabels is not { Count: > 0 } && selector.MatchExpressions is not { Count: > 0 };

    // A malformed selector has its own fault already.
    private static bool? Picks(V1LabelSelector? selector, V1PodTemplateSpec? template)
    {
        try
        {
            return LabelSelector.From(selector).Matches(template?.Metadata?.Labels);
        }
        catch (SelectorException)
        {
            return null;
        }
    }
}
