using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What is allowed in a pod's containers but hardly meant.</summary>
internal static class ContainerWarnings
{
    private const string SeccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
    private const string SeccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";
    private const string NoSeccomp = "non-functional in v1.27+; use the \"seccompProfile\" field instead";

    /// <summary>Adds the texts of all containers.</summary>
    /// <param name="root">Where the pod or template lies; empty for a pod.</param>
    /// <param name="path">Where its specification lies.</param>
    public static void Add(V1PodSpec spec, IDictionary<string, string>? annotations, string root, string path, List<string> texts)
    {
        if (annotations is { Count: > 0 } && spec.SecurityContext?.SeccompProfile is null && annotations.ContainsKey(SeccompOfPod)) { texts.Add($"{root}metadata.annotations[{SeccompOfPod}]: {NoSeccomp}"); }
        Each(spec.InitContainers, "initContainers", spec, annotations, root, path, texts);
        Each(spec.Containers, "containers", spec, annotations, root, path, texts);
        for (var index = 0; index < (spec.EphemeralContainers?.Count ?? 0); index++)
        {
            var container = spec.EphemeralContainers![index];
            Annotations(container.Name, container.SecurityContext, spec, annotations, root, texts);
            Environment(container.Env, path, "ephemeralContainers", index, texts);
        }
    }

    private static void Each(IList<V1Container>? containers, string field, V1PodSpec spec, IDictionary<string, string>? annotations, string root, string path, List<string> texts)
    {
        for (var index = 0; index < (containers?.Count ?? 0) && texts.Count < PodWarnings.MaxTexts; index++)
        {
            var container = containers![index];
            Annotations(container.Name, container.SecurityContext, spec, annotations, root, texts);
            Bytes(container.Resources, path, field, index, texts);
            Environment(container.Env, path, field, index, texts);
        }
    }

    private static void Annotations(string? name, V1SecurityContext? context, V1PodSpec spec, IDictionary<string, string>? annotations, string root, List<string> texts)
    {
        if (annotations is not { Count: > 0 }) { return; }
        if (context?.SeccompProfile is null && annotations.ContainsKey(SeccompOfContainer + name)) { texts.Add($"{root}metadata.annotations[{SeccompOfContainer}{name}]: {NoSeccomp}"); }

        // A pod's own annotations become fields, which is said of them then.
        if (root.Length == 0 || context?.AppArmorProfile is not null || spec.SecurityContext?.AppArmorProfile is not null) { return; }
        if (annotations.ContainsKey(AppArmorFields.Annotation + name)) { texts.Add($"{root}metadata.annotations[{AppArmorFields.Annotation}{name}]: {AppArmorFields.Deprecated}"); }
    }

    private static void Bytes(V1ResourceRequirements? resources, string path, string field, int index, List<string> texts)
    {
        if (resources is null) { return; }
        if (!IsFractional(resources.Limits) && !IsFractional(resources.Requests)) { return; }
        var (limits, requests) = ($"{path}.{field}[{index}].resources.limits", $"{path}.{field}[{index}].resources.requests");
        PodWarnings.Bytes(resources.Limits, "memory", limits, texts);
        PodWarnings.Bytes(resources.Requests, "memory", requests, texts);
        PodWarnings.Bytes(resources.Limits, "ephemeral-storage", limits, texts);
        PodWarnings.Bytes(resources.Requests, "ephemeral-storage", requests, texts);
    }

    private static bool IsFractional(IDictionary<string, ResourceQuantity>? amounts) => IsFractional(amounts, "memory") || IsFractional(amounts, "ephemeral-storage");

    private static bool IsFractional(IDictionary<string, ResourceQuantity>? amounts, string name)
        => amounts is not null && amounts.TryGetValue(name, out var quantity) && quantity is not null && decimal.Truncate(quantity.ToDecimal()) != quantity.ToDecimal();

    // A later value may build on the one before; otherwise the earlier one is lost.
    private static void Environment(IList<V1EnvVar>? variables, string path, string field, int container, List<string> texts)
    {
        if (variables is not { Count: > 1 }) { return; }
        var seen = new HashSet<string>(variables.Count, StringComparer.Ordinal);
        for (var index = 0; index < variables.Count && texts.Count < PodWarnings.MaxTexts; index++)
        {
            var (variable, name) = (variables[index], variables[index].Name ?? string.Empty);
            if (seen.Add(name)) { continue; }
            var reference = $"$({name})";
            if (variable.ValueFrom is null && variable.Value is { } value && value != reference && value.Contains(reference, StringComparison.Ordinal)) { continue; }
            texts.Add($"{path}.{field}[{container}].env[{index}]: hides previous definition of {GoText.Quote(name)}, which may be dropped when using apply");
        }
    }
}
