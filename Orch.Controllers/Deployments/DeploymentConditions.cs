using k8s.Models;

namespace Orch.Controllers.Deployments;

/// <summary>A deployment's conditions, with upstream's types and reasons.</summary>
internal static class DeploymentConditions
{
    public const string Progressing = nameof(Progressing);
    public const string Available = nameof(Available);
    public const string ReplicaFailure = nameof(ReplicaFailure);

    public const string NewReplicaSetCreated = nameof(NewReplicaSetCreated);
    public const string FoundNewReplicaSet = nameof(FoundNewReplicaSet);
    public const string ReplicaSetUpdated = nameof(ReplicaSetUpdated);
    public const string ReplicaSetCreateError = nameof(ReplicaSetCreateError);
    public const string NewReplicaSetAvailable = nameof(NewReplicaSetAvailable);
    public const string ProgressDeadlineExceeded = nameof(ProgressDeadlineExceeded);
    public const string DeploymentPaused = nameof(DeploymentPaused);
    public const string DeploymentResumed = nameof(DeploymentResumed);
    public const string MinimumReplicasAvailable = nameof(MinimumReplicasAvailable);
    public const string MinimumReplicasUnavailable = nameof(MinimumReplicasUnavailable);

    public static V1DeploymentCondition? Find(IEnumerable<V1DeploymentCondition>? conditions, string type)
        => conditions?.FirstOrDefault(condition => condition.Type == type);

    public static V1DeploymentCondition Make(string type, string status, string reason, string message, DateTimeOffset now) => new()
    {
        Type = type, Status = status, Reason = reason, Message = message, LastUpdateTime = now.UtcDateTime, LastTransitionTime = now.UtcDateTime,
    };

    /// <summary>The conditions with one set; one of the same status and reason stays as it is, one of the same status keeps its transition time.</summary>
    public static List<V1DeploymentCondition> With(IEnumerable<V1DeploymentCondition> conditions, V1DeploymentCondition condition)
    {
        List<V1DeploymentCondition> all = [.. conditions];
        var old = Find(all, condition.Type);
        if (old is not null && old.Status == condition.Status && old.Reason == condition.Reason) { return all; }
        if (old?.Status == condition.Status) { condition = condition with { LastTransitionTime = old.LastTransitionTime }; }
        return [.. Without(all, condition.Type), condition];
    }

    public static List<V1DeploymentCondition> Without(IEnumerable<V1DeploymentCondition> conditions, string type)
        => [.. conditions.Where(condition => condition.Type != type)];
}
