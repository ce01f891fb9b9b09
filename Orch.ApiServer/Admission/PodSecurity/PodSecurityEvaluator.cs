using System.Collections.Concurrent;
using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Checks pods against a level; which checks make up a level is found out once.</summary>
internal sealed class PodSecurityEvaluator
{
    private readonly ConcurrentDictionary<SecurityLevel, Func<CheckedPod, SecurityViolation?>[]> _checks = new();

    /// <summary>The violations, first those of the baseline, each level's by the id of the check; empty when the pod may be.</summary>
    public IReadOnlyList<SecurityViolation> Evaluate(SecurityLevel level, V1ObjectMeta? metadata, V1PodSpec spec)
    {
        if (level.Level == PodSecurityLevel.Privileged) { return []; }

        // Versions to come are the newest that there is; this also bounds what is kept.
        if (level.Minor > NewestMinor) { level = level with { Minor = NewestMinor }; }
        var pod = new CheckedPod(metadata, spec);
        List<SecurityViolation>? violations = null;
        foreach (var check in _checks.GetOrAdd(level, ChecksOf))
        {
            if (check(pod) is { } violation) { (violations ??= []).Add(violation); }
        }

        return violations ?? (IReadOnlyList<SecurityViolation>)[];
    }

    private const int NewestMinor = 64;

    private static Func<CheckedPod, SecurityViolation?>[] ChecksOf(SecurityLevel level)
    {
        IReadOnlyList<SecurityCheck> restricted = level.Level == PodSecurityLevel.Restricted ? [.. RestrictedChecks.All.Where(check => check.In(level.Minor) is not null)] : [];
        var overridden = restricted.SelectMany(static check => check.Overrides).ToHashSet(StringComparer.Ordinal);
        return [.. BaselineChecks.All.Where(check => !overridden.Contains(check.Id)).Concat(restricted)
            .Select(check => check.In(level.Minor)).Where(static check => check is not null).Select(static check => check!)];
    }
}
