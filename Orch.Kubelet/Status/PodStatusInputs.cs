using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Status;

/// <summary>What a pod's status is made of besides its spec and what the runtime has.</summary>
internal sealed record PodStatusInputs
{
    /// <summary>The moment, for transition times.</summary>
    public required DateTime Now { get; init; }

    /// <summary>Verdicts of probes.</summary>
    public required IProbeVerdicts Probes { get; init; }

    /// <summary>By container name: why it does not run.</summary>
    public IReadOnlyDictionary<string, WaitingReason> Waiting { get; init; } = new Dictionary<string, WaitingReason>();

    /// <summary>The pod's addresses, the primary first; empty while it has none.</summary>
    public IReadOnlyList<string> PodAddresses { get; init; } = [];

    /// <summary>The node's addresses, the primary first.</summary>
    public IReadOnlyList<string> HostAddresses { get; init; } = [];

    /// <summary>The runtime's name, for container ids.</summary>
    public string RuntimeName { get; init; } = string.Empty;

    /// <summary>Nothing of the pod will run again.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Set where the agent itself has failed the pod.</summary>
    public PodFailure? Failure { get; init; }

    /// <summary>Termination messages.</summary>
    public Func<Orch.Runtime.ContainerStatus, string?> TerminationMessage { get; init; } = static _ => null;
}

/// <summary>Why a container waits.</summary>
/// <param name="Reason">Such as <c>CrashLoopBackOff</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record WaitingReason(string Reason, string Message);

/// <summary>Why the agent failed a pod.</summary>
/// <param name="Reason">Such as <c>DeadlineExceeded</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record PodFailure(string Reason, string Message);
