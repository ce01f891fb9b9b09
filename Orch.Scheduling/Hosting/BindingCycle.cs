using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Queue;

namespace Orch.Scheduling.Hosting;

/// <summary>What follows a decision: assume, Reserve and Permit at once, then PreBind, Bind and PostBind beside the next pods' cycles.</summary>
internal sealed partial class BindingCycle(
    SchedulerCache cache, IPodQueue queue, WaitingPods waiting, FailureReporter failures, Lazy<IInformer<V1Pod>> pods,
    IOptions<SchedulingOptions> options, ILogger<BindingCycle> logger) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrentBindings);

    /// <summary>Returns as soon as the binding is under way; waits when too many are.</summary>
    public async ValueTask StartAsync(SchedulerProfile profile, CycleState state, QueueEntry entry, string node, CancellationToken cancellationToken)
    {
        var pod = entry.Pod;
        cache.Assume(pod, node);
        queue.Complete(entry);
        if (Reserve(profile, state, pod, node) is { IsSuccess: false } refused)
        {
            Undo(profile, state, entry, node, refused);
            return;
        }

        var permit = Permit(profile, state, pod, node, out var timeout);
        if (!permit.IsSuccess && permit.Code != SchedulingCode.Wait)
        {
            Undo(profile, state, entry, node, permit);
            return;
        }

        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = BindAsync(profile, state, entry, node, permit.Code == SchedulingCode.Wait ? timeout : null, cancellationToken);
    }

    public void Dispose() => _slots.Dispose();

    private static SchedulingStatus Reserve(SchedulerProfile profile, CycleState state, PodInfo pod, string node)
    {
        foreach (var plugin in profile.Reserve)
        {
            var status = plugin.Reserve(state, pod, node);
            if (!status.IsSuccess) { return status; }
        }

        return SchedulingStatus.Success;
    }

    private static SchedulingStatus Permit(SchedulerProfile profile, CycleState state, PodInfo pod, string node, out TimeSpan? timeout)
    {
        timeout = null;
        var answer = SchedulingStatus.Success;
        foreach (var plugin in profile.Permit)
        {
            var result = plugin.Permit(state, pod, node);
            if (result.Status.Code == SchedulingCode.Wait)
            {
                answer = result.Status;
                if (timeout is null || result.Timeout < timeout) { timeout = result.Timeout; }
            }
            else if (!result.Status.IsSuccess) { return result.Status; }
        }

        return answer;
    }

    private async Task BindAsync(SchedulerProfile profile, CycleState state, QueueEntry entry, string node, TimeSpan? wait, CancellationToken cancellationToken)
    {
        var status = new SchedulingStatus(SchedulingCode.Error, "the scheduler is stopping");
        try
        {
            status = wait is { } timeout
                ? await waiting.WaitAsync(entry.Pod, timeout, cancellationToken).ConfigureAwait(false)
                : SchedulingStatus.Success;
            if (status.IsSuccess) { status = await PreBindAndBindAsync(profile, state, entry.Pod, node, cancellationToken).ConfigureAwait(false); }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception broken)
        {
            Log.BindingFailed(logger, entry.Pod.Key, node, broken);
            status = new SchedulingStatus(SchedulingCode.Error, broken.Message);
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested) { _slots.Release(); }
        }

        if (!status.IsSuccess)
        {
            Undo(profile, state, entry, node, status);
            return;
        }

        foreach (var plugin in profile.PostBind) { plugin.PostBind(state, entry.Pod, node); }
        failures.ReportSuccess(entry.Pod, node);
        Log.PodBound(logger, entry.Pod.Key, node);
    }

    private static async ValueTask<SchedulingStatus> PreBindAndBindAsync(
        SchedulerProfile profile, CycleState state, PodInfo pod, string node, CancellationToken cancellationToken)
    {
        foreach (var plugin in profile.PreBind)
        {
            var status = await plugin.PreBindAsync(state, pod, node, cancellationToken).ConfigureAwait(false);
            if (!status.IsSuccess && status.Code != SchedulingCode.Skip) { return status; }
        }

        foreach (var plugin in profile.Bind)
        {
            var status = await plugin.BindAsync(state, pod, node, cancellationToken).ConfigureAwait(false);
            if (status.Code != SchedulingCode.Skip) { return status; }
        }

        return new SchedulingStatus(SchedulingCode.Error, "no bind plugin took the pod");
    }

    private void Undo(SchedulerProfile profile, CycleState state, QueueEntry entry, string node, SchedulingStatus status)
    {
        for (var i = profile.Reserve.Length - 1; i >= 0; i--) { profile.Reserve[i].Unreserve(state, entry.Pod, node); }
        if (!cache.Forget(entry.Pod)) { return; } // the binding was seen after all, or the pod is gone
        queue.Notify(ClusterChange.AssignedPodGone, entry.Pod.Pod, null);
        var current = pods.Value.Find(entry.Pod.Key);
        if (current?.Metadata.Uid != entry.Pod.Uid || current.Metadata.DeletionTimestamp is not null) { return; }
        queue.Restore(entry);
        failures.Report(entry.Pod, status.Reason ?? $"could not be bound to {node}", isError: !status.IsRejected);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Pod {Pod} bound to node {Node}")]
        public static partial void PodBound(ILogger logger, Resources.ObjectKey pod, string node);

        [LoggerMessage(LogLevel.Error, "Binding pod {Pod} to node {Node} failed; it will be tried again")]
        public static partial void BindingFailed(ILogger logger, Resources.ObjectKey pod, string node, Exception exception);
    }
}
