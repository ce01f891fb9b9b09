using System.Globalization;
using System.Threading.Channels;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Resources;

namespace Orch.Kubelet.Events;

/// <summary>Writes events in the background; one that repeats is counted up in place of being written anew.</summary>
/// <remarks>A flood is held back per object as upstream does: 25 at once, then one in five minutes. What the queue cannot hold is dropped.</remarks>
internal sealed partial class EventRecorder(IClusterClient client, IOptions<KubeletOptions> options, TimeProvider time, ILogger<EventRecorder> logger) : IEvents
{
    private const int QueueLength = 1000;
    private const int Burst = 25;
    private const int MaxKnown = 4096;
    private const int MaxMessage = 1024;
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, Known> _known = [];
    private readonly Dictionary<string, Bucket> _buckets = [];
    private long _sequence;

    public void Record(V1ObjectReference about, string type, string reason, string message)
    {
        var text = message.Length > MaxMessage ? message[..MaxMessage] : message;
        _queue.Writer.TryWrite(new Item(about, type, reason, text, time.GetUtcNow()));
    }

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (Takes(item)) { await WriteAsync(item, cancellationToken).ConfigureAwait(false); }
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.EventLost(logger, item.Reason, item.About.Name, e);
            }
        }
    }

    private bool Takes(Item item)
    {
        var key = item.About.Uid ?? item.About.Name;
        if (!_buckets.TryGetValue(key, out var bucket))
        {
            if (_buckets.Count >= MaxKnown) { _buckets.Clear(); }
            _buckets[key] = bucket = new Bucket { Tokens = Burst, At = item.At };
        }

        bucket.Tokens = Math.Min(Burst, bucket.Tokens + ((item.At - bucket.At) / Refill));
        bucket.At = item.At;
        if (bucket.Tokens < 1) { return false; }
        bucket.Tokens--;
        return true;
    }

    private async Task WriteAsync(Item item, CancellationToken cancellationToken)
    {
        var events = client.Resource<Corev1Event>();
        var key = string.Join('|', item.About.Uid, item.About.FieldPath, item.Type, item.Reason, item.Message);
        if (_known.TryGetValue(key, out var known) && item.At - known.At < ForgetAfter)
        {
            var patch = FormattableString.Invariant($$"""{"count":{{known.Count + 1}},"lastTimestamp":"{{item.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}"}""");
            try
            {
                await events.PatchAsync(known.Name, new ResourcePatch(PatchKind.Merge, System.Text.Encoding.UTF8.GetBytes(patch)), cancellationToken).ConfigureAwait(false);
                _known[key] = known with { Count = known.Count + 1, At = item.At };
                return;
            }
            catch (ApiException e) when (e.IsNotFound)
            {
                // It has aged out; written anew below.
            }
        }

        var fresh = New(item);
        await events.CreateAsync(fresh, cancellationToken).ConfigureAwait(false);
        if (_known.Count >= MaxKnown) { _known.Clear(); }
        _known[key] = new Known(new ObjectKey(fresh.Metadata.NamespaceProperty, fresh.Metadata.Name), 1, item.At);
    }

    private Corev1Event New(Item item)
    {
        var space = string.IsNullOrEmpty(item.About.NamespaceProperty) ? "default" : item.About.NamespaceProperty;
        // Upstream puts the nanosecond here; the counter keeps two in one tick apart.
        var stamp = (item.At - DateTimeOffset.UnixEpoch).Ticks * 100 + (Interlocked.Increment(ref _sequence) % 100);
        var at = Status.ContainerStatuses.WholeSeconds(item.At);
        return new Corev1Event
        {
            ApiVersion = "v1",
            Kind = "Event",
            Metadata = new V1ObjectMeta { Name = $"{item.About.Name}.{stamp.ToString("x", CultureInfo.InvariantCulture)}", NamespaceProperty = space },
            InvolvedObject = item.About,
            Type = item.Type,
            Reason = item.Reason,
            Message = item.Message,
            Count = 1,
            FirstTimestamp = at,
            LastTimestamp = at,
            Source = new V1EventSource { Component = "kubelet", Host = options.Value.NodeName },
            ReportingComponent = "kubelet",
            ReportingInstance = options.Value.NodeName,
        };
    }

    private sealed record Item(V1ObjectReference About, string Type, string Reason, string Message, DateTimeOffset At);

    private sealed record Known(ObjectKey Name, int Count, DateTimeOffset At);

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public DateTimeOffset At { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Event {Reason} about {Name} could not be written")]
        public static partial void EventLost(ILogger logger, string reason, string name, Exception exception);
    }
}
