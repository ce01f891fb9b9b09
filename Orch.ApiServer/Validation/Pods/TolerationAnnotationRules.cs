using System.Text.Json;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for the annotation that once held a pod's tolerations.</summary>
internal static class TolerationAnnotationRules
{
    private const string Annotation = "scheduler.alpha.kubernetes.io/tolerations";

    /// <summary>Tolerations as JSON, with the rules of those in the specification.</summary>
    public static void Validate(IDictionary<string, string> annotations, FieldPath path, FieldErrors errors)
    {
        if (!annotations.TryGetValue(Annotation, out var text) || string.IsNullOrEmpty(text)) { return; }
        if (Read(text, out var fault) is { } tolerations) { TaintRules.EachToleration(tolerations, path.Child(Annotation), errors); }
        else { errors.Invalid(path, Annotation, fault!); }
    }

    private static List<V1Toleration>? Read(string text, out string? fault)
    {
        if (AnnotationJson.Read(text, out fault) is not { } json) { return null; }
        if (json.ValueKind == JsonValueKind.Null) { return []; }
        if (json.ValueKind != JsonValueKind.Array)
        {
            fault = AnnotationJson.WrongType(json, "Go value of type []v1.Toleration");
            return null;
        }

        var tolerations = new List<V1Toleration>();
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)) { fault ??= AnnotationJson.WrongType(item, "Go value of type v1.Toleration"); }
            if (item.ValueKind != JsonValueKind.Object)
            {
                tolerations.Add(new V1Toleration());
                continue;
            }

            tolerations.Add(new V1Toleration
            {
                Key = Word(item, "key", "string", ref fault),
                OperatorProperty = Word(item, "operator", "v1.TolerationOperator", ref fault),
                Value = Word(item, "value", "string", ref fault),
                Effect = Word(item, "effect", "v1.TaintEffect", ref fault),
                TolerationSeconds = Seconds(item, ref fault),
            });
        }

        return fault is null ? tolerations : null;
    }

    private static string? Word(JsonElement item, string name, string type, ref string? fault)
    {
        if (AnnotationJson.Field(item, name) is not { } value) { return null; }
        if (value.ValueKind == JsonValueKind.String) { return value.GetString(); }
        fault ??= AnnotationJson.WrongType(value, $"Go struct field Toleration.{name} of type {type}");
        return null;
    }

    private static long? Seconds(JsonElement item, ref string? fault)
    {
        if (AnnotationJson.Field(item, "tolerationSeconds") is not { } value) { return null; }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)) { return seconds; }
        fault ??= value.ValueKind == JsonValueKind.Number
            ? $"json: cannot unmarshal number {value.GetRawText()} into Go struct field Toleration.tolerationSeconds of type int64"
            : AnnotationJson.WrongType(value, "Go struct field Toleration.tolerationSeconds of type int64");
        return null;
    }
}
