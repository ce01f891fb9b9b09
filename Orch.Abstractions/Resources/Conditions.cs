using k8s.Models;

namespace Orch.Resources;

/// <summary>The conditions in objects' status: found and replaced by type. Nothing passed in is changed; lists that come back are new.</summary>
/// <remarks>
/// The models have a condition type for each kind; setting keeps <c>lastTransitionTime</c> as long as the status value stays the same.
/// </remarks>
public static class Conditions
{
    /// <summary>The pod's condition of a type, or null.</summary>
    public static V1PodCondition? Condition(this V1PodStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The node's condition of a type, or null.</summary>
    public static V1NodeCondition? Condition(this V1NodeStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The deployment's condition of a type, or null.</summary>
    public static V1DeploymentCondition? Condition(this V1DeploymentStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The replica set's condition of a type, or null.</summary>
    public static V1ReplicaSetCondition? Condition(this V1ReplicaSetStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The namespace's condition of a type, or null.</summary>
    public static V1NamespaceCondition? Condition(this V1NamespaceStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The condition of a type, or null.</summary>
    public static V1Condition? Find(IEnumerable<V1Condition>? conditions, string type) => conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The conditions with one set.</summary>
    public static IList<V1PodCondition> With(IEnumerable<V1PodCondition>? conditions, V1PodCondition wanted, DateTimeOffset now)
        => Replace(conditions, wanted, static condition => condition.Type, static condition => condition.Status,
            (condition, old) => condition with { LastTransitionTime = old is null ? condition.LastTransitionTime ?? now.UtcDateTime : old.LastTransitionTime });

    /// <summary>The conditions with one set.</summary>
    public static IList<V1NodeCondition> With(IEnumerable<V1NodeCondition>? conditions, V1NodeCondition wanted, DateTimeOffset now)
        => Replace(conditions, wanted, static condition => condition.Type, static condition => condition.Status,
            (condition, old) => condition with { LastTransitionTime = old is null ? condition.LastTransitionTime ?? now.UtcDateTime : old.LastTransitionTime });

    /// <summary>The conditions with one set.</summary>
    public static IList<V1DeploymentCondition> With(IEnumerable<V1DeploymentCondition>? conditions, V1DeploymentCondition wanted, DateTimeOffset now)
        => Replace(conditions, wanted, static condition => condition.Type, static condition => condition.Status,
            (condition, old) => condition with { LastTransitionTime = old is null ? condition.LastTransitionTime ?? now.UtcDateTime : old.LastTransitionTime });

    /// <summary>The conditions with one set.</summary>
    public static IList<V1ReplicaSetCondition> With(IEnumerable<V1ReplicaSetCondition>? conditions, V1ReplicaSetCondition wanted, DateTimeOffset now)
        => Replace(conditions, wanted, static condition => condition.Type, static condition => condition.Status,
            (condition, old) => condition with { LastTransitionTime = old is null ? condition.LastTransitionTime ?? now.UtcDateTime : old.LastTransitionTime });

    /// <summary>The conditions with one set.</summary>
    public static IList<V1NamespaceCondition> With(IEnumerable<V1NamespaceCondition>? conditions, V1NamespaceCondition wanted, DateTimeOffset now)
        => Replace(conditions, wanted, static condition => condition.Type, static condition => condition.Status,
            (condition, old) => condition with { LastTransitionTime = old is null ? condition.LastTransitionTime ?? now.UtcDateTime : old.LastTransitionTime });

    /// <summary>The conditions with one set.</summary>
    public static IList<V1Condition> With(IEnumerable<V1Condition>? conditions, V1Condition wanted, DateTimeOffset now)
        => Replace(conditions, wanted, static condition => condition.Type, static condition => condition.Status,
            (condition, old) => condition with { LastTransitionTime = old is not null ? old.LastTransitionTime : condition.LastTransitionTime == default ? now.UtcDateTime : condition.LastTransitionTime });

    // The order stays; a new type comes last. "Old" is passed on only when its status is the same.
    private static List<T> Replace<T>(IEnumerable<T>? conditions, T wanted, Func<T, string> type, Func<T, string> status, Func<T, T?, T> stamp)
        where T : class
    {
        var result = new List<T>(conditions ?? []);
        var index = result.FindIndex(condition => type(condition) == type(wanted));
        if (index < 0) { result.Add(stamp(wanted, null)); }
        else { result[index] = stamp(wanted, status(result[index]) == status(wanted) ? result[index] : null); }
        return result;
    }
}
