using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Notes whether a definition in a group of the Kubernetes community has its approval.</summary>
internal static class DefinitionApproval
{
    /// <summary>Sets the condition in protected groups and takes it away elsewhere.</summary>
    public static void Note(V1CustomResourceDefinition definition, V1CustomResourceDefinitionStatus status, DateTime now)
    {
        if (!DefinitionRules.IsProtected(definition.Spec.Group)) { DefinitionConditions.Remove(status, DefinitionConditions.ApiApproval); return; }
        var text = definition.Metadata.Annotations is { } annotations && annotations.TryGetValue("api-approved.kubernetes.io", out var given) ? given : string.Empty;
        var (isGood, reason, message) = text switch
        {
            "" => (false, "MissingAnnotation", "protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111"),
            _ when text.StartsWith("unapproved", StringComparison.Ordinal) => (false, "UnapprovedAnnotation", $"not approved: {GoText.Quote(text)}"),
            _ when DefinitionRules.IsUrl(text) => (true, "ApprovedAnnotation", $"approved in {text}"),
            _ => (false, "InvalidAnnotation", $"protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111"),
        };
        DefinitionConditions.Set(status, DefinitionConditions.ApiApproval, isGood, reason, message, now);
    }
}
