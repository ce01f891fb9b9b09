namespace Orch.Scheduling;

/// <summary>What a plugin answers.</summary>
public enum SchedulingCode
{
    /// <summary>Yes.</summary>
    Success,

    /// <summary>No; another node, or removing pods from this one, may help.</summary>
    Unschedulable,

    /// <summary>No, and removing pods would not help either.</summary>
    UnschedulableAndUnresolvable,

    /// <summary>From Permit: not yet.</summary>
    Wait,

    /// <summary>The plugin has nothing to say about this pod.</summary>
    Skip,

    /// <summary>The pod must stay out of the queue until an event.</summary>
    Pending,

    /// <summary>Something broke; the pod is tried again.</summary>
    Error,
}

/// <summary>A plugin's answer with its reason, as it will stand in the pod's <c>PodScheduled</c> condition.</summary>
/// <param name="Code">The answer.</param>
/// <param name="Reason">Null on success. Several reasons stand on a line each. Constant texts avoid an allocation for each node.</param>
public readonly record struct SchedulingStatus(SchedulingCode Code, string? Reason)
{
    /// <summary>The default value.</summary>
    public static SchedulingStatus Success => default;

    /// <summary>Nothing to say.</summary>
    public static SchedulingStatus Skip => new(SchedulingCode.Skip, null);

    /// <summary>Whether it says yes.</summary>
    public bool IsSuccess => Code == SchedulingCode.Success;

    /// <summary>Whether it says no, resolvable or not.</summary>
    public bool IsRejected => Code is SchedulingCode.Unschedulable or SchedulingCode.UnschedulableAndUnresolvable or SchedulingCode.Pending;

    /// <summary>No; another node, or removing pods, may help.</summary>
    public static SchedulingStatus Unschedulable(string reason) => new(SchedulingCode.Unschedulable, reason);

    /// <summary>No, and removing pods would not help.</summary>
    public static SchedulingStatus Unresolvable(string reason) => new(SchedulingCode.UnschedulableAndUnresolvable, reason);
}

/// <summary>What <see cref="IPreFilterPlugin"/> found.</summary>
/// <param name="Status">The answer.</param>
/// <param name="NodeNames">Only these nodes need be looked at; null for all.</param>
public readonly record struct PreFilterResult(SchedulingStatus Status, IReadOnlySet<string>? NodeNames)
{
    /// <summary>Go on with all nodes.</summary>
    public static PreFilterResult Success => default;

    /// <summary>Go on without this plugin's Filter.</summary>
    public static PreFilterResult Skip => new(SchedulingStatus.Skip, null);

    /// <summary>An answer without narrowing.</summary>
    public static implicit operator PreFilterResult(SchedulingStatus status) => FromStatus(status);

    /// <summary>An answer without narrowing.</summary>
    public static PreFilterResult FromStatus(SchedulingStatus status) => new(status, null);
}

/// <summary>What <see cref="IPostFilterPlugin"/> achieved.</summary>
/// <param name="Status">Success: a node will have room.</param>
/// <param name="NominatedNodeName">That node; null clears a nomination.</param>
public readonly record struct PostFilterResult(SchedulingStatus Status, string? NominatedNodeName);

/// <summary>What <see cref="IPermitPlugin"/> decided.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Timeout">With <see cref="SchedulingCode.Wait"/>: after it, the pod is rejected.</param>
public readonly record struct PermitResult(SchedulingStatus Status, TimeSpan Timeout);
