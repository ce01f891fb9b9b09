using k8s.Models;
using Orch.Client;
using Orch.Quotas;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Quota;

/// <summary>Decides whether a request fits into the quotas of its namespace.</summary>
/// <remarks>Pure; the steps and messages are upstream's.</remarks>
internal static class QuotaCheck
{
    /// <summary>What the request would change: each quota with what is used then; empty when it costs nothing.</summary>
    /// <exception cref="ApiException">It does not fit, or a quota's usage is not known yet.</exception>
    public static IReadOnlyList<(RunningQuota Quota, Dictionary<string, ResourceQuantity> Used)> Check(
        IReadOnlyList<RunningQuota> quotas, AdmissionRequest request, QuotaEvaluator evaluator, DefaultLimits limits, DateTimeOffset now)
    {
        if (request.Object is not { } value) { return []; }
        var matching = Matching(quotas, request, evaluator);
        var isLimited = limits.Concern(request.Resource);
        if (matching.Count == 0 && !isLimited) { return []; }
        var usage = evaluator.UsageOf(value, now);
        string[] negative = [.. usage.Where(static pair => pair.Value.ToDecimal() < 0).Select(static pair => pair.Key).Order(StringComparer.Ordinal)];
        if (negative.Length > 0) { throw AdmissionRefusal.Forbidden(request, $"quota usage is negative for resource(s): {string.Join(',', negative)}"); }

        if (isLimited) { CheckLimits(quotas, matching, request, evaluator, limits, usage, now); }
        var charges = new List<(RunningQuota, Dictionary<string, ResourceQuantity>)>();
        foreach (var quota in matching)
        {
            var asked = Positive(AskedOf(quota, request, evaluator, usage, now));
            if (asked.Count == 0) { continue; }
            charges.Add((quota, Charge(quota, request, QuotaAmounts.Mask(asked, quota.Hard!.Keys))));
        }

        return charges;
    }

    private static List<RunningQuota> Matching(IReadOnlyList<RunningQuota> quotas, AdmissionRequest request, QuotaEvaluator evaluator)
    {
        var matching = new List<RunningQuota>();
        foreach (var quota in quotas)
        {
            if (!evaluator.Matches(quota.Value, quota.Hard, request.Object!)) { continue; }
            string[] tracked = [.. quota.Hard!.Keys.Where(evaluator.Tracks).Order(StringComparer.Ordinal)];
            if (evaluator.MissingIn(request.Object!, tracked) is { } missing) { throw AdmissionRefusal.Forbidden(request, $"failed quota: {quota.Name}: {missing}"); }
            if (tracked.Any(name => quota.Used?.ContainsKey(name) != true))
            {
                throw AdmissionRefusal.Forbidden(request, $"status unknown for quota: {quota.Name}, resources: {string.Join(',', tracked)}");
            }

            matching.Add(quota);
        }

        return matching;
    }

    // An update pays only what it adds, where the old object was charged to the same quota.
    private static Dictionary<string, ResourceQuantity> AskedOf(
        RunningQuota quota, AdmissionRequest request, QuotaEvaluator evaluator, Dictionary<string, ResourceQuantity> usage, DateTimeOffset now)
    {
        if (request.Operation != AdmissionOperation.Update) { return usage; }
        if (request.OldObject is not { } old) { throw AdmissionRefusal.Forbidden(request, "unable to get previous usage since prior version of object was not found"); }
        return evaluator.Matches(quota.Value, quota.Hard, old) ? QuotaAmounts.Excess(usage, evaluator.UsageOf(old, now)) : usage;
    }

    private static void CheckLimits(
        IReadOnlyList<RunningQuota> quotas, List<RunningQuota> matching, AdmissionRequest request, QuotaEvaluator evaluator, DefaultLimits limits,
        Dictionary<string, ResourceQuantity> usage, DateTimeOffset now)
    {
        // What an update leaves as it was needs no cover.
        if (request is { Operation: AdmissionOperation.Update, OldObject: { } old } && Positive(QuotaAmounts.Excess(usage, evaluator.UsageOf(old, now))).Count == 0) { return; }
        var covered = matching.SelectMany(static quota => quota.Hard!.Keys).Where(evaluator.Tracks).ToHashSet(StringComparer.Ordinal);
        limits.Check(request, evaluator, usage, covered, [.. quotas.SelectMany(static quota => QuotaEvaluator.ScopesOf(quota.Value)).Where(scope => evaluator.IsInScope(scope, request.Object!))]);
    }

    private static Dictionary<string, ResourceQuantity> Positive(Dictionary<string, ResourceQuantity> amounts)
        => amounts.Where(static pair => pair.Value.ToDecimal() != 0).ToDictionary(static pair => pair.Key, static pair => pair.Value);

    private static Dictionary<string, ResourceQuantity> Charge(RunningQuota quota, AdmissionRequest request, Dictionary<string, ResourceQuantity> asked)
    {
        var used = QuotaAmounts.Add(quota.Used, asked);
        string[] exceeded = [.. asked.Keys.Where(name => Quantities.Compare(used[name], quota.Hard![name]) > 0)];
        if (exceeded.Length == 0) { return used; }
        throw AdmissionRefusal.Forbidden(request,
            $"exceeded quota: {quota.Name}, requested: {QuotaAmounts.Format(QuotaAmounts.Mask(asked, exceeded))}, "
            + $"used: {QuotaAmounts.Format(QuotaAmounts.Mask(quota.Used, exceeded))}, limited: {QuotaAmounts.Format(QuotaAmounts.Mask(quota.Hard, exceeded))}");
    }
}
