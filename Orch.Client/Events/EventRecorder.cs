using System.Diagnostics.Metrics;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Resources;

namespace Orch.Client.Events;

/// <summary>Posts events from a bounded buffer in the background; starts with the first event.</summary>
public sealed partial class EventRecorder : IEventRecorder, IAsyncDisposable
{
    private static readonly Counter<long> Dropped = new Meter(ClientMeters.Name)
        .CreateCounter<long>("event_recorder_dropped_total", description: "Events that were not posted.");

    private readonly Channel<Occurrence> _buffer;
    private readonly EventPoster _poster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _posting;

    /// <summary>A recorder for one component.</summary>
    /// <param name="client">Acts as the component; needs to create and patch events.</param>
    /// <param name="source">Who reports: component and, for a node agent, its node.</param>
    /// <param name="time">Gives the times in events.</param>
    /// <param name="logger">Logs what could not be posted.</param>
    /// <param name="options">Null for the defaults.</param>
    public EventRecorder(IClusterClient client, EventSource source, TimeProvider time, ILogger logger, EventRecorderOptions? options = null)
    {
        options ??= new EventRecorderOptions();
        _time = time;
        _logger = logger;
        _buffer = Channel.CreateBounded<Occurrence>(new BoundedChannelOptions(options.BufferSize) { SingleReader = true });
        _poster = new EventPoster(client.Resource<Corev1Event>(), source, new EventCorrelator(options), options, time, logger);
    }

    /// <inheritdoc/>
    public void Normal(IKubernetesObject<V1ObjectMeta> subject, string reason, string message) => Record(subject, "Normal", reason, message);

    /// <inheritdoc/>
    public void Warning(IKubernetesObject<V1ObjectMeta> subject, string reason, string message) => Record(subject, "Warning", reason, message);

    /// <summary>Posts what is buffered, for at most five seconds, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_buffer.Writer.TryComplete()) { return; }
        if (_posting is { } posting)
        {
            _stop.CancelAfter(TimeSpan.FromSeconds(5));
            await posting.ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    /// <summary>Records about what a reference names, such as one container of a pod by its field path.</summary>
    /// <param name="about">What it is about.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">One word in CamelCase.</param>
    /// <param name="message">For people.</param>
    public void Record(V1ObjectReference about, string type, string reason, string message)
    {
        ArgumentNullException.ThrowIfNull(about);
        if (!_buffer.Writer.TryWrite(new Occurrence(about, type, reason, message, _time.GetUtcNow())))
        {
            Dropped.Add(1);
            Log.BufferFull(_logger, reason, new ObjectKey(about.NamespaceProperty ?? string.Empty, about.Name));
            return;
        }

        if (_posting is not null) { return; }
        lock (_gate) { _posting ??= Task.Run(PostAllAsync); }
    }

    private void Record(IKubernetesObject<V1ObjectMeta> subject, string type, string reason, string message) => Record(Reference(subject), type, reason, message);

    private async Task PostAllAsync()
    {
        try
        {
            await foreach (var occurrence in _buffer.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (!await _poster.PostAsync(occurrence, _stop.Token).ConfigureAwait(false)) { Dropped.Add(1); }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    // Objects out of a list carry neither kind nor version; their type knows.
    private static V1ObjectReference Reference(IKubernetesObject<V1ObjectMeta> subject)
    {
        var known = ResourceTypes.TryOf(subject.GetType(), out var info);
        return new V1ObjectReference
        {
            ApiVersion = known ? info!.Kind.ApiVersion : subject.ApiVersion,
            Kind = known ? info!.Kind.Kind : subject.Kind,
            Name = subject.Metadata.Name,
            NamespaceProperty = subject.Metadata.NamespaceProperty,
            Uid = subject.Metadata.Uid,
            ResourceVersion = subject.Metadata.ResourceVersion,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Reason} about {Key} dropped: the buffer is full")]
        public static partial void BufferFull(ILogger logger, string reason, ObjectKey key);
    }
}
