using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what a container learns of its own pod.</summary>
internal static class DownwardRules
{
    private static readonly string[] Resources = ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];
    private static readonly HashSet<string> Sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

    /// <summary>A field of the pod, one of <paramref name="allowed"/> (in order), or one label or annotation.</summary>
    public static void Field(V1ObjectFieldSelector selector, IReadOnlyList<string> allowed, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(selector.ApiVersion))
        {
            errors.Required(path.Child("apiVersion"));
            return;
        }

        var field = selector.FieldPath ?? string.Empty;
        if (field.Length == 0)
        {
            errors.Required(path.Child("fieldPath"));
            return;
        }

        if (selector.ApiVersion != "v1")
        {
            errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: unsupported pod version: {selector.ApiVersion}");
            return;
        }

        var (name, subscript) = Split(field);
        if (subscript is null ? !IsField(name) : name is not ("metadata.labels" or "metadata.annotations"))
        {
            errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: {(subscript is null ? "field label not supported" : "field label does not support subscript")}: {field}");
            return;
        }

#pragma warning disable CA1308 // case does not matter in annotations
        if (subscript is not null) { TextRules.QualifiedName(name == "metadata.annotations" ? subscript.ToLowerInvariant() : subscript, path, errors); }
#pragma warning restore CA1308
        else if (!allowed.Contains(name == "spec.host" ? "spec.nodeName" : name)) { errors.NotSupported(path.Child("fieldPath"), name, allowed); }
    }

    /// <summary>A resource of a container.</summary>
    /// <param name="isVolume">In a volume the container must be named.</param>
    public static void Resource(V1ResourceFieldSelector selector, bool isVolume, FieldPath path, FieldErrors errors)
    {
        var name = selector.Resource ?? string.Empty;
        var isHuge = name.StartsWith("limits.hugepages-", StringComparison.Ordinal) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal);
        if (isVolume && string.IsNullOrEmpty(selector.ContainerName)) { errors.Required(path.Child("containerName")); }
        else if (name.Length == 0) { errors.Required(path.Child("resource")); }
        else if (!isHuge && !Resources.Contains(name)) { errors.NotSupported(path.Child("resource"), name, Resources); }
        Divisor(name, isHuge, selector.Divisor, path, errors);
    }

    private static void Divisor(string name, bool isHuge, ResourceQuantity? divisor, FieldPath path, FieldErrors errors)
    {
        if (divisor is null || divisor.ToDecimal() == 0) { return; }
        var text = Quantities.Format(divisor);
        var (fits, what) = name switch
        {
            "limits.cpu" or "requests.cpu" => (text is "1" or "1m", "1m and 1 are supported with the cpu resource"),
            "limits.memory" or "requests.memory" => (Sizes.Contains(text), Sized("memory")),
            "limits.ephemeral-storage" or "requests.ephemeral-storage" => (Sizes.Contains(text), Sized("local ephemeral storage")),
            _ => (!isHuge || Sizes.Contains(text), Sized("hugepages")),
        };
        if (!fits) { errors.Invalid(path.Child("divisor"), name, $"only divisor's values {what}"); }
    }

    private static string Sized(string what) => $"1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the {what} resource";

    private static (string Name, string? Subscript) Split(string field)
    {
        var open = field.IndexOf("['", StringComparison.Ordinal);
        return open > 0 && field.EndsWith("']", StringComparison.Ordinal) ? (field[..open], field[(open + 2)..^2]) : (field, null);
    }

    private static bool IsField(string name)
        => name is "metadata.annotations" or "metadata.labels" or "metadata.name" or "metadata.namespace" or "metadata.uid" or "spec.nodeName" or "spec.host"
            or "spec.restartPolicy" or "spec.serviceAccountName" or "spec.schedulerName" or "status.phase" or "status.hostIP" or "status.hostIPs" or "status.podIP" or "status.podIPs";
}
