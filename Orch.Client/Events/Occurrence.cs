using k8s.Models;

namespace Orch.Client.Events;

/// <summary>Something that happened and is to be told.</summary>
internal sealed record Occurrence(V1ObjectReference About, string Type, string Reason, string Message, DateTimeOffset Time)
{
    /// <summary>Says the same about the same object, whatever the message.</summary>
    public (string, string, string) SimilarKey => ($"{About.Kind}/{About.NamespaceProperty}/{About.Name}/{About.Uid}/{About.FieldPath}", Type, Reason);
}
