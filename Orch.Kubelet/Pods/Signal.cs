namespace Orch.Kubelet.Pods;

/// <summary>Wakes one waiter; set while nobody waits, it wakes the next one at once.</summary>
internal sealed class Signal(TimeProvider time)
{
    private TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _isWaiting;

    /// <summary>Somebody waits, and nothing has woken him yet.</summary>
    public bool IsQuiet => _isWaiting && !Volatile.Read(ref _set).Task.IsCompleted;

    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Returns when set, or after a time; null waits for ever.</summary>
    public async Task WaitAsync(TimeSpan? atMost, CancellationToken cancellationToken)
    {
        var set = Volatile.Read(ref _set);
        if (!set.Task.IsCompleted)
        {
            _isWaiting = true;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var delay = Task.Delay(atMost ?? Timeout.InfiniteTimeSpan, time, timeout.Token);
            await Task.WhenAny(set.Task, delay).ConfigureAwait(false);
            _isWaiting = false;
            await timeout.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (set.Task.IsCompleted) { Volatile.Write(ref _set, new(TaskCreationOptions.RunContinuationsAsynchronously)); }
    }
}
