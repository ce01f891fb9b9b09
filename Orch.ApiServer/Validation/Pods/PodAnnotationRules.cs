using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for annotations that say something about how a pod runs.</summary>
internal static class PodAnnotationRules
{
    private const string Mirror = "kubernetes.io/config.mirror";
    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";
    private const string AppArmor = "container.apparmor.security.beta.kubernetes.io/";

    /// <summary>Annotations of a pod or template.</summary>
    public static void Validate(IDictionary<string, string>? annotations, V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (annotations is not { Count: > 0 }) { return; }
        if (annotations.TryGetValue(Mirror, out var mirror) && string.IsNullOrEmpty(spec.NodeName))
        {
            errors.Invalid(path.Key(Mirror), mirror, "must set spec.nodeName if mirror pod annotation is set");
        }

        TolerationAnnotationRules.Validate(annotations, path, errors);
        if (annotations.TryGetValue(DeletionCost, out var cost) && !IsCost(cost)) { errors.Invalid(path.Key(DeletionCost), cost, "must be a 32bit integer"); }
        PodProfileRules.Seccomp(annotations, path, errors);
        foreach (var (key, value) in annotations)
        {
            if (!key.StartsWith(AppArmor, StringComparison.Ordinal)) { continue; }
            var container = key[AppArmor.Length..];
            if (!HasContainer(spec, container)) { errors.Invalid(path.Key(key), container, "container not found"); }
            if (value is not ("" or "runtime/default" or "unconfined") && !value.StartsWith("localhost/", StringComparison.Ordinal))
            {
                errors.Invalid(path.Key(key), value, $"invalid AppArmor profile name: {GoText.Quote(value)}");
            }
        }
    }

    /// <summary>What a change of annotations may not touch.</summary>
    public static void ValidateUpdate(V1Pod pod, V1Pod old, FieldPath path, FieldErrors errors)
    {
        var (now, before) = (pod.Metadata.Annotations, old.Metadata.Annotations);
        foreach (var (key, value) in before ?? new Dictionary<string, string>())
        {
            if (now is not null && now.TryGetValue(key, out var current) && current == value) { continue; }
            if (key.StartsWith(AppArmor, StringComparison.Ordinal)) { errors.Forbidden(path.Key(key), "may not remove or update AppArmor annotations"); }
            if (key == Mirror) { errors.Forbidden(path.Key(key), "may not remove or update mirror pod annotation"); }
        }

        foreach (var (key, _) in now ?? new Dictionary<string, string>())
        {
            if (before?.ContainsKey(key) == true) { continue; }
            if (key.StartsWith(AppArmor, StringComparison.Ordinal)) { errors.Forbidden(path.Key(key), "may not add AppArmor annotations"); }
            if (key == Mirror) { errors.Forbidden(path.Key(key), "may not add mirror pod annotation"); }
        }

        Validate(now, pod.Spec, path, errors);
    }

    // As Go reads numbers, without leading zeros or a plus sign.
    private static bool IsCost(string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) && !text.StartsWith('+') && (text == "0" || text[0] != '0');

    private static bool HasContainer(V1PodSpec spec, string name)
        => spec.Containers?.Any(container => container.Name == name) == true || spec.InitContainers?.Any(container => container.Name == name) == true
            || spec.EphemeralContainers?.Any(container => container.Name == name) == true;
}
