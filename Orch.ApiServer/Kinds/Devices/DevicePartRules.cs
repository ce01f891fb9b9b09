using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for what claims, classes and slices have in common.</summary>
internal static class DevicePartRules
{
    private static readonly object Nothing = new ShownAs("null");

    /// <summary>Expressions that devices must match.</summary>
    /// <param name="isStored">The same expressions are stored already; nothing more is asked of them.</param>
    public static void Selectors(IList<V1DeviceSelector>? selectors, FieldPath path, bool isStored, FieldErrors errors)
        => DeviceLists.Each(selectors, DeviceLimits.Selectors, path, errors, (selector, at) =>
        {
            if (selector.Cel is null) { errors.Required(at.Child("cel")); }
            else if (!isStored)
            {
                var (expression, place) = (selector.Cel.Expression ?? string.Empty, at.Child("cel").Child("expression"));
                if (TextRules.ByteLength(expression) > DeviceLimits.ExpressionBytes) { errors.TooLong(place, DeviceLimits.ExpressionBytes); }
                else { DeviceExpressions.Check(expression, place, errors); }
            }
        });

    /// <summary>What a driver is told.</summary>
    public static void Configuration(V1OpaqueDeviceConfiguration? opaque, FieldPath path, bool isStored, FieldErrors errors)
    {
        if (opaque is null)
        {
            errors.Required(path.Child("opaque"));
            return;
        }

        DeviceNameRules.Driver(opaque.Driver, path.Child("opaque").Child("driver"), errors);
        Raw(opaque.Parameters, isStored, path.Child("opaque").Child("parameters"), errors);
    }

    /// <summary>A JSON object of any form.</summary>
    public static void Raw(object? value, bool isStored, FieldPath path, FieldErrors errors)
    {
        var json = value is null ? default : value is JsonElement element ? element : JsonSerializer.SerializeToElement(value, ApiJson.Options);
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) { errors.Required(path); }
        else if (!isStored && TextRules.ByteLength(json.GetRawText()) > DeviceLimits.ParameterBytes) { errors.TooLong(path, DeviceLimits.ParameterBytes); }
        else if (json.ValueKind != JsonValueKind.Object) { errors.Invalid(path, "<value omitted>", "must be a valid JSON object"); }
    }

    /// <summary>Taints of devices that a request puts up with; upstream's documents say sixteen at most, its rules do not.</summary>
    public static void Tolerations(IList<V1DeviceToleration>? tolerations, FieldPath path, FieldErrors errors)
        => DeviceLists.Each(tolerations, int.MaxValue, path, errors, (toleration, at) =>
        {
            if (!string.IsNullOrEmpty(toleration.Key)) { TextRules.QualifiedName(toleration.Key, at.Child("key"), errors); }
            switch (toleration.OperatorProperty)
            {
                case "Exists":
                    if (!string.IsNullOrEmpty(toleration.Value)) { errors.Invalid(at.Child("value"), toleration.Value, "must be empty for operator `Exists`"); }
                    break;
                case "Equal":
                    TextRules.LabelValue(toleration.Value, at.Child("value"), errors);
                    break;
                case null or "":
                    errors.Required(at.Child("operator"));
                    break;
                default:
                    errors.NotSupported(at.Child("operator"), toleration.OperatorProperty, "Equal", "Exists");
                    break;
            }

            if (!string.IsNullOrEmpty(toleration.Effect)) { Effect(toleration.Effect, at.Child("effect"), errors); }
        });

    /// <summary>Why devices are to be kept from pods.</summary>
    public static void Taints(IList<V1DeviceTaint>? taints, FieldPath path, FieldErrors errors)
        => DeviceLists.Each(taints, DeviceLimits.Taints, path, errors, (taint, at) =>
        {
            TextRules.QualifiedName(taint.Key ?? string.Empty, at.Child("key"), errors);
            TextRules.LabelValue(taint.Value, at.Child("value"), errors);
            if (string.IsNullOrEmpty(taint.Effect)) { errors.Required(at.Child("effect")); }
            else { Effect(taint.Effect, at.Child("effect"), errors); }
        });

    /// <summary>Conditions that must be true, and may not be, before a pod goes to its node.</summary>
    public static void Binding(IList<string>? conditions, IList<string>? failures, FieldPath path, FieldErrors errors)
    {
        var (goodPath, badPath) = (path.Child("bindingConditions"), path.Child("bindingFailureConditions"));
        DeviceLists.Each(conditions, DeviceLimits.BindingConditions, goodPath, errors, (text, at) => TextRules.QualifiedName(text ?? string.Empty, at, errors));
        DeviceLists.Each(failures, DeviceLimits.BindingConditions, badPath, errors, (text, at) => TextRules.QualifiedName(text ?? string.Empty, at, errors));
        for (var index = 0; index < (conditions?.Count ?? 0); index++)
        {
            if (conditions!.IndexOf(conditions[index]) < index) { errors.Duplicate(goodPath.Index(index), conditions[index]); }
        }

        for (var index = 0; index < (failures?.Count ?? 0); index++)
        {
            if (failures!.IndexOf(failures[index]) < index) { errors.Duplicate(badPath.Index(index), failures[index]); }
            if (conditions?.Contains(failures[index]) == true) { errors.Invalid(badPath.Index(index), failures[index], "bindingFailureConditions must not overlap with bindingConditions"); }
        }

        var (hasGood, hasBad) = (conditions is { Count: > 0 }, failures is { Count: > 0 });
        if (!hasGood && hasBad) { errors.Invalid(goodPath, (object?)conditions ?? Nothing, "bindingConditions are required to use bindingFailureConditions"); }
        if (!hasBad && hasGood) { errors.Invalid(badPath, (object?)failures ?? Nothing, "bindingFailureConditions are required to use bindingConditions"); }
    }

    private static void Effect(string effect, FieldPath path, FieldErrors errors)
    {
        if (effect is not ("NoSchedule" or "NoExecute" or "None")) { errors.NotSupported(path, effect, "NoExecute", "NoSchedule", "None"); }
    }
}
