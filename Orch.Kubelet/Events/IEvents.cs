using k8s.Models;

namespace Orch.Kubelet.Events;

/// <summary>Tells people what happens to pods and the node, as API events.</summary>
internal interface IEvents
{
    /// <summary>Returns at once; never fails.</summary>
    /// <param name="about">What it happened to.</param>
    /// <param name="type"><see cref="EventTypes"/>.</param>
    /// <param name="reason">Upstream's word, such as <c>Pulled</c>.</param>
    /// <param name="message">Upstream's wording.</param>
    void Record(V1ObjectReference about, string type, string reason, string message);
}

/// <summary>The two types of events.</summary>
internal static class EventTypes
{
    public const string Normal = nameof(Normal);
    public const string Warning = nameof(Warning);
}

/// <summary>Shorter ways to record.</summary>
internal static class EventsExtensions
{
    public static void Normal(this IEvents events, V1Pod pod, string reason, string message, string? container = null)
        => events.Record(About(pod, container), EventTypes.Normal, reason, message);

    public static void Warning(this IEvents events, V1Pod pod, string reason, string message, string? container = null)
        => events.Record(About(pod, container), EventTypes.Warning, reason, message);

    private static V1ObjectReference About(V1Pod pod, string? container) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Name = pod.Metadata.Name,
        NamespaceProperty = pod.Metadata.NamespaceProperty,
        Uid = pod.Metadata.Uid,
        ResourceVersion = pod.Metadata.ResourceVersion,
        FieldPath = container is null ? null : Pods.PodFacts.FieldPath(pod, container),
    };
}
