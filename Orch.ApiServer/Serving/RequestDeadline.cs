namespace Orch.ApiServer.Serving;

/// <summary>Bounds how long a request may take: its token is cancelled when the time is up, or when its caller is gone.</summary>
/// <remarks>The clock runs only for work that has to wait: nearly every read is answered at once, from the cache, and needs no timer.</remarks>
internal sealed class RequestDeadline(TimeSpan limit, TimeProvider time, CancellationToken caller) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
    private CancellationTokenSource? _timeout;
    private CancellationTokenRegistration _link;

    /// <summary>What the work is to heed.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the work failed because its time was up, and not because nobody wants it any more.</summary>
    public bool IsPast => _timeout is { IsCancellationRequested: true } && !caller.IsCancellationRequested;

    /// <summary>Completes with the work.</summary>
    public ValueTask RunAsync(ValueTask work)
    {
        if (!work.IsCompleted) { Arm(); }
        return work;
    }

    /// <summary>The same for work that has a result.</summary>
    public ValueTask<T> RunAsync<T>(ValueTask<T> work)
    {
        if (!work.IsCompleted) { Arm(); }
        return work;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Waits for a callback under way, which would otherwise find the source disposed.
        _link.Dispose();
        _timeout?.Dispose();
        _source.Dispose();
    }

    private void Arm()
    {
        if (_timeout is not null) { return; }
        _timeout = new CancellationTokenSource(limit, time);
        _link = _timeout.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }
}
