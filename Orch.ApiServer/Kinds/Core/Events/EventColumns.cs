using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Core.Events;

/// <summary>How events are printed, whatever group they are asked for in.</summary>
internal static class EventColumns
{
    /// <summary>The columns over objects that <paramref name="read"/> makes core events of.</summary>
    public static IReadOnlyList<PrinterColumn> Over(Func<object, Corev1Event> read) =>
    [
        new("Last Seen", "string", (item, now) => LastSeen(read(item), now)) { Description = "The time at which the most recent occurrence of this event was recorded." },
        new("Type", "string", (item, _) => read(item).Type ?? string.Empty) { Description = "Type of this event (Normal, Warning), new types could be added in the future" },
        new("Reason", "string", (item, _) => read(item).Reason ?? string.Empty) { Description = "This should be a short, machine understandable string that gives the reason for the transition into the object's current status." },
        new("Object", "string", (item, _) => Target(read(item).InvolvedObject)) { Description = "The object that this event is about." },
        new("Subobject", "string", (item, _) => read(item).InvolvedObject?.FieldPath ?? string.Empty) { Priority = 1, Description = "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: \"spec.containers{name}\" (where \"name\" refers to the name of the container that triggered the event) or if no container name is specified \"spec.containers[2]\" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object." },
        new("Source", "string", (item, _) => Source(read(item))) { Priority = 1, Description = "The component reporting this event. Should be a short machine understandable string." },
        new("Message", "string", (item, _) => (read(item).Message ?? string.Empty).Trim()) { Description = "A human-readable description of the status of this operation." },
        new("First Seen", "string", (item, now) => FirstSeen(read(item), now)) { Priority = 1, Description = "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)" },
        new("Count", "string", (item, _) => Count(read(item))) { Priority = 1, Description = "The number of times this event has occurred." },
        new("Name", "string", (item, _) => read(item).Metadata.Name) { Priority = 1, Format = "name", Description = MetadataTexts.Name },
    ];

    private static string FirstSeen(Corev1Event value, DateTimeOffset now) => Printing.Since(value.FirstTimestamp ?? value.EventTime, now);

    private static string LastSeen(Corev1Event value, DateTimeOffset now)
        => value.Series is { } series ? Printing.Since(series.LastObservedTime, now)
            : value.LastTimestamp is { } last ? Printing.Since(last, now)
            : FirstSeen(value, now);

    private static int Count(Corev1Event value) => value.Series is { } series ? series.Count ?? 0 : value.Count is null or 0 ? 1 : value.Count.Value;

    private static string Target(V1ObjectReference? involved)
    {
#pragma warning disable CA1308 // kinds are shown in lower case
        var kind = (involved?.Kind ?? string.Empty).ToLowerInvariant();
#pragma warning restore CA1308
        return string.IsNullOrEmpty(involved?.Name) ? kind : $"{kind}/{involved.Name}";
    }

    private static string Source(Corev1Event value)
    {
        var component = string.IsNullOrEmpty(value.Source?.Component) ? value.ReportingComponent : value.Source.Component;
        var host = string.IsNullOrEmpty(value.Source?.Host) ? value.ReportingInstance : value.Source.Host;
        return string.IsNullOrEmpty(host) ? component ?? string.Empty : $"{component}, {host}";
    }
}
