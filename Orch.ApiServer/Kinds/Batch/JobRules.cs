using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>The rules for jobs, in upstream's order.</summary>
internal static class JobRules
{
    private const int MaxParallelism = 100_000;
    private const int MaxFailedIndexes = 100_000;
    private const int ManyCompletions = 100_000;
    private const int MaxWithMany = 10_000;
    private const string Indexed = "Indexed";
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>A job, new or changed.</summary>
    /// <param name="needsPrefixedLabels">Whether the labels of today must be there, which old jobs lack.</param>
    public static void Validate(V1Job job, bool needsPrefixedLabels, FieldErrors errors)
    {
        GeneratedSelector(job, needsPrefixedLabels, errors);
        ValidateSpec(job.Spec, Spec, errors);
        if (job.Spec.Selector is null) { errors.Required(Spec.Child("selector")); }
        else { SelectorRules.Validate(job.Spec.Selector, Spec.Child("selector"), errors); }
        Picked(job.Spec, errors);
        if (job.Spec is { CompletionMode: Indexed, Completions: > 0 and var completions })
        {
            // The pods' host names end in their index.
            var host = string.Create(CultureInfo.InvariantCulture, $"{job.Metadata.Name}-{completions - 1}");
            if (host.Length > 63 || !NameRules.IsLabel(host)) { errors.Invalid(FieldPath.Of("metadata").Child("name"), job.Metadata.Name, $"will not able to create pod with invalid DNS label: {host}"); }
        }
    }

    /// <summary>What holds in the templates of cron jobs too, where there is no selector yet.</summary>
    public static void ValidateSpec(V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        NumberRules.NotNegative(spec.Parallelism, path, "parallelism", errors);
        NumberRules.NotNegative(spec.Completions, path, "completions", errors);
        NumberRules.NotNegative(spec.ActiveDeadlineSeconds, path, "activeDeadlineSeconds", errors);
        NumberRules.NotNegative(spec.BackoffLimit, path, "backoffLimit", errors);
        NumberRules.NotNegative(spec.TtlSecondsAfterFinished, path, "ttlSecondsAfterFinished", errors);
        NumberRules.NotNegative(spec.BackoffLimitPerIndex, path, "backoffLimitPerIndex", errors);
        if (spec.MaxFailedIndexes is { } failed)
        {
            NumberRules.NotNegative(failed, path, "maxFailedIndexes", errors);
            if (spec.BackoffLimitPerIndex is null) { errors.Required(path.Child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"); }
        }

        if (spec.ManagedBy is { } manager) { JobPolicyRules.ManagedBy(manager, path.Child("managedBy"), errors); }
        Mode(spec, path, errors);
        if (spec.PodFailurePolicy is { } failure) { JobPolicyRules.Failure(failure, spec, path.Child("podFailurePolicy").Child("rules"), errors); }
        if (spec.SuccessPolicy is { } success)
        {
            if (spec.CompletionMode != Indexed) { errors.Invalid(path.Child("successPolicy"), success, "requires indexed completion mode"); }
            else { JobPolicyRules.Success(success, spec.Completions ?? 0, path.Child("successPolicy").Child("rules"), errors); }
        }

        Replacement(spec, path.Child("podReplacementPolicy"), errors);
        PodTemplateRules.Validate(spec.Template, path.Child("template"), errors);
        RestartPolicy(spec.Template?.Spec?.RestartPolicy, spec.PodFailurePolicy is not null, path.Child("template").Child("spec").Child("restartPolicy"), errors);
    }

    private static void GeneratedSelector(V1Job job, bool needsPrefixedLabels, FieldErrors errors)
    {
        if (job.Spec.ManualSelector == true || job.Spec.Selector is null || job.Spec.Template is null) { return; }
        if (string.IsNullOrEmpty(job.Metadata.Uid)) { errors.Required(FieldPath.Of("metadata").Child("uid")); }
        var (uid, name) = (job.Metadata.Uid ?? string.Empty, job.Metadata.Name ?? string.Empty);
        HasLabel(job.Spec.Template.Metadata, JobSelector.LegacyUid, uid, errors);
        HasLabel(job.Spec.Template.Metadata, JobSelector.LegacyName, name, errors);
        var expected = new Dictionary<string, string> { [JobSelector.LegacyUid] = uid, [JobSelector.LegacyName] = name };
        if (needsPrefixedLabels)
        {
            HasLabel(job.Spec.Template.Metadata, JobSelector.Uid, uid, errors);
            HasLabel(job.Spec.Template.Metadata, JobSelector.Name, name, errors);
            (expected[JobSelector.Uid], expected[JobSelector.Name]) = (uid, name);
        }

        if (Matches(job.Spec.Selector, expected) == false) { errors.Invalid(Spec.Child("selector"), job.Spec.Selector, "`selector` not auto-generated"); }
    }

    private static void HasLabel(V1ObjectMeta? metadata, string key, string expected, FieldErrors errors)
    {
        var path = Spec.Child("template").Child("metadata").Child("labels");
        if (metadata?.Labels is not { } labels || !labels.TryGetValue(key, out var actual)) { errors.Required(path.Key(key), $"must be '{expected}'"); }
        else if (actual != expected) { errors.Invalid(path.Key(key), metadata.Labels, $"must be '{expected}'"); }
    }

    private static void Picked(V1JobSpec spec, FieldErrors errors)
    {
        if (spec.Template is not null && Matches(spec.Selector, spec.Template.Metadata?.Labels) == false)
        {
            errors.Invalid(Spec.Child("template").Child("metadata").Child("labels"), spec.Template.Metadata?.Labels, "`selector` does not match template `labels`");
        }
    }

    // A malformed selector has its own fault already.
    private static bool? Matches(V1LabelSelector? selector, IEnumerable<KeyValuePair<string, string>>? labels)
    {
        try { return LabelSelector.From(selector).Matches(labels); }
        catch (SelectorException) { return null; }
    }

    private static void Mode(V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.CompletionMode is not (null or "NonIndexed" or Indexed)) { errors.NotSupported(path.Child("completionMode"), spec.CompletionMode, "NonIndexed", Indexed); }
        if (spec.CompletionMode is null or "NonIndexed")
        {
            if (spec.BackoffLimitPerIndex is { } limit) { errors.Invalid(path.Child("backoffLimitPerIndex"), limit, "requires indexed completion mode"); }
            if (spec.MaxFailedIndexes is { } most) { errors.Invalid(path.Child("maxFailedIndexes"), most, "requires indexed completion mode"); }
        }

        if (spec.CompletionMode != Indexed) { return; }
        if (spec.Completions is null) { errors.Required(path.Child("completions"), "when completion mode is Indexed"); }
        if (spec.Parallelism > MaxParallelism) { errors.Invalid(path.Child("parallelism"), spec.Parallelism, $"must be less than or equal to {MaxParallelism} when completion mode is Indexed"); }
        if (spec.MaxFailedIndexes > spec.Completions) { errors.Invalid(path.Child("maxFailedIndexes"), spec.MaxFailedIndexes, "must be less than or equal to completions"); }
        if (spec.MaxFailedIndexes > MaxFailedIndexes) { errors.Invalid(path.Child("maxFailedIndexes"), spec.MaxFailedIndexes, $"must be less than or equal to {MaxFailedIndexes}"); }
        if (spec.Completions is not > ManyCompletions || spec.BackoffLimitPerIndex is null) { return; }
        const string High = "must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index";
        if (spec.MaxFailedIndexes is null) { errors.Required(path.Child("maxFailedIndexes"), $"must be specified when completions is above {ManyCompletions}"); }
        if (spec.Parallelism > MaxWithMany) { errors.Invalid(path.Child("parallelism"), spec.Parallelism, High); }
        if (spec.MaxFailedIndexes > MaxWithMany) { errors.Invalid(path.Child("maxFailedIndexes"), spec.MaxFailedIndexes, High); }
    }

    private static void Replacement(V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.PodReplacementPolicy is not { } policy || policy == "Failed") { return; }
        if (spec.PodFailurePolicy is not null) { errors.NotSupported(path, policy, "Failed"); }
        else if (policy != "TerminatingOrFailed") { errors.NotSupported(path, policy, "Failed", "TerminatingOrFailed"); }
    }

    private static void RestartPolicy(string? policy, bool hasFailurePolicy, FieldPath path, FieldErrors errors)
    {
        switch (policy)
        {
            case null or "" or "Always": errors.Required(path, "valid values: \"OnFailure\", \"Never\""); break;
            case "Never": break;
            case "OnFailure":
                if (hasFailurePolicy) { errors.Invalid(path, policy, "only \"Never\" is supported when podFailurePolicy is specified"); }
                break;
            default: errors.NotSupported(path, policy, "OnFailure", "Never"); break;
        }
    }
}
