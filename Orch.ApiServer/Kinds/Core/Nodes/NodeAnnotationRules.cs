using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>The rules for annotations that once held a node's taints and the pods that it had better not get.</summary>
internal static class NodeAnnotationRules
{
    private const string Avoided = "scheduler.alpha.kubernetes.io/preferAvoidPods";
    private const string Tainted = "scheduler.alpha.kubernetes.io/taints";
    private static readonly FieldPath Path = FieldPath.Of("metadata").Child("annotations");

    /// <summary>Both as JSON.</summary>
    public static void Validate(IDictionary<string, string>? annotations, FieldErrors errors)
    {
        if (annotations is not { Count: > 0 }) { return; }
        if (annotations.TryGetValue(Tainted, out var taints) && !string.IsNullOrEmpty(taints)) { Taints(taints, errors); }
        if (annotations.TryGetValue(Avoided, out var pods) && !string.IsNullOrEmpty(pods)) { Pods(pods, errors); }
    }

    private static void Taints(string text, FieldErrors errors)
    {
        if (AnnotationJson.Read(text, out var fault) is not { } json) { errors.Invalid(Path, Tainted, fault!); }
        else if (json.ValueKind == JsonValueKind.Array) { Taints(json, errors); }
        else if (json.ValueKind != JsonValueKind.Null) { errors.Invalid(Path, Tainted, AnnotationJson.WrongType(json, "Go value of type []v1.Taint")); }
    }

    private static void Taints(JsonElement json, FieldErrors errors)
    {
        var (taints, fault) = (new List<V1Taint>(), (string?)null);
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                if (item.ValueKind != JsonValueKind.Null) { fault ??= AnnotationJson.WrongType(item, "Go value of type v1.Taint"); }
                taints.Add(new V1Taint());
                continue;
            }

            taints.Add(new V1Taint { Key = Word(item, "key", "string", ref fault), Value = Word(item, "value", "string", ref fault), Effect = Word(item, "effect", "v1.TaintEffect", ref fault) });
        }

        if (fault is not null) { errors.Invalid(Path, Tainted, fault); }
        else { TaintRules.Taints(taints, Path.Child(Tainted), errors); }
    }

    private static string? Word(JsonElement item, string name, string type, ref string? fault)
    {
        if (AnnotationJson.Field(item, name) is not { } value) { return null; }
        if (value.ValueKind == JsonValueKind.String) { return value.GetString(); }
        fault ??= AnnotationJson.WrongType(value, $"Go struct field Taint.{name} of type {type}");
        return null;
    }

    private static void Pods(string text, FieldErrors errors)
    {
        var fault = (string?)null;
        if (AnnotationJson.Read(text, out fault) is not { } json || json.ValueKind == JsonValueKind.Null)
        {
            if (fault is not null) { errors.Invalid(Path.Child("AvoidPods"), Avoided, fault); }
            return;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Invalid(Path.Child("AvoidPods"), Avoided, AnnotationJson.WrongType(json, "Go value of type v1.AvoidPods"));
            return;
        }

        if (AnnotationJson.Field(json, "preferAvoidPods") is not { } entries) { return; }
        if (entries.ValueKind != JsonValueKind.Array)
        {
            errors.Invalid(Path.Child("AvoidPods"), Avoided, AnnotationJson.WrongType(entries, "Go struct field AvoidPods.preferAvoidPods of type []v1.PreferAvoidPodsEntry"));
            return;
        }

        var index = 0;
        foreach (var entry in entries.EnumerateArray()) { Entry(entry, Path.Child(Avoided).Index(index++), errors); }
    }

    private static void Entry(JsonElement entry, FieldPath path, FieldErrors errors)
    {
        var signature = entry.ValueKind == JsonValueKind.Object ? AnnotationJson.Field(entry, "podSignature") : null;
        if (signature is not { ValueKind: JsonValueKind.Object } said || AnnotationJson.Field(said, "podController") is not { ValueKind: JsonValueKind.Object } controller)
        {
            errors.Required(path.Child("PodSignature"));
        }
        else if (AnnotationJson.Field(controller, "controller") is not { ValueKind: JsonValueKind.True })
        {
            errors.Invalid(path.Child("PodSignature").Child("PodController").Child("Controller"), false, "must point to a controller");
        }
    }
}
