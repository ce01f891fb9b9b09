using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds;

/// <summary>What is allowed in kinds that make pods but hardly meant.</summary>
internal static class TemplateWarnings
{
    /// <summary>Of a pod template at <c>spec.template</c>; nothing on an update that does not change what is wanted.</summary>
    public static IEnumerable<string> For(V1PodTemplateSpec? template, V1ObjectMeta metadata, V1ObjectMeta? old)
        => old is not null && metadata.Generation == old.Generation ? [] : PodWarnings.For(template, "spec.template");

    /// <summary>Of the name of a new object whose pods are named after it.</summary>
    public static IEnumerable<string> ForName(V1ObjectMeta metadata, V1ObjectMeta? old)
    {
        if (old is not null || metadata.Name is not { } name || (name.Length <= 63 && NameRules.IsLabel(name))) { yield break; }
        var errors = new FieldErrors();
        NameRules.DnsLabel(name, false, FieldPath.Of("metadata"), errors);
        var reasons = errors.Select(static error => error.Body[(error.Body.IndexOf("\": ", StringComparison.Ordinal) + 3)..]);
        yield return $"metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', reasons)}]";
    }
}
