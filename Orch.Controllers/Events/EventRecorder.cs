using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Events;

/// <summary>Writes events in the background; a repeated one raises the count of the event that is there.</summary>
/// <remarks>Its queue is bounded: while the API server does not take events, new ones are dropped.</remarks>
internal sealed partial class EventRecorder(IClusterClient client, string component, TimeProvider time, ILogger logger) : IEventRecorder, IAsyncDisposable
{
    private const int Capacity = 1000;
    private readonly IResourceClient<Corev1Event> _events = client.Resource<Corev1Event>();
    private readonly EventCorrelation _correlation = new(time);
    private readonly Queue<Corev1Event> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _pump = Task.CompletedTask;
    private bool _pumping;
    private long _lastName;

    public void Normal(IKubernetesObject<V1ObjectMeta> subject, string reason, string message) => Record(subject, "Normal", reason, message);

    public void Warning(IKubernetesObject<V1ObjectMeta> subject, string reason, string message) => Record(subject, "Warning", reason, message);

    private void Record(IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message)
    {
        var entry = Make(regarding, type, reason, message);
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || _waiting.Count >= Capacity) { return; }
            _waiting.Enqueue(entry);
            if (_pumping) { return; }
            _pumping = true;
            _pump = Task.Run(PumpAsync);
        }
    }

    /// <summary>Completes when everything recorded so far has been tried.</summary>
    public Task FlushAsync()
    {
        lock (_lock) { return _pump; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    private Corev1Event Make(IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message)
    {
        var kind = ResourceTypes.Of(regarding.GetType()).Kind;
        var meta = regarding.Metadata;
        var now = time.GetUtcNow();
        var namespaceName = string.IsNullOrEmpty(meta.NamespaceProperty) ? "default" : meta.NamespaceProperty;
        return new Corev1Event
        {
            ApiVersion = "v1",
            Kind = "Event",
            Metadata = new V1ObjectMeta { Name = $"{meta.Name}.{UniqueTicks(now):x}", NamespaceProperty = namespaceName },
            InvolvedObject = new V1ObjectReference
            {
                ApiVersion = kind.ApiVersion, Kind = kind.Kind, Name = meta.Name, NamespaceProperty = meta.NamespaceProperty, Uid = meta.Uid, ResourceVersion = meta.ResourceVersion,
            },
            Type = type,
            Reason = reason,
            Message = message.Length > 1024 ? message[..1024] : message,
            Source = new V1EventSource { Component = component },
            ReportingComponent = component,
            ReportingInstance = string.Empty,
            FirstTimestamp = now.UtcDateTime,
            LastTimestamp = now.UtcDateTime,
            Count = 1,
        };
    }

    // A standing clock must not give two events one name.
    private long UniqueTicks(DateTimeOffset now)
    {
        lock (_lock) { return _lastName = Math.Max(_lastName + 1, now.Ticks); }
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            Corev1Event entry;
            lock (_lock)
            {
                if (_stop.IsCancellationRequested || !_waiting.TryDequeue(out entry!)) { _pumping = false; return; }
            }

#pragma warning disable CA1031 // an event that cannot be written is lost, by contract
            try
            {
                await WriteAsync(entry).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                if (!_stop.IsCancellationRequested) { Log.EventLost(logger, entry.Reason, entry.InvolvedObject.Name, exception.Message); }
            }
#pragma warning restore CA1031
        }
    }

    private async Task WriteAsync(Corev1Event entry)
    {
        if (_correlation.Correlate(entry) is not { } known) { return; }
        if (known.Existing is { } existing)
        {
            try
            {
                await _events.PatchAsync(existing, Repeat(entry, known), _stop.Token).ConfigureAwait(false);
                return;
            }
            catch (ApiException exception) when (exception.IsNotFound)
            {
                // The old one has expired: write a new one.
            }
        }

        entry.Message = known.Message;
        var created = await _events.CreateAsync(entry, _stop.Token).ConfigureAwait(false);
        _correlation.Written(known.Id, created.Key());
    }

    private static ResourcePatch Repeat(Corev1Event entry, EventCorrelation.Decision known)
        => new(PatchKind.Merge, ApiJson.Serialize(new JsonObject
        {
            ["count"] = known.Count,
            ["message"] = known.Message,
            ["lastTimestamp"] = entry.LastTimestamp!.Value.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        }));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "An event {Reason} of {Name} was lost: {Fault}")]
        public static partial void EventLost(ILogger logger, string reason, string name, string fault);
    }
}
