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
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = 1; // one is for the loop that starts bindings, given back by DrainAsync

    /// <summary>Returns as soon as the binding is under way; waits when too many are.</summary>
    /// <remarks>A pod that waits for permission takes no slot meanwhile: a gang may be larger than there are slots.</remarks>
    public async ValueTask StartAsync(SchedulerProfile profile, CycleState state, QueueEntry entry, string node, CancellationToken cancellationToken)
    {
        cache.Assume(entry.Pod, node);
        queue.Complete(entry);
        var (status, wait) = ReserveAndPermit(profile, state, entry.Pod, node);
        if (status.Code != SchedulingCode.Wait && !status.IsSuccess)
        {
            Undo(profile, state, entry, node, status);
            return;
        }

        if (wait is null) { await _slots.WaitAsync(cancellationToken).ConfigureAwait(false); }
        Interlocked.Increment(ref _running);
        _ = BindAsync(profile, state, entry, node, wait, cancellationToken);
    }

    /// <summary>Completes when no binding is under way; nothing may be started after it.</summary>
    public Task DrainAsync()
    {
        Ended();
        return _drained.Task;
    }

    public void Dispose() => _slots.Dispose();

    private (SchedulingStatus Status, TimeSpan? Wait) ReserveAndPermit(SchedulerProfile profile, CycleState state, PodInfo pod, string node)
    {
        try
        {
            var reserved = Reserve(profile, state, pod, node);
            if (!reserved.IsSuccess) { return (reserved, null); }
            var permit = Permit(profile, state, pod, node, out var timeout);
            return (permit, permit.Code == SchedulingCode.Wait ? timeout : null);
        }
        catch (Exception broken)
        {
            return (Broken(pod, node, broken), null);
        }
    }

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
        try
        {
            var status = await AllowAndBindAsync(profile, state, entry.Pod, node, wait, cancellationToken).ConfigureAwait(false);
            if (!status.IsSuccess)
            {
                Undo(profile, state, entry, node, status);
                return;
            }

            failures.ReportSuccess(entry.Pod, node);
            Log.PodBound(logger, entry.Pod.Key, node);
            foreach (var plugin in profile.PostBind) { plugin.PostBind(state, entry.Pod, node); }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The scheduler stops; the next one finds the pod without a node and begins anew.
        }
        catch (Exception broken)
        {
            Log.PluginFailed(logger, entry.Pod.Key, node, broken);
        }
        finally
        {
            Ended();
        }
    }

    private async ValueTask<SchedulingStatus> AllowAndBindAsync(
        SchedulerProfile profile, CycleState state, PodInfo pod, string node, TimeSpan? wait, CancellationToken cancellationToken)
    {
        var hasSlot = wait is null;
        try
        {
            if (wait is { } timeout)
            {
                var allowed = await waiting.WaitAsync(pod, timeout, cancellationToken).ConfigureAwait(false);
                if (!allowed.IsSuccess) { return allowed; }
                await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
                hasSlot = true;
            }

            return await PreBindAndBindAsync(profile, state, pod, node, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Broken(pod, node, broken);
        }
        finally
        {
            if (hasSlot) { _slots.Release(); }
        }
    }

    private SchedulingStatus Broken(PodInfo pod, string node, Exception broken)
    {
        Log.BindingFailed(logger, pod.Key, node, broken);
        return new SchedulingStatus(SchedulingCode.Error, broken.Message);
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _running) == 0) { _drained.TrySetResult(); }
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
        for (var i = profile.Reserve.Length - 1; i >= 0; i--) { Unreserve(profile.Reserve[i], state, entry.Pod, node); }
        if (!cache.Forget(entry.Pod)) { return; } // the binding was seen after all, or the pod is gone
        queue.Notify(ClusterChange.AssignedPodGone, entry.Pod.Pod, null);
        var current = pods.Value.Find(entry.Pod.Key);
        if (current?.Metadata.Uid != entry.Pod.Uid || current.Metadata.DeletionTimestamp is not null) { return; }
        queue.Restore(entry);
        failures.Report(entry.Pod, status.Reason ?? $"could not be bound to {node}", isError: !status.IsRejected);
    }

    // What one plugin fails to give back must not keep the others, nor the node's room, from being given back.
    private void Unreserve(IReservePlugin plugin, CycleState state, PodInfo pod, string node)
    {
        try { plugin.Unreserve(state, pod, node); }
        catch (Exception broken) { Log.PluginFailed(logger, pod.Key, node, broken); }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Pod {Pod} bound to node {Node}")]
        public static partial void PodBound(ILogger logger, Resources.ObjectKey pod, string node);

        [LoggerMessage(LogLevel.Error, "Binding pod {Pod} to node {Node} failed; it will be tried again")]
        public static partial void BindingFailed(ILogger logger, Resources.ObjectKey pod, string node, Exception exception);

        [LoggerMessage(LogLevel.Error, "A plugin failed after pod {Pod} was decided for node {Node}")]
        public static partial void PluginFailed(ILogger logger, Resources.ObjectKey pod, string node, Exception exception);
    }
}
