using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core.Quotas;

/// <summary>The names of resources that limits and quotas speak of.</summary>
internal static class ResourceNames
{
    private static readonly HashSet<string> Quota =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
    ];

    private static readonly HashSet<string> Counted =
        ["pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"];

    /// <summary>Whether a quota can be of this resource without further ado.</summary>
    public static bool IsQuota(string name) => Quota.Contains(name) || IsHugePage(name);

    /// <summary>Whether it comes in whole numbers.</summary>
    public static bool IsCounted(string name) => Counted.Contains(name) || ResourceRules.IsExtended(name);

    /// <summary>A standard resource, or one with a prefix.</summary>
    public static void Validate(string name, FieldPath path, FieldErrors errors)
    {
        if (!TextRules.IsQualifiedName(name)) { TextRules.QualifiedName(name, path, errors); }
        else if (!name.Contains('/', StringComparison.Ordinal) && name != "storage" && !IsQuota(name)) { errors.Invalid(path, name, "must be a standard resource type or fully qualified"); }
    }

    /// <summary>What a quota may be of.</summary>
    public static void ValidateQuota(string name, FieldPath path, FieldErrors errors)
    {
        Validate(name, path, errors);
        if (!name.Contains('/', StringComparison.Ordinal) && !IsQuota(name)) { errors.Invalid(path, name, "must be a standard resource for quota"); }
    }

    private static bool IsHugePage(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal);
}
