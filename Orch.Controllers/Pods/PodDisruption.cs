using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Pods;

/// <summary>Says in a pod's status why a controller is about to delete it, then deletes it.</summary>
internal static class PodDisruption
{
    /// <summary>Sets condition <c>DisruptionTarget</c>, and the phase to failed if asked for.</summary>
    public static async Task MarkAsync(IResourceClient<V1Pod> pods, V1Pod pod, string reason, string message, bool fail, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var phase = fail && !pod.IsFinished() ? "Failed" : pod.Status?.Phase;
        var isMarked = pod.Condition("DisruptionTarget") is { Status: "True" } present && present.Reason == reason;
        if (isMarked && phase == pod.Status?.Phase) { return; }
        var condition = new V1PodCondition { Type = "DisruptionTarget", Status = "True", Reason = reason, Message = message, LastTransitionTime = now.UtcDateTime, ObservedGeneration = pod.Metadata.Generation };
        List<V1PodCondition> conditions = [.. (pod.Status?.Conditions ?? []).Where(static one => one.Type != "DisruptionTarget"), condition];
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid, ["resourceVersion"] = pod.Metadata.ResourceVersion },
            ["status"] = new JsonObject { ["phase"] = phase, ["conditions"] = JsonNode.Parse(ApiJson.Serialize(conditions)) },
        };
        await pods.PatchAsync(pod.Key(), new ResourcePatch(PatchKind.Merge, ApiJson.Serialize(body), "status"), cancellationToken).ConfigureAwait(false);
    }
}
