using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Nodes;

/// <summary>When a node was last heard of, on the controller's own clock: the clocks of nodes are not trusted.</summary>
internal sealed class NodeHealth
{
    private static readonly (string Type, string Status)[] Watched = [("Ready", "Unknown"), ("MemoryPressure", "Unknown"), ("DiskPressure", "Unknown"), ("PIDPressure", "Unknown")];
    private string _uid = string.Empty;
    private DateTime? _heartbeat;
    private DateTime? _renewal;

    /// <summary>Last sign of life.</summary>
    public DateTimeOffset SeenAt { get; private set; }

    /// <summary>The transition of <c>Ready</c> for which pods have been marked and users told.</summary>
    public DateTime? HandledTransition { get; set; }

    /// <summary>Whether the node was ready when last looked at; null before the first look.</summary>
    public bool? WasReady { get; set; }

    /// <summary>Starts the grace period anew.</summary>
    public void Reset(DateTimeOffset now) => SeenAt = now;

    public void Observe(V1Node node, V1Lease? lease, DateTimeOffset now)
    {
        var ready = node.Status.Condition("Ready");
        if (_uid != node.Metadata.Uid)
        {
            _uid = node.Metadata.Uid;
            WasReady = null;
            SeenAt = ready is null ? node.Metadata.CreationTimestamp?.ToUtc() ?? now : now;
        }
        // What this controller itself writes is no sign of life: it leaves the heartbeat as it is.
        else if ((ready is not null && ready.LastHeartbeatTime != _heartbeat) || (lease?.Spec?.RenewTime is { } renewed && renewed != _renewal))
        {
            SeenAt = now;
        }

        _heartbeat = ready?.LastHeartbeatTime;
        _renewal = lease?.Spec?.RenewTime;
    }

    /// <summary>The conditions of a node that has fallen silent.</summary>
    public static List<V1NodeCondition> Silent(V1Node node, DateTimeOffset now)
    {
        List<V1NodeCondition> conditions = [.. node.Status?.Conditions ?? []];
        foreach (var (type, status) in Watched)
        {
            var index = conditions.FindIndex(condition => condition.Type == type);
            if (index < 0)
            {
                conditions.Add(new V1NodeCondition
                {
                    Type = type, Status = status, Reason = "NodeStatusNeverUpdated", Message = "Kubelet never posted node status.",
                    LastHeartbeatTime = node.Metadata.CreationTimestamp, LastTransitionTime = now.UtcDateTime,
                });
            }
            else if (conditions[index].Status != status)
            {
                conditions[index] = conditions[index] with { Status = status, Reason = "NodeStatusUnknown", Message = "Kubelet stopped posting node status.", LastTransitionTime = now.UtcDateTime };
            }
        }

        return conditions;
    }

    public static bool AreSame(IList<V1NodeCondition>? left, List<V1NodeCondition> right) => ApiJson.ContentEquals(left, right);
}
