using System.Text;
using k8s.Models;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>kubectl's annotation of what it last applied from its side, which its server-side apply carries on from.</summary>
internal static class LastApplied
{
    /// <summary>The only manager for which the annotation counts.</summary>
    public const string Manager = "kubectl";

    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";
    private const int MaxAnnotationBytes = 256 * 1024;

    /// <summary>The fields that may be taken over without force: those that have what was last applied.</summary>
    public static FieldSet Allowed(JsonMap live, MergeType type, string apiVersion, IgnoredFields nothing)
    {
        if (Of(live) is not { Length: > 0 } text) { return FieldSet.Empty; }
        try
        {
            if (JsonTree.Read(Encoding.UTF8.GetBytes(text)) is not JsonMap last || last.GetValueOrDefault("apiVersion") as string != apiVersion) { return FieldSet.Empty; }
            if (!TreeValidation.Check(last, type).IsEmpty) { return FieldSet.Empty; }
            var changes = ChangeWalker.Between(JsonTree.Write(last), JsonTree.Write(live), type, nothing);
            return TreeFields.Of(last, type).Except(changes.Changed).Except(changes.Removed);
        }
        catch (System.Text.Json.JsonException)
        {
            return FieldSet.Empty;
        }
    }

    /// <summary>Brings the annotation up to date in an object that has one, so that a client-side apply can follow.</summary>
    public static void Renew(V1ObjectMeta metadata, JsonMap applied)
    {
        if (metadata.Annotations?.TryGetValue(Annotation, out var text) != true || string.IsNullOrEmpty(text)) { return; }
        var copy = (JsonMap)JsonTree.Copy(applied)!;
        if (copy.GetValueOrDefault("metadata") is JsonMap { } given && given.GetValueOrDefault("annotations") is JsonMap annotations)
        {
            annotations.Remove(Annotation);
            if (annotations.Count == 0) { given.Remove("annotations"); }
        }

        metadata.Annotations = new Dictionary<string, string>(metadata.Annotations) { [Annotation] = Encoding.UTF8.GetString(JsonTree.Write(Sorted(copy))) + "\n" };
        var size = metadata.Annotations.Sum(static pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value ?? string.Empty));
        if (size > MaxAnnotationBytes) { metadata.Annotations.Remove(Annotation); }
    }

    private static string? Of(JsonMap live)
        => (live.GetValueOrDefault("metadata") as JsonMap)?.GetValueOrDefault("annotations") is JsonMap annotations ? annotations.GetValueOrDefault(Annotation) as string : null;

    private static object? Sorted(object? value)
    {
        if (value is JsonList list) { return new JsonList(list.Select(Sorted)); }
        if (value is not JsonMap map) { return value; }
        var sorted = new JsonMap();
        foreach (var (key, item) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) { sorted.Add(key, Sorted(item)); }
        return sorted;
    }
}
