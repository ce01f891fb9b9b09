using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Orch.ApiServer.InProcess;

/// <summary>The answer of one request in the process: headers once it starts, then a body that the client reads at its pace.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A source without a timer holds nothing to free, and either side may use it last.")]
internal sealed class InProcessExchange : HttpResponseFeature, IHttpResponseBodyFeature, IHttpRequestLifetimeFeature
{
    private readonly Pipe _pipe = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StartingWriter _writer;

    public InProcessExchange()
    {
        RequestAborted = _aborted.Token;
        _writer = new StartingWriter(this);
        Stream = _writer.AsStream(leaveOpen: true);
        Answer = new InProcessBody(_pipe.Reader, this);
    }

    /// <summary>Completes with the headers.</summary>
    public Task Started => _started.Task;

    /// <summary>What the client reads; disposing it ends the request.</summary>
    public Stream Answer { get; }

    /// <inheritdoc />
    public override bool HasStarted => _started.Task.IsCompleted;

    /// <inheritdoc />
    public CancellationToken RequestAborted { get; set; }

    /// <inheritdoc />
    public Stream Stream { get; }

    /// <inheritdoc />
    public PipeWriter Writer => _writer;

    /// <inheritdoc />
    public void Abort()
    {
        if (_aborted.IsCancellationRequested) { return; }
        // Callbacks of the token may take locks that the caller holds.
        _ = _aborted.CancelAsync();
        _started.TrySetException(new OperationCanceledException("The request was aborted."));
        _pipe.Writer.CancelPendingFlush();
        _pipe.Reader.CancelPendingRead();
    }

    /// <inheritdoc />
    public void DisableBuffering()
    {
        // Nothing is buffered beyond the pipe.
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _started.TrySetResult();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task CompleteAsync()
    {
        _started.TrySetResult();
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException("The server sends no files.");

    /// <summary>Ends the body: as it is, or broken off when the server aborted.</summary>
    public async Task EndAsync(Exception? fault)
    {
        if (fault is null && _aborted.IsCancellationRequested) { fault = new IOException("The server ended the request."); }
        if (fault is null) { _started.TrySetResult(); } else { _started.TrySetException(new HttpRequestException("The server did not answer.", fault)); }
        await _pipe.Writer.CompleteAsync(fault).ConfigureAwait(false);
    }

    /// <summary>Sends the headers with the first bytes.</summary>
    private sealed class StartingWriter(InProcessExchange exchange) : PipeWriter
    {
        private readonly PipeWriter _inner = exchange._pipe.Writer;

        public override bool CanGetUnflushedBytes => _inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => _inner.UnflushedBytes;

        public override void Advance(int bytes) => _inner.Advance(bytes);

        public override void CancelPendingFlush() => _inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => _inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            exchange._started.TrySetResult();
            return _inner.FlushAsync(cancellationToken);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _inner.GetSpan(sizeHint);
    }
}
