using System.Buffers;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Audit;

/// <summary>Sends events to a server in batches.</summary>
/// <remarks>Requests never wait for it: when its buffer is full events are dropped, which a metric counts.</remarks>
internal sealed partial class WebhookSink : IAuditSink, IBackgroundLoop, IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan PatienceAtStop = TimeSpan.FromSeconds(2);
    private readonly Channel<ReadOnlyMemory<byte>> _buffer;
    private readonly AuditOptions _options;
    private readonly WebhookConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Counter<long> _dropped;

    public WebhookSink(AuditOptions options, WebhookConnection connection, ServerMetrics metrics, TimeProvider time, ILogger<WebhookSink> logger)
    {
        _options = options;
        _connection = connection;
        _time = time;
        _logger = logger;
        _buffer = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(options.WebhookBufferSize) { SingleReader = true });
        _dropped = metrics.Meter.CreateCounter<long>("apiserver_audit_error_total", null, "Audit events that a backend did not get.");
    }

    /// <inheritdoc />
    public int MaxEventBytes => _options.WebhookMaxEventBytes;

    /// <inheritdoc />
    public void Lose() => Drop(1);

    /// <inheritdoc />
    public void Take(ReadOnlyMemory<byte> json)
    {
        if (!_buffer.Writer.TryWrite(json)) { Drop(1); }
    }

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<ReadOnlyMemory<byte>>(_options.WebhookBatchSize);
        var throttle = new AuditThrottle(_options.WebhookBatchesPerSecond, _options.WebhookBurst, _time);
        try
        {
            while (await _buffer.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await FillAsync(batch, cancellationToken).ConfigureAwait(false);
                while (batch.Count > 0)
                {
                    await throttle.WaitAsync(cancellationToken).ConfigureAwait(false);
                    var count = Fitting(batch);
                    await SendAsync(batch.GetRange(0, count), cancellationToken).ConfigureAwait(false);
                    batch.RemoveRange(0, count);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is left is tried once.
            using var patience = new CancellationTokenSource(PatienceAtStop, _time);
            while (batch.Count < _options.WebhookBufferSize && _buffer.Reader.TryRead(out var item)) { batch.Add(item); }
            if (batch.Count == 0 || await PostAsync(Encode(batch), patience.Token).ConfigureAwait(false) != Outcome.Taken) { Drop(batch.Count); }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private async ValueTask FillAsync(List<ReadOnlyMemory<byte>> batch, CancellationToken cancellationToken)
    {
        using var wait = new CancellationTokenSource(_options.WebhookBatchWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, cancellationToken);
        try
        {
            while (batch.Count < _options.WebhookBatchSize)
            {
                if (_buffer.Reader.TryRead(out var item)) { batch.Add(item); continue; }
                await _buffer.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (wait.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // A batch need not be full.
        }
    }

    private async ValueTask SendAsync(List<ReadOnlyMemory<byte>> batch, CancellationToken cancellationToken)
    {
        var body = Encode(batch);
        var delay = _options.WebhookInitialBackoff;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var outcome = await PostAsync(body, cancellationToken).ConfigureAwait(false);
            if (outcome == Outcome.Taken) { return; }
            if (outcome == Outcome.Refused || attempt == Attempts) { break; }
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            delay *= 1.5;
        }

        Drop(batch.Count);
    }

    // What a server says of the batch itself it will say again.
    private async ValueTask<Outcome> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _connection.PostAsync(body, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) { return Outcome.Taken; }
            Log.Refused(_logger, _connection.Address, (int)response.StatusCode);
            return (int)response.StatusCode is >= 500 or 408 or 429 ? Outcome.Failed : Outcome.Refused;
        }
        catch (Exception failed) when (failed is HttpRequestException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Failed(_logger, _connection.Address, failed);
            return Outcome.Failed;
        }
    }

    private int Fitting(List<ReadOnlyMemory<byte>> batch)
    {
        long length = 0;
        for (var count = 0; count < batch.Count; count++)
        {
            length += batch[count].Length;
            if (_options.WebhookMaxBatchBytes > 0 && length > _options.WebhookMaxBatchBytes) { return Math.Max(1, count); }
        }

        return batch.Count;
    }

    private enum Outcome
    {
        Taken,
        Failed,
        Refused,
    }

    private void Drop(long count) => _dropped.Add(count, new KeyValuePair<string, object?>("plugin", "webhook"));

    private static ReadOnlyMemory<byte> Encode(List<ReadOnlyMemory<byte>> batch)
    {
        var output = new ArrayBufferWriter<byte>(batch.Sum(static item => item.Length + 1) + 128);
        output.Write("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":["u8);
        for (var index = 0; index < batch.Count; index++)
        {
            if (index > 0) { output.Write(","u8); }
            output.Write(batch[index].Span);
        }

        output.Write("]}"u8);
        return output.WrittenMemory;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The audit webhook {Address} answered {Code}.")]
        public static partial void Refused(ILogger logger, Uri address, int code);

        [LoggerMessage(2, LogLevel.Warning, "The audit webhook {Address} cannot be reached.")]
        public static partial void Failed(ILogger logger, Uri address, Exception exception);
    }
}
