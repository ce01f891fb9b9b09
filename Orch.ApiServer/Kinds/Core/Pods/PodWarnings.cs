using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What is allowed in a pod but hardly meant.</summary>
internal static class PodWarnings
{
    private static readonly Dictionary<string, string> RenamedLabels = new()
    {
        ["beta.kubernetes.io/arch"] = "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        ["beta.kubernetes.io/os"] = "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        ["failure-domain.beta.kubernetes.io/region"] = "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        ["failure-domain.beta.kubernetes.io/zone"] = "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        ["beta.kubernetes.io/instance-type"] = "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    };

    /// <summary>The texts for a specification that lies at <paramref name="path"/>.</summary>
    /// <param name="podName">Of a new pod; null for templates and updates.</param>
    public static IEnumerable<string> For(V1PodSpec spec, string path, string? podName)
    {
        var texts = new List<string>();
        if (podName is not null && !NameRules.IsLabel(podName))
        {
            var errors = new FieldErrors();
            NameRules.DnsLabel(podName, false, FieldPath.Of("metadata"), errors);
            var reasons = errors.Select(static error => error.Body[(error.Body.IndexOf("\": ", StringComparison.Ordinal) + 3)..]);
            texts.Add($"metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', reasons)}]");
        }

        foreach (var (key, _) in spec.NodeSelector ?? new Dictionary<string, string>())
        {
            if (Renamed(key) is { } text) { texts.Add($"{path}.nodeSelector[{key}]: {text}"); }
        }

        if (spec.TerminationGracePeriodSeconds < 0) { texts.Add($"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"); }
        for (var index = 0; index < (spec.ImagePullSecrets?.Count ?? 0); index++)
        {
            if (string.IsNullOrEmpty(spec.ImagePullSecrets![index].Name)) { texts.Add($"{path}.imagePullSecrets[{index}].name: invalid empty name \"\""); }
        }

        PodPlacementWarnings.Add(spec, path, texts);
        Containers(spec.InitContainers, $"{path}.initContainers", texts);
        Containers(spec.Containers, $"{path}.containers", texts);
        return texts;
    }

    /// <summary>What is said of a node's label that has a new name; null for others.</summary>
    public static string? Renamed(string? label) => label is null ? null : RenamedLabels.GetValueOrDefault(label);

    private static void Containers(IList<V1Container>? containers, string path, List<string> texts)
    {
        for (var index = 0; index < (containers?.Count ?? 0); index++)
        {
            var container = containers![index];
            Environment(container.Env, path, index, texts);
            Ports(container.Ports, path, index, texts);
            Bytes(container.Resources?.Requests, "requests", path, index, texts);
            Bytes(container.Resources?.Limits, "limits", path, index, texts);
        }
    }

    private static void Environment(IList<V1EnvVar>? variables, string path, int container, List<string> texts)
    {
        if (variables is not { Count: > 1 }) { return; }
        var last = new Dictionary<string, V1EnvVar>(variables.Count);
        for (var index = 0; index < variables.Count; index++)
        {
            var variable = variables[index];
            if (variable.Name is null) { continue; }
            if (last.ContainsKey(variable.Name) && variable.Value?.Contains($"$({variable.Name})", StringComparison.Ordinal) != true)
            {
                texts.Add($"{path}[{container}].env[{index}]: hides previous definition of \"{variable.Name}\", which may be dropped when using apply");
            }

            last[variable.Name] = variable;
        }
    }

    private static void Ports(IList<V1ContainerPort>? ports, string path, int container, List<string> texts)
    {
        for (var index = 1; index < (ports?.Count ?? 0); index++)
        {
            for (var earlier = 0; earlier < index; earlier++)
            {
                var (one, other) = (ports![earlier], ports[index]);
                if (one.ContainerPort != other.ContainerPort || one.Protocol != other.Protocol || (one.HostIP ?? string.Empty) != (other.HostIP ?? string.Empty) || (one.HostPort ?? 0) != (other.HostPort ?? 0)) { continue; }
                texts.Add($"{path}[{container}].ports[{index}]: duplicate port definition with {path}[{container}].ports[{earlier}]");
                break;
            }
        }
    }

    private static void Bytes(IDictionary<string, ResourceQuantity>? amounts, string field, string path, int container, List<string> texts)
    {
        foreach (var (name, quantity) in amounts ?? new Dictionary<string, ResourceQuantity>())
        {
            if (name is not ("memory" or "ephemeral-storage") || decimal.Truncate(quantity.ToDecimal()) == quantity.ToDecimal()) { continue; }
            texts.Add($"{path}[{container}].resources.{field}[{name}]: fractional byte value \"{Quantities.Format(quantity)}\" is invalid, must be an integer");
        }
    }
}
