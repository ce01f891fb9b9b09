using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What is allowed in a pod but hardly meant.</summary>
internal static class PodWarnings
{
    /// <summary>More texts than fit into an answer's headers are not looked for.</summary>
    public const int MaxTexts = 256;

    private static readonly Dictionary<string, string> RenamedLabels = new()
    {
        ["beta.kubernetes.io/arch"] = "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        ["beta.kubernetes.io/os"] = "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        ["failure-domain.beta.kubernetes.io/region"] = "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        ["failure-domain.beta.kubernetes.io/zone"] = "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        ["beta.kubernetes.io/instance-type"] = "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    };

    private static readonly (string Key, string Text)[] DeadAnnotations =
    [
        ("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
        ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
        ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ];

    /// <summary>Of a new pod.</summary>
    public static IEnumerable<string> For(V1Pod pod)
    {
        var texts = new List<string>();
        if (pod.Metadata.Name is { } name && !NameRules.IsLabel(name))
        {
            var errors = new FieldErrors();
            NameRules.DnsLabel(name, false, FieldPath.Of("metadata"), errors);
            var reasons = errors.Select(static error => error.Body[(error.Body.IndexOf("\": ", StringComparison.Ordinal) + 3)..]);
            texts.Add($"metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', reasons)}]");
        }

        Add(pod.Spec, pod.Metadata.Annotations, string.Empty, texts);
        return texts;
    }

    /// <summary>Of a template that lies at <paramref name="path"/>.</summary>
    public static IEnumerable<string> For(V1PodTemplateSpec? template, string path)
    {
        if (template?.Spec is not { } spec) { return []; }
        var texts = new List<string>();
        Add(spec, template.Metadata?.Annotations, $"{path}.", texts);
        return texts;
    }

    /// <summary>What is said of a node's label that has a new name; null for others.</summary>
    public static string? Renamed(string? label) => label is null ? null : RenamedLabels.GetValueOrDefault(label);

    /// <summary>Adds a text where an amount of bytes is not a whole number.</summary>
    public static void Bytes(IDictionary<string, ResourceQuantity>? amounts, string name, string path, List<string> texts)
    {
        if (amounts is null || !amounts.TryGetValue(name, out var quantity) || quantity is null || decimal.Truncate(quantity.ToDecimal()) == quantity.ToDecimal()) { return; }
        texts.Add($"{path}[{name}]: fractional byte value \"{Quantities.Format(quantity)}\" is invalid, must be an integer");
    }

    private static void Add(V1PodSpec spec, IDictionary<string, string>? annotations, string root, List<string> texts)
    {
        var path = root.Length == 0 ? "spec" : $"{root}spec";
        foreach (var (key, _) in spec.NodeSelector ?? new Dictionary<string, string>())
        {
            if (Renamed(key) is { } text) { texts.Add($"{path}.nodeSelector[{key}]: {text}"); }
        }

        PodPlacementWarnings.AddNodes(spec, path, texts);
        foreach (var (key, text) in annotations is { Count: > 0 } ? DeadAnnotations : [])
        {
            if (annotations!.ContainsKey(key)) { texts.Add($"{root}metadata.annotations[{key}]: {text}"); }
        }

        PodPlacementWarnings.AddVolumes(spec, path, texts);
        VirtualPathWarnings.Add(spec.Volumes, texts);
        Aliases(spec.HostAliases, path, texts);
        Secrets(spec.ImagePullSecrets, path, texts);
        if (spec.Overhead is not null)
        {
            Bytes(spec.Overhead, "memory", $"{path}.overhead", texts);
            Bytes(spec.Overhead, "ephemeral-storage", $"{path}.overhead", texts);
        }

        ContainerWarnings.Add(spec, annotations, root, path, texts);
        PortWarnings.Add(spec, path, texts);
        if (spec.TerminationGracePeriodSeconds < 0) { texts.Add($"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"); }
        PodPlacementWarnings.AddPods(spec, path, texts);
        Addresses(spec, path, texts);
    }

    private static void Aliases(IList<V1HostAlias>? aliases, string path, List<string> texts)
    {
        if (aliases is not { Count: > 1 }) { return; }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < aliases.Count && texts.Count < MaxTexts; index++)
        {
            if (!seen.Add(aliases[index].Ip ?? string.Empty)) { texts.Add($"{path}.hostAliases[{index}].ip: duplicate ip {GoText.Quote(aliases[index].Ip)}"); }
        }
    }

    private static void Secrets(IList<V1LocalObjectReference>? secrets, string path, List<string> texts)
    {
        if (secrets is not { Count: > 0 }) { return; }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < secrets.Count && texts.Count < MaxTexts; index++)
        {
            if (!seen.Add(secrets[index].Name ?? string.Empty)) { texts.Add($"{path}.imagePullSecrets[{index}].name: duplicate name {GoText.Quote(secrets[index].Name ?? string.Empty)}"); }
        }

        for (var index = 0; index < secrets.Count && texts.Count < MaxTexts; index++)
        {
            if (string.IsNullOrEmpty(secrets[index].Name)) { texts.Add($"{path}.imagePullSecrets[{index}].name: invalid empty name \"\""); }
        }
    }

    private static void Addresses(V1PodSpec spec, string path, List<string> texts)
    {
        if (spec.DnsConfig?.Nameservers is { Count: > 0 } servers)
        {
            var at = FieldPath.Of(path).Child("dnsConfig").Child("nameservers");
            for (var index = 0; index < servers.Count; index++) { IpWarnings.Address(servers[index], at.Index(index), texts); }
        }

        for (var index = 0; index < (spec.HostAliases?.Count ?? 0) && texts.Count < MaxTexts; index++)
        {
            IpWarnings.Address(spec.HostAliases![index].Ip, FieldPath.Of(path).Child("hostAliases").Index(index).Child("ip"), texts);
        }
    }
}
