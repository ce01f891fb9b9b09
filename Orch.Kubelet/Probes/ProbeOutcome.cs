namespace Orch.Kubelet.Probes;

/// <summary>What one probing found.</summary>
/// <param name="Verdict">Success, failure, or that nothing could be found out.</param>
/// <param name="Output">For the event.</param>
internal readonly record struct ProbeOutcome(ProbeVerdict Verdict, string Output)
{
    public static ProbeOutcome Success(string output = "") => new(ProbeVerdict.Success, output);

    public static ProbeOutcome Failure(string output) => new(ProbeVerdict.Failure, output);

    public static ProbeOutcome Unknown(string output) => new(ProbeVerdict.Unknown, output);
}

/// <summary>Success, failure, or neither.</summary>
internal enum ProbeVerdict
{
    Unknown,
    Success,
    Failure,
}

/// <summary>Which of a container's probes.</summary>
internal enum ProbeKind
{
    Readiness,
    Liveness,
    Startup,
}
