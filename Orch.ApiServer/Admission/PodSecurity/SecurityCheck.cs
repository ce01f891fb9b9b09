namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>One rule of the pod security standards through its versions.</summary>
/// <param name="Id">Upstream's; within a level the order of violations.</param>
/// <param name="Versions">From which minor version on which form holds, oldest first.</param>
internal sealed record SecurityCheck(string Id, params (int Since, Func<CheckedPod, SecurityViolation?> Check)[] Versions)
{
    /// <summary>The checks of a lower level that this one says better.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>The form that holds in a version; null where the check did not exist yet.</summary>
    public Func<CheckedPod, SecurityViolation?>? In(int minor)
    {
        Func<CheckedPod, SecurityViolation?>? found = null;
        foreach (var (since, check) in Versions)
        {
            if (since <= minor) { found = check; }
        }

        return found;
    }
}
