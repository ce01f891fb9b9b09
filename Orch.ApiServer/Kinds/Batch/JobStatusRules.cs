using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>The rules for writing a job's status.</summary>
/// <remarks>Most are looked at only where what they speak of changed, so that a status that is wrong already can still be written.</remarks>
internal static class JobStatusRules
{
    private static readonly FieldPath Status = FieldPath.Of("status");
    private static readonly FieldPath Conditions = Status.Child("conditions");

    /// <summary>A changed status against what is stored.</summary>
    public static void Validate(V1Job job, V1Job old, FieldErrors errors)
    {
        var (now, before) = (job.Status ??= new V1JobStatus(), old.Status ?? new V1JobStatus());
        Counts(now, errors);
        Times(job, before, errors);
        Finished(job, before, errors);
        Indexes(job, before, errors);
        if (now.Ready > (now.Active ?? 0) && (now.Ready != before.Ready || now.Active != before.Active)) { errors.Invalid(Status.Child("ready"), now.Ready, "cannot set more ready pods than active"); }
        Success(job, errors);
        Transitions(job, before, errors);
    }

    private static bool Is(V1JobStatus status, string type) => status.Conditions?.Any(condition => condition.Type == type && condition.Status == "True") == true;

    private static bool IsFinished(V1JobStatus status) => Is(status, "Complete") || Is(status, "Failed");

    private static void Counts(V1JobStatus status, FieldErrors errors)
    {
        NumberRules.NotNegative(status.Active, Status, "active", errors);
        NumberRules.NotNegative(status.Succeeded, Status, "succeeded", errors);
        NumberRules.NotNegative(status.Failed, Status, "failed", errors);
        NumberRules.NotNegative(status.Ready, Status, "ready", errors);
        NumberRules.NotNegative(status.Terminating, Status, "terminating", errors);
        if (status.UncountedTerminatedPods is not { } uncounted) { return; }
        var seen = new HashSet<string>();
        Uids(uncounted.Succeeded, "succeeded", seen, errors);
        Uids(uncounted.Failed, "failed", seen, errors);
    }

    private static void Uids(IList<string>? uids, string field, HashSet<string> seen, FieldErrors errors)
    {
        for (var index = 0; index < (uids?.Count ?? 0); index++)
        {
            var path = Status.Child("uncountedTerminatedPods").Child(field).Index(index);
            if (string.IsNullOrEmpty(uids![index])) { errors.Invalid(path, string.Empty, "must not be empty"); }
            else if (!seen.Add(uids[index])) { errors.Duplicate(path, uids[index]); }
        }
    }

    private static void Times(V1Job job, V1JobStatus before, FieldErrors errors)
    {
        var now = job.Status;
        var (isComplete, wasComplete) = (Is(now, "Complete"), Is(before, "Complete"));
        var completion = Status.Child("completionTime");
        var completionChanged = now.CompletionTime != before.CompletionTime;
        if (isComplete && Is(now, "Failed") && (!wasComplete || !Is(before, "Failed"))) { errors.InvalidPart(Conditions, "cannot set Complete=True and Failed=true conditions"); }
        if (isComplete && Is(now, "FailureTarget") && (!wasComplete || !Is(before, "FailureTarget"))) { errors.InvalidPart(Conditions, "cannot set Complete=True and FailureTarget=true conditions"); }
        if (isComplete != wasComplete || completionChanged)
        {
            if (now.CompletionTime is { } at && !isComplete) { errors.Invalid(completion, at, "cannot set completionTime when there is no Complete=True condition"); }
            if (now.CompletionTime is null && isComplete) { errors.Required(completion, "completionTime is required for Complete jobs"); }
        }

        if ((now.StartTime != before.StartTime || completionChanged) && now.CompletionTime < now.StartTime) { errors.Invalid(completion, now.CompletionTime, "must be equal to or after `startTime`"); }
        if (!Is(before, "Failed") && Is(now, "Failed") && !Is(now, "FailureTarget")) { errors.InvalidPart(Conditions, "cannot set Failed=True condition without the FailureTarget=true condition"); }
        if (!wasComplete && isComplete && !Is(now, "SuccessCriteriaMet")) { errors.InvalidPart(Conditions, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"); }
    }

    private static void Finished(V1Job job, V1JobStatus before, FieldErrors errors)
    {
        var now = job.Status;
        if (!IsFinished(now)) { return; }
        var changed = !IsFinished(before);
        if (now.Active > 0 && (changed || now.Active != before.Active)) { errors.Invalid(Status.Child("active"), now.Active, "active>0 is invalid for finished job"); }
        if (now.StartTime is null && (changed || before.StartTime is not null)) { errors.Required(Status.Child("startTime"), "startTime is required for finished job"); }
        if (now.UncountedTerminatedPods is { } uncounted && (uncounted.Failed?.Count ?? 0) + (uncounted.Succeeded?.Count ?? 0) > 0
            && (changed || !ContentEquality.Same(uncounted, before.UncountedTerminatedPods)))
        {
            errors.Invalid(Status.Child("uncountedTerminatedPods"), uncounted, "must be empty for finished job");
        }

        if (now.Terminating > 0 && (changed || now.Terminating != before.Terminating)) { errors.Invalid(Status.Child("terminating"), now.Terminating, "terminating>0 is invalid for finished job"); }
    }

    private static void Indexes(V1Job job, V1JobStatus before, FieldErrors errors)
    {
        var (now, spec) = (job.Status, job.Spec);
        var (completed, failed) = (now.CompletedIndexes ?? string.Empty, now.FailedIndexes);
        var completedChanged = completed != (before.CompletedIndexes ?? string.Empty);
        var failedChanged = failed != before.FailedIndexes;
        if (completedChanged && spec.Completions is { } all && IndexRanges.Count(completed, all, out _) is { } fault)
        {
            errors.Invalid(Status.Child("completedIndexes"), completed, $"error parsing completedIndexes: {fault}");
        }

        if (failedChanged && failed is not null && spec is { Completions: { } count, BackoffLimitPerIndex: not null } && IndexRanges.Count(failed, count, out _) is { } other)
        {
            errors.Invalid(Status.Child("failedIndexes"), failed, $"error parsing failedIndexes: {other}");
        }

        if (completedChanged && completed.Length > 0 && spec.CompletionMode != "Indexed") { errors.Invalid(Status.Child("completedIndexes"), completed, "cannot set non-empty completedIndexes when non-indexed completion mode"); }
        if (failedChanged && failed is not null && spec.BackoffLimitPerIndex is null) { errors.Invalid(Status.Child("failedIndexes"), failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null"); }
        if ((completedChanged || failedChanged) && failed is not null && spec.Completions is { } limit && IndexRanges.Overlap(completed, failed, limit) is { } both)
        {
            errors.Invalid(Status.Child("failedIndexes"), failed, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"failedIndexes and completedIndexes overlap at index: {both}"));
        }
    }

    private static void Success(V1Job job, FieldErrors errors)
    {
        var now = job.Status;
        var isMet = Is(now, "SuccessCriteriaMet");
        if (isMet && Is(now, "Failed")) { errors.InvalidPart(Conditions, "cannot set SuccessCriteriaMet=True and Failed=true conditions"); }
        if (isMet && Is(now, "FailureTarget")) { errors.InvalidPart(Conditions, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"); }
        if (!isMet && job.Spec.SuccessPolicy is not null && Is(now, "Complete")) { errors.InvalidPart(Conditions, "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"); }
    }

    private static void Transitions(V1Job job, V1JobStatus before, FieldErrors errors)
    {
        var now = job.Status;
        foreach (var type in (ReadOnlySpan<string>)["Failed", "Complete", "FailureTarget"])
        {
            if (Is(before, type) && !Is(now, type)) { errors.InvalidPart(Conditions, $"cannot disable the terminal {type}=True condition"); }
        }

        if ((now.Failed ?? 0) < (before.Failed ?? 0)) { errors.Invalid(Status.Child("failed"), now.Failed ?? 0, "cannot decrease the failed counter"); }

        // An indexed job that runs all its indexes at once may be made smaller.
        var mayShrink = job.Spec.CompletionMode == "Indexed" && job.Spec.Completions == job.Spec.Parallelism;
        if (!mayShrink && (now.Succeeded ?? 0) < (before.Succeeded ?? 0)) { errors.Invalid(Status.Child("succeeded"), now.Succeeded ?? 0, "cannot decrease the succeeded counter"); }
        if (now.CompletionTime is { } at && before.CompletionTime is { } was && at != was) { errors.Invalid(Status.Child("completionTime"), at, ImmutableRule.Text); }
        if (before.StartTime is { } start && start != now.StartTime && job.Spec.Suspend != true) { errors.Invalid(Status.Child("startTime"), now.StartTime, "field is immutable for unsuspended job once set"); }
        if (Is(before, "SuccessCriteriaMet") && !Is(now, "SuccessCriteriaMet")) { errors.InvalidPart(Conditions, "cannot disable the SuccessCriteriaMet=True condition"); }
        if (Is(before, "Complete") && !Is(before, "SuccessCriteriaMet") && Is(now, "SuccessCriteriaMet"))
        {
            errors.InvalidPart(Conditions, "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
        }
    }
}
