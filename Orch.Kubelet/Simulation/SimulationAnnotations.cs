namespace Orch.Kubelet.Simulation;

/// <summary>Annotations by which a pod says how it behaves on a simulated node.</summary>
public static class SimulationAnnotations
{
    /// <summary>Seconds after which its containers end; without it they run until the pod is deleted.</summary>
    public const string RunSeconds = "simulation.orch/run-seconds";

    /// <summary>What they end with; 0 without it.</summary>
    public const string ExitCode = "simulation.orch/exit-code";

    /// <summary><c>false</c>: its containers run and never get ready.</summary>
    public const string Ready = "simulation.orch/ready";
}
