using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Nodes;

/// <summary>What node controllers ask of a node.</summary>
internal static class NodeFacts
{
    public const string NotReadyTaint = "node.kubernetes.io/not-ready";
    public const string UnreachableTaint = "node.kubernetes.io/unreachable";
    public const string OutOfServiceTaint = "node.kubernetes.io/out-of-service";
    private const string ExcludeLabel = "node.kubernetes.io/exclude-disruption";

    /// <summary>Status of condition <c>Ready</c>; <c>Unknown</c> when there is none.</summary>
    public static string ReadyStatus(V1Node node) => node.Status.Condition("Ready")?.Status ?? "Unknown";

    /// <summary>Region and zone; nodes without either share one zone.</summary>
    public static string ZoneOf(V1Node node)
        => $"{node.Label("topology.kubernetes.io/region") ?? node.Label("failure-domain.beta.kubernetes.io/region")}:{node.Label("topology.kubernetes.io/zone") ?? node.Label("failure-domain.beta.kubernetes.io/zone")}";

    /// <summary>Whether it counts when a zone is judged.</summary>
    public static bool CountsForDisruption(V1Node node) => node.Metadata.Labels?.ContainsKey(ExcludeLabel) != true;
}
