using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>How jobs are printed.</summary>
internal static class JobColumns
{
    /// <summary>The strongest condition, or that it runs.</summary>
    public static string Status(V1Job job)
    {
        if (Has(job, "Complete")) { return "Complete"; }
        if (Has(job, "Failed")) { return "Failed"; }
        if (job.Metadata?.DeletionTimestamp is not null) { return "Terminating"; }
        if (Has(job, "Suspended")) { return "Suspended"; }
        if (Has(job, "FailureTarget")) { return "FailureTarget"; }
        return Has(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    /// <summary>How many pods succeeded, of how many.</summary>
    public static string Completions(V1Job job)
    {
        var done = job.Status?.Succeeded ?? 0;
        if (job.Spec?.Completions is { } wanted) { return string.Create(CultureInfo.InvariantCulture, $"{done}/{wanted}"); }
        var parallelism = job.Spec?.Parallelism ?? 0;
        return parallelism > 1 ? string.Create(CultureInfo.InvariantCulture, $"{done}/1 of {parallelism}") : string.Create(CultureInfo.InvariantCulture, $"{done}/1");
    }

    /// <summary>From start to completion, or until now.</summary>
    public static string Duration(V1Job job, DateTimeOffset now)
    {
        if (job.Status?.StartTime is not { } start) { return string.Empty; }
        return job.Status.CompletionTime is { } end ? HumanDuration.Format(end - start) : Printing.Since(start, now);
    }

    private static bool Has(V1Job job, string type)
    {
        foreach (var condition in job.Status?.Conditions ?? [])
        {
            if (condition.Type == type) { return condition.Status == "True"; }
        }

        return false;
    }
}
