using k8s.Models;
using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Status;

/// <summary>A pod's phase, from its containers' statuses.</summary>
/// <remarks>Rules of upstream's <c>getPhase</c>.</remarks>
internal static class PodPhase
{
    public const string Pending = nameof(Pending);
    public const string Running = nameof(Running);
    public const string Succeeded = nameof(Succeeded);
    public const string Failed = nameof(Failed);

    public static string Of(V1Pod pod, IReadOnlyList<V1ContainerStatus> init, IReadOnlyList<V1ContainerStatus> apps, bool isTerminal)
    {
        var (isInitPending, hasInitFailed) = Initialization(pod, init);
        int unknown = 0, running = 0, waiting = 0, stopped = 0, succeeded = 0;
        foreach (var container in pod.Spec.Containers)
        {
            switch (apps.FirstOrDefault(s => s.Name == container.Name))
            {
                case null: unknown++; break;
                case { State.Running: not null }: running++; break;
                case { State.Terminated: { } end }:
                    stopped++;
                    if (end.ExitCode == 0) { succeeded++; }
                    break;
                case { State.Waiting: not null, LastState.Terminated: not null }: stopped++; break;
                case { State.Waiting: not null }: waiting++; break;
                default: unknown++; break;
            }
        }

        if (hasInitFailed && (pod.RestartPolicy() == PodFacts.RestartNever || isTerminal)) { return Failed; }
        if (isTerminal)
        {
            return stopped > 0 && stopped == succeeded && unknown + running + waiting == 0 ? Succeeded
                : running > 0 ? Running
                : Failed;
        }

        if (isInitPending || hasInitFailed || waiting > 0) { return Pending; }
        if (running > 0 && unknown == 0) { return Running; }
        if (running == 0 && stopped > 0 && unknown == 0)
        {
            return pod.RestartPolicy() switch
            {
                PodFacts.RestartAlways => Running,
                _ when stopped == succeeded => Succeeded,
                PodFacts.RestartNever => Failed,
                _ => Running,
            };
        }

        return Pending;
    }

    private static (bool IsPending, bool HasFailed) Initialization(V1Pod pod, IReadOnlyList<V1ContainerStatus> init)
    {
        var (isPending, hasFailed) = (false, false);
        foreach (var container in pod.InitContainers())
        {
            var status = init.FirstOrDefault(s => s.Name == container.Name);
            if (container.IsSidecar())
            {
                // Once it has started, later failures do not take the pod back to its initialization.
                isPending |= status?.State switch
                {
                    { Running: not null } => status.Started != true,
                    { Terminated: not null } => false,
                    _ => status?.LastState?.Terminated is null,
                };
                continue;
            }

            switch (status?.State)
            {
                case { Terminated: { } end }: hasFailed |= end.ExitCode != 0; break;
                case { Waiting: not null } when status.LastState?.Terminated is { } last:
                    if (last.ExitCode != 0) { hasFailed = true; }
                    else { isPending = true; }
                    break;
                default: isPending = true; break;
            }
        }

        return (isPending, hasFailed);
    }
}
