namespace Orch.ApiServer.Encryption;

/// <summary>Tells that another encryption configuration holds.</summary>
internal sealed class EncryptionSignals
{
    private TaskCompletionSource _changed = New();

    /// <summary>Completes with the next change.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>It has changed.</summary>
    public void Change() => Interlocked.Exchange(ref _changed, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
