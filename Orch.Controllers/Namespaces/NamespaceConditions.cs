using System.Globalization;
using k8s.Models;

namespace Orch.Controllers.Namespaces;

/// <summary>Says in a namespace's conditions why its deletion takes time.</summary>
internal static class NamespaceConditions
{
    public static List<V1NamespaceCondition> For(IEnumerable<V1NamespaceCondition>? present, NamespaceRemains remains, DateTimeOffset now)
    {
        List<V1NamespaceCondition> old = [.. present ?? []];
        V1NamespaceCondition[] wanted =
        [
            Make("NamespaceDeletionDiscoveryFailure", null, string.Empty, "ResourcesDiscovered", "All resources successfully discovered"),
            Make("NamespaceDeletionGroupVersionParsingFailure", null, string.Empty, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            Make("NamespaceDeletionContentFailure", Faults(remains), "ContentDeletionFailed", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            Make("NamespaceContentRemaining", remains.Resources, "SomeResourcesRemain", "ContentRemoved", "All content successfully removed"),
            Make("NamespaceFinalizersRemaining", remains.Finalizers, "SomeFinalizersRemain", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ];
        foreach (var condition in wanted)
        {
            var index = old.FindIndex(one => one.Type == condition.Type);
            if (index < 0) { old.Add(condition with { LastTransitionTime = now.UtcDateTime }); }
            else if (old[index].Status != condition.Status || old[index].Reason != condition.Reason || old[index].Message != condition.Message)
            {
                old[index] = condition with { LastTransitionTime = old[index].Status == condition.Status ? old[index].LastTransitionTime : now.UtcDateTime };
            }
        }

        return old;
    }

    private static string? Faults(NamespaceRemains remains) => remains.Faults.Count == 0 ? null
        : string.Create(CultureInfo.InvariantCulture, $"Failed to delete all resource types, {remains.Faults.Count} remaining: {string.Join(", ", remains.Faults)}");

    private static V1NamespaceCondition Make(string type, string? trouble, string troubleReason, string goodReason, string goodMessage) => new()
    {
        Type = type,
        Status = trouble is null ? "False" : "True",
        Reason = trouble is null ? goodReason : troubleReason,
        Message = trouble ?? goodMessage,
    };
}
