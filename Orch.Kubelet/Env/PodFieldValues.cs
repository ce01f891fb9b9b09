using System.Globalization;
using System.Text;
using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Pods;
using Orch.Resources;

namespace Orch.Kubelet.Env;

/// <summary>What <c>fieldRef</c> and <c>resourceFieldRef</c> name.</summary>
internal static class PodFieldValues
{
    /// <summary>A field that is known before the pod runs, as the downward API writes it.</summary>
    /// <exception cref="ContainerConfigException">There is no such field.</exception>
    public static string Field(V1Pod pod, string path)
    {
        if (Subscript(path, "metadata.annotations") is { } annotation)
        {
            return pod.Metadata.Annotations is { } annotations && annotations.TryGetValue(annotation, out var value) ? value : string.Empty;
        }

        if (Subscript(path, "metadata.labels") is { } label)
        {
            return pod.Metadata.Labels is { } labels && labels.TryGetValue(label, out var value) ? value : string.Empty;
        }

        return path switch
        {
            "metadata.name" => pod.Metadata.Name,
            "metadata.namespace" => pod.Metadata.NamespaceProperty,
            "metadata.uid" => pod.Metadata.Uid,
            "metadata.labels" => Format(pod.Metadata.Labels),
            "metadata.annotations" => Format(pod.Metadata.Annotations),
            "spec.nodeName" => pod.Spec.NodeName ?? string.Empty,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? string.Empty,
            _ => throw new ContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    /// <summary>A container's request or limit in units of the divisor, rounded up; a missing limit is the node's allocatable.</summary>
    public static string Resource(V1Container container, V1ResourceFieldSelector selector, IReadOnlyDictionary<string, ResourceQuantity> allocatable)
    {
        var parts = (selector.Resource ?? string.Empty).Split('.', 2);
        if (parts.Length != 2 || parts[0] is not ("limits" or "requests")) { throw new ContainerConfigException($"unsupported container resource : {selector.Resource}"); }

        var map = parts[0] == "limits" ? container.Resources?.Limits : container.Resources?.Requests;
        var quantity = map is not null && map.TryGetValue(parts[1], out var own) ? own
            : parts[0] == "limits" && allocatable.TryGetValue(parts[1], out var node) ? node : null;
        var value = quantity?.ToDecimal() ?? 0;
        var divisor = selector.Divisor?.ToDecimal() is > 0 and var given ? given : 1;
        return decimal.Ceiling(value / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    public static V1Container ContainerOf(V1Pod pod, V1ResourceFieldSelector selector, V1Container? owner)
        => string.IsNullOrEmpty(selector.ContainerName)
            ? owner ?? throw new ContainerConfigException("resourceFieldRef needs a containerName")
            : pod.FindContainer(selector.ContainerName) ?? throw new ContainerConfigException($"container {selector.ContainerName} not found");

    private static string? Subscript(string path, string prefix)
        => path.StartsWith(prefix + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) ? path[(prefix.Length + 2)..^2] : null;

    private static string Format(IDictionary<string, string>? map)
        => map is null ? string.Empty : string.Join('\n', map.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}={Quote(p.Value)}"));

    private static string Quote(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var c in text)
        {
            result.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\x7f' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return result.Append('"').ToString();
    }
}
