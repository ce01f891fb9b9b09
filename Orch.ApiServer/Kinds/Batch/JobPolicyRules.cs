using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>The rules for when a job counts as failed or done, and for who looks after it.</summary>
internal static partial class JobPolicyRules
{
    private const int MaxRules = 20;
    private const int MaxExitCodes = 255;
    private const int MaxConditions = 20;
    private const int MaxIndexesLength = 64 * 1024;
    private const int MaxManagedByLength = 63;
    private const string PathForm = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

    /// <summary>Who looks after the job: a path below a domain.</summary>
    public static void ManagedBy(string manager, FieldPath path, FieldErrors errors)
    {
        var slash = manager.IndexOf('/', StringComparison.Ordinal);
        if (manager.Length == 0) { errors.Required(path); }
        else if (slash <= 0 || slash == manager.Length - 1) { errors.Invalid(path, manager, "must be a domain-prefixed path (such as \"acme.io/foo\")"); }
        else
        {
            NameRules.DnsSubdomain(manager[..slash], false, path, errors);
            if (!HttpPath().IsMatch(manager.AsSpan(slash + 1))) { errors.Invalid(path, manager[(slash + 1)..], $"Invalid path (regex used for validation is '{PathForm}')"); }
        }

        if (manager.Length > MaxManagedByLength) { errors.TooLong(path, MaxManagedByLength); }
    }

    /// <summary>What a pod's failure means for the job.</summary>
    public static void Failure(V1PodFailurePolicy policy, V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        var rules = policy.Rules ?? [];
        if (rules.Count > MaxRules) { errors.TooMany(path, rules.Count, MaxRules); }
        for (var index = 0; index < rules.Count; index++) { FailureRule(rules[index], spec, path.Index(index), errors); }
    }

    /// <summary>Which indexes are enough.</summary>
    public static void Success(V1SuccessPolicy policy, int completions, FieldPath path, FieldErrors errors)
    {
        var rules = policy.Rules ?? [];
        if (rules.Count == 0) { errors.Required(path, "at least one rules must be specified when the successPolicy is specified"); }
        if (rules.Count > MaxRules) { errors.TooMany(path, rules.Count, MaxRules); }
        for (var index = 0; index < rules.Count; index++) { SuccessRule(rules[index], completions, path.Index(index), errors); }
    }

    private static void FailureRule(V1PodFailurePolicyRule rule, V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        switch (rule.Action)
        {
            case "Count" or "FailJob" or "Ignore": break;
            case null or "": errors.Required(path.Child("action"), "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]"); break;
            case "FailIndex":
                if (spec.BackoffLimitPerIndex is null) { errors.Invalid(path.Child("action"), rule.Action, "requires the backoffLimitPerIndex to be set"); }
                break;
            default: errors.NotSupported(path.Child("action"), rule.Action, "Count", "FailIndex", "FailJob", "Ignore"); break;
        }

        var hasConditions = rule.OnPodConditions is { Count: > 0 };
        if (rule.OnExitCodes is { } codes) { ExitCodes(codes, spec, path.Child("onExitCodes"), errors); }
        if (hasConditions) { PodConditions(rule.OnPodConditions!, path.Child("onPodConditions"), errors); }
        if (rule.OnExitCodes is not null && hasConditions) { errors.InvalidPart(path, "specifying both OnExitCodes and OnPodConditions is not supported"); }
        if (rule.OnExitCodes is null && !hasConditions) { errors.InvalidPart(path, "specifying one of OnExitCodes and OnPodConditions is required"); }
    }

    private static void PodConditions(IList<V1PodFailurePolicyOnPodConditionsPattern> patterns, FieldPath path, FieldErrors errors)
    {
        if (patterns.Count > MaxConditions) { errors.TooMany(path, patterns.Count, MaxConditions); }
        for (var index = 0; index < patterns.Count; index++)
        {
            var (pattern, at) = (patterns[index], path.Index(index));
            TextRules.QualifiedName(pattern.Type ?? string.Empty, at.Child("type"), errors);
            switch (pattern.Status)
            {
                case "False" or "True" or "Unknown": break;
                case null or "": errors.Required(at.Child("status"), "valid values: [\"False\" \"True\" \"Unknown\"]"); break;
                default: errors.NotSupported(at.Child("status"), pattern.Status, "False", "True", "Unknown"); break;
            }
        }
    }

    private static void ExitCodes(V1PodFailurePolicyOnExitCodesRequirement requirement, V1JobSpec spec, FieldPath path, FieldErrors errors)
    {
        switch (requirement.OperatorProperty)
        {
            case "In" or "NotIn": break;
            case null or "": errors.Required(path.Child("operator"), "valid values: [\"In\" \"NotIn\"]"); break;
            default: errors.NotSupported(path.Child("operator"), requirement.OperatorProperty, "In", "NotIn"); break;
        }

        if (requirement.ContainerName is { } name && !HasContainer(spec, name))
        {
            errors.Invalid(path.Child("containerName"), name, "must be one of the container or initContainer names in the pod template");
        }

        var values = requirement.Values ?? [];
        var at = path.Child("values");
        if (values.Count == 0) { errors.Invalid(at, values, "at least one value is required"); }
        else if (values.Count > MaxExitCodes) { errors.TooMany(at, values.Count, MaxExitCodes); }
        var (isOrdered, seen) = (true, new HashSet<int>());
        for (var index = 0; index < values.Count; index++)
        {
            if (requirement.OperatorProperty == "In" && values[index] == 0) { errors.Invalid(at.Index(index), 0, "must not be 0 for the In operator"); }
            if (!seen.Add(values[index])) { errors.Duplicate(at.Index(index), values[index]); }
            isOrdered &= index == 0 || values[index - 1] <= values[index];
        }

        if (!isOrdered) { errors.Invalid(at, values, "must be ordered"); }
    }

    private static bool HasContainer(V1JobSpec spec, string name)
        => spec.Template?.Spec?.Containers?.Any(container => container.Name == name) == true || spec.Template?.Spec?.InitContainers?.Any(container => container.Name == name) == true;

    private static void SuccessRule(V1SuccessPolicyRule rule, int completions, FieldPath path, FieldErrors errors)
    {
        if (rule.SucceededCount is null && rule.SucceededIndexes is null) { errors.Required(path, "at least one of succeededCount or succeededIndexes must be specified"); }
        var total = 0;
        if (rule.SucceededIndexes is { } indexes)
        {
            if (indexes.Length > MaxIndexesLength) { errors.TooLong(path.Child("succeededIndexes"), MaxIndexesLength); }
            if (IndexRanges.Count(indexes, completions, out total) is { } fault) { errors.Invalid(path.Child("succeededIndexes"), indexes, $"error parsing succeededIndexes: {fault}"); }
        }

        if (rule.SucceededCount is not { } count) { return; }
        NumberRules.NotNegative(count, path, "succeededCount", errors);
        if (count > completions) { errors.Invalid(path.Child("succeededCount"), count, string.Create(CultureInfo.InvariantCulture, $"must be less than or equal to {completions} (the number of specified completions)")); }
        if (rule.SucceededIndexes is not null && count > total)
        {
            errors.Invalid(path.Child("succeededCount"), count, string.Create(CultureInfo.InvariantCulture, $"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"));
        }
    }

    [GeneratedRegex("^" + PathForm + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpPath();
}
