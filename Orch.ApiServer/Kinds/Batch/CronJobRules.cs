using System.Buffers;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>The rules for cron jobs.</summary>
internal static class CronJobRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly SearchValues<char> ZoneChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_0123456789+");

    /// <summary>What is wanted; what an old one was allowed is still.</summary>
    public static void Validate(V1CronJobSpec spec, V1CronJobSpec? old, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(spec.Schedule)) { errors.Required(Spec.Child("schedule")); }
        else { Schedule(spec, old?.Schedule?.Contains("TZ", StringComparison.Ordinal) == true, errors); }
        NumberRules.NotNegative(spec.StartingDeadlineSeconds, Spec, "startingDeadlineSeconds", errors);
        if (spec.TimeZone is { } zone && (old is null || old.TimeZone != zone)) { TimeZone(zone, Spec.Child("timeZone"), errors); }
        if (spec.ConcurrencyPolicy is not ("Allow" or "Forbid" or "Replace")) { errors.NotSupported(Spec.Child("concurrencyPolicy"), spec.ConcurrencyPolicy, "Allow", "Forbid", "Replace"); }
        Template(spec.JobTemplate.Spec, Spec.Child("jobTemplate").Child("spec"), errors);
        NumberRules.NotNegative(spec.SuccessfulJobsHistoryLimit, Spec, "successfulJobsHistoryLimit", errors);
        NumberRules.NotNegative(spec.FailedJobsHistoryLimit, Spec, "failedJobsHistoryLimit", errors);
    }

    private static void Schedule(V1CronJobSpec spec, bool mayNameZone, FieldErrors errors)
    {
        var path = Spec.Child("schedule");
        if (CronSyntax.FaultIn(spec.Schedule) is { } fault) { errors.Invalid(path, spec.Schedule, fault); }
        if (!spec.Schedule.Contains("TZ", StringComparison.Ordinal)) { return; }
        if (!mayNameZone) { errors.Invalid(path, spec.Schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"); }
        else if (spec.TimeZone is not null) { errors.Invalid(path, spec.Schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"); }
    }

    private static void TimeZone(string zone, FieldPath path, FieldErrors errors)
    {
        if (zone.Length == 0)
        {
            errors.Invalid(path, zone, "timeZone must be nil or non-empty string");
            return;
        }

        foreach (var range in zone.AsSpan().Split('/'))
        {
            var part = zone.AsSpan(range);
            if (part is not ("." or "..") && part.Length is >= 1 and <= 14 && part[0] != '-' && !part.ContainsAnyExcept(ZoneChars)) { continue; }
            errors.Invalid(path, zone, $"unknown time zone {zone}");
            return;
        }

        if (zone.Equals("Local", StringComparison.OrdinalIgnoreCase)) { errors.Invalid(path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"); }
        if (!CronSyntax.IsZone(zone)) { errors.Invalid(path, zone, $"unknown time zone {zone}"); }
    }

    private static void Template(V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        JobRules.ValidateSpec(spec, path, errors);
        if (spec.Selector is { } selector) { errors.Invalid(path.Child("selector"), selector, "`selector` will be auto-generated"); }
        if (spec.ManualSelector == true) { errors.NotSupported(path.Child("manualSelector"), true, "nil", "false"); }
    }
}
