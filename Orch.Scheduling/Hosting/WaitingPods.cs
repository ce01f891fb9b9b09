using System.Collections.Concurrent;

namespace Orch.Scheduling.Hosting;

/// <summary>Holds decided pods until someone allows or rejects them, or their time is over.</summary>
internal sealed class WaitingPods(TimeProvider time) : IWaitingPods
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<SchedulingStatus>> _pods = [];

    public IReadOnlyCollection<string> Uids => [.. _pods.Keys];

    public bool Allow(string uid) => _pods.TryGetValue(uid, out var pod) && pod.TrySetResult(SchedulingStatus.Success);

    public bool Reject(string uid, string reason) => _pods.TryGetValue(uid, out var pod) && pod.TrySetResult(SchedulingStatus.Unschedulable(reason));

    public async ValueTask<SchedulingStatus> WaitAsync(PodInfo pod, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var decision = _pods.GetOrAdd(pod.Uid, _ => new TaskCompletionSource<SchedulingStatus>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            return await decision.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return SchedulingStatus.Unschedulable($"rejected: no permission within {timeout}");
        }
        finally
        {
            _pods.TryRemove(pod.Uid, out _);
        }
    }
}
