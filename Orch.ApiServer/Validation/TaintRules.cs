using k8s.Models;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for taints and tolerations.</summary>
internal static class TaintRules
{
    /// <summary>A node's taints.</summary>
    public static void Taints(IList<V1Taint>? taints, FieldPath path, FieldErrors errors)
    {
        if (taints is not { Count: > 0 }) { return; }
        var seen = new HashSet<(string? Key, string? Effect)>();
        for (var index = 0; index < taints.Count; index++)
        {
            var taint = taints[index];
            var at = path.Index(index);
            TextRules.QualifiedName(taint.Key ?? string.Empty, at.Child("key"), errors);
            if (TextRules.LabelValueFault(taint.Value) is { } fault) { errors.Invalid(at.Child("value"), taint.Value, fault); }
            Effect(taint.Effect, false, at.Child("effect"), errors);
            if (!seen.Add((taint.Key, taint.Effect))) { errors.Duplicate(at, taint, "taints must be unique by key and effect pair"); }
        }
    }

    /// <summary>A pod's tolerations.</summary>
    public static void Tolerations(IList<V1Toleration>? tolerations, FieldPath parent, FieldErrors errors)
    {
        if (tolerations is { Count: > 0 }) { EachToleration(tolerations, parent.Child("tolerations"), errors); }
    }

    /// <summary>The tolerations of a list that lies at <paramref name="path"/>.</summary>
    public static void EachToleration(IList<V1Toleration> tolerations, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < tolerations.Count; index++) { Toleration(tolerations[index], path.Index(index), errors); }
    }

    private static void Toleration(V1Toleration toleration, FieldPath path, FieldErrors errors)
    {
        var key = toleration.Key ?? string.Empty;
        if (key.Length > 0) { TextRules.QualifiedName(key, path.Child("key"), errors); }
        if (key.Length == 0 && toleration.OperatorProperty != "Exists")
        {
            errors.Invalid(path.Child("operator"), toleration.OperatorProperty ?? string.Empty,
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (toleration.TolerationSeconds is not null && toleration.Effect != "NoExecute")
        {
            errors.Invalid(path.Child("effect"), toleration.Effect ?? string.Empty, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }

        switch (toleration.OperatorProperty)
        {
            case null or "" or "Equal":
                if (TextRules.LabelValueFault(toleration.Value) is { } fault) { errors.Invalid(path.Child("operator"), toleration.Value, fault); }
                break;
            case "Exists":
                if (!string.IsNullOrEmpty(toleration.Value)) { errors.Invalid(path.Child("operator"), toleration.Value, "value must be empty when `operator` is 'Exists'"); }
                break;
            case "Lt" or "Gt":
                errors.NotSupported(path.Child("operator"), toleration.OperatorProperty, "Equal", "Exists", "Lt", "Gt");
                break;
            default:
                errors.NotSupported(path.Child("operator"), toleration.OperatorProperty, "Equal", "Exists");
                break;
        }

        if (!string.IsNullOrEmpty(toleration.Effect)) { Effect(toleration.Effect, true, path.Child("effect"), errors); }
    }

    private static void Effect(string? effect, bool allowEmpty, FieldPath path, FieldErrors errors)
    {
        if (!allowEmpty && string.IsNullOrEmpty(effect))
        {
            errors.Required(path);
            return;
        }

        if (effect is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute")) { errors.NotSupported(path, effect, "NoSchedule", "PreferNoSchedule", "NoExecute"); }
    }
}
