using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Client.Events;

/// <summary>Creates events, or counts one up that it has created before; for one user at a time.</summary>
internal sealed partial class EventPoster(
    IResourceClient<Corev1Event> events, EventSource source, EventCorrelator correlator, EventRecorderOptions options, TimeProvider time, ILogger logger)
{
    private readonly LruCache<(string, string, string, string), Posted> _posted = new(options.CacheSize);
    private long _lastStamp;

    /// <summary>False when it was dropped.</summary>
    public async Task<bool> PostAsync(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (correlator.Admit(occurrence) is not { } message) { return false; }
        var (about, type, reason) = occurrence.SimilarKey;
        var key = (about, type, reason, EventCorrelator.IsCombined(message) ? string.Empty : message);
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(0));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await PostAsync(occurrence, message, key, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (ApiException exception) when (exception.Code is >= 400 and < 500 and not 429)
            {
                // The server will not take it, now or later. Of what ends with its namespace, that is no news.
                if (IsNamespaceGoing(exception)) { Log.NamespaceGoing(logger, occurrence.Reason, occurrence.About.Name); }
                else { Log.Refused(logger, exception, occurrence.Reason, occurrence.About.Name); }
                return false;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (attempt >= options.Attempts)
                {
                    Log.GaveUp(logger, exception, occurrence.Reason, occurrence.About.Name);
                    return false;
                }

                await Task.Delay(backoff.Next(), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsNamespaceGoing(ApiException refusal)
        => refusal.Status.Details?.Causes?.Any(static cause => cause.Reason == "NamespaceTerminating") == true
            || (refusal.IsNotFound && refusal.Status.Details?.Kind == "namespaces");

    private async Task PostAsync(Occurrence occurrence, string message, (string, string, string, string) key, CancellationToken cancellationToken)
    {
        if (_posted.TryGet(key, out var before))
        {
            var patch = new Corev1Event { Count = before!.Count + 1, LastTimestamp = occurrence.Time.UtcDateTime, Message = message };
            try
            {
                await events.PatchAsync(before.Key, new ResourcePatch(PatchKind.StrategicMerge, ApiJson.Serialize(patch)), cancellationToken).ConfigureAwait(false);
                _posted.Set(key, before with { Count = before.Count + 1 });
                return;
            }
            catch (ApiException exception) when (exception.IsNotFound)
            {
                // It has aged out; told anew, with its history.
                _posted.Remove(key);
            }
        }

        var created = Event(occurrence, message, before);
        await events.CreateAsync(created, cancellationToken).ConfigureAwait(false);
        _posted.Set(key, new Posted(created.Key(), created.Count!.Value, created.FirstTimestamp!.Value));
    }

    private Corev1Event Event(Occurrence occurrence, string message, Posted? before) => new()
    {
        ApiVersion = "v1",
        Kind = "Event",
        Metadata = new V1ObjectMeta
        {
            Name = $"{occurrence.About.Name}.{Stamp(occurrence.Time).ToString("x", CultureInfo.InvariantCulture)}",
            NamespaceProperty = string.IsNullOrEmpty(occurrence.About.NamespaceProperty) ? "default" : occurrence.About.NamespaceProperty,
        },
        InvolvedObject = occurrence.About,
        Type = occurrence.Type,
        Reason = occurrence.Reason,
        Message = message,
        Count = (before?.Count ?? 0) + 1,
        FirstTimestamp = before?.First ?? occurrence.Time.UtcDateTime,
        LastTimestamp = occurrence.Time.UtcDateTime,
        Source = new V1EventSource { Component = source.Component, Host = source.Host },
        ReportingComponent = source.Component,
        ReportingInstance = source.Host ?? string.Empty,
    };

    // Nanoseconds since 1970, never the same twice.
    private long Stamp(DateTimeOffset moment)
        => _lastStamp = Math.Max(_lastStamp + 1, (moment - DateTimeOffset.UnixEpoch).Ticks * 100);

    private sealed record Posted(ObjectKey Key, int Count, DateTime First);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Reason} about {Name} was dropped with its namespace")]
        public static partial void NamespaceGoing(ILogger logger, string reason, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The server refused event {Reason} about {Name}")]
        public static partial void Refused(ILogger logger, Exception exception, string reason, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Reason} about {Name} could not be posted")]
        public static partial void GaveUp(ILogger logger, Exception exception, string reason, string name);
    }
}
