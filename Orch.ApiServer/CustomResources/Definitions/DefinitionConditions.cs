using k8s.Models;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The conditions of a definition.</summary>
internal static class DefinitionConditions
{
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";
    public const string Established = "Established";
    public const string NamesAccepted = "NamesAccepted";
    public const string NonStructuralSchema = "NonStructuralSchema";
    public const string Terminating = "Terminating";
    public const string ApiApproval = "KubernetesAPIApprovalPolicyConformant";

    /// <summary>Whether a condition holds.</summary>
    public static bool IsTrue(V1CustomResourceDefinition definition, string type) => Find(definition.Status, type)?.Status == "True";

    /// <summary>The condition, or null.</summary>
    public static V1CustomResourceDefinitionCondition? Find(V1CustomResourceDefinitionStatus? status, string type)
        => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Sets a condition; the time of its last transition stays while its status does.</summary>
    public static void Set(V1CustomResourceDefinitionStatus status, string type, bool isTrue, string reason, string message, DateTime now)
    {
        var value = isTrue ? "True" : "False";
        var known = Find(status, type);
        var made = new V1CustomResourceDefinitionCondition
        {
            Type = type, Status = value, Reason = reason, Message = message,
            LastTransitionTime = known?.Status == value ? known.LastTransitionTime : now,
        };
        status.Conditions = known is null ? [.. status.Conditions ?? [], made] : [.. status.Conditions!.Select(condition => condition.Type == type ? made : condition)];
    }

    /// <summary>Takes a condition away.</summary>
    public static void Remove(V1CustomResourceDefinitionStatus status, string type)
    {
        if (Find(status, type) is not null) { status.Conditions = [.. status.Conditions!.Where(condition => condition.Type != type)]; }
    }
}
