using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for how much of a shared device's capacity may be asked for.</summary>
internal static class CapacityPolicyRules
{
    /// <summary>A policy about a capacity.</summary>
    public static void Validate(ResourceQuantity? capacity, V1CapacityRequestPolicy policy, FieldPath path, FieldErrors errors)
    {
        var hasValues = policy.ValidValues is { Count: > 0 };
        if (hasValues && policy.ValidRange is not null)
        {
            errors.Forbidden(path, "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time");
            return;
        }

        if (!hasValues && policy.ValidRange is null) { return; }
        if (policy.DefaultProperty is not { } fallback)
        {
            errors.Required(path.Child("default"), hasValues ? "required when validValues is defined" : "required when validRange is defined");
            return;
        }

        var max = capacity ?? Quantities.Zero;
        if (hasValues) { Values(policy.ValidValues!, fallback, max, path.Child("validValues"), errors); }
        else { Range(policy.ValidRange!, fallback, max, path.Child("validRange"), errors); }
    }

    private static void Values(IList<ResourceQuantity> values, ResourceQuantity fallback, ResourceQuantity max, FieldPath path, FieldErrors errors)
    {
        for (var index = 1; index < values.Count; index++)
        {
            if (Amount(values[index - 1]) > Amount(values[index])) { errors.Invalid(path.Index(index), Text(values[index]), "values must be sorted in ascending order"); }
        }

        DeviceLists.Unique(values, DeviceLimits.PolicyValues, path, errors, static value => Quantities.Value(value).ToString(System.Globalization.CultureInfo.InvariantCulture), (value, at) =>
        {
            if (Amount(value) > Amount(max)) { errors.Invalid(at, Text(value), $"option is larger than capacity value: {Text(max)}"); }
        });
        if (values.Count > DeviceLimits.PolicyValues || !values.Any(value => Amount(value) == Amount(fallback)))
        {
            errors.Invalid(path, Text(fallback), "default value is not valid according to the requestPolicy");
        }
    }

    private static void Range(V1CapacityRequestPolicyRange range, ResourceQuantity fallback, ResourceQuantity capacity, FieldPath path, FieldErrors errors)
    {
        if (range.Min is not { } min)
        {
            errors.Required(path.Child("min"), "required when validRange is defined");
            return;
        }

        if (Amount(min) > Amount(capacity)) { errors.Invalid(path.Child("min"), Text(min), $"min is larger than capacity value: {Text(capacity)}"); }
        if (Amount(fallback) < Amount(min)) { errors.Invalid(path.Child("min"), Text(fallback), $"default is less than min: {Text(min)}"); }
        if (range.Max is { } max)
        {
            if (Amount(min) > Amount(max)) { errors.Invalid(path.Child("max"), Text(min), $"min is larger than max: {Text(max)}"); }
            if (Amount(max) > Amount(capacity)) { errors.Invalid(path.Child("max"), Text(max), $"max is larger than capacity value: {Text(capacity)}"); }
            if (Amount(fallback) > Amount(max)) { errors.Invalid(path.Child("max"), Text(fallback), $"default is more than max: {Text(max)}"); }
        }

        if (range.Step is { } step) { Step(range, step, min, fallback, capacity, path.Child("step"), errors); }
    }

    private static void Step(
        V1CapacityRequestPolicyRange range, ResourceQuantity step, ResourceQuantity min, ResourceQuantity fallback, ResourceQuantity capacity, FieldPath path, FieldErrors errors)
    {
        if (Amount(step) <= 0)
        {
            errors.Invalid(path, Text(step), "must be greater than zero");
            return;
        }

        var first = Quantities.Add(min, step);
        if (Amount(first) > Amount(capacity)) { errors.Invalid(path, Text(step), $"one step {Text(first)} is larger than capacity value: {Text(capacity)}"); }
        Multiple(fallback, min, step, path, errors);
        if (range.Max is { } max) { Multiple(max, min, step, path, errors); }
    }

    private static void Multiple(ResourceQuantity value, ResourceQuantity min, ResourceQuantity step, FieldPath path, FieldErrors errors)
    {
        // Whole numbers, as upstream counts; a step is at least one then.
        var distance = (decimal)Quantities.Value(value) - Quantities.Value(min);
        if (distance % Quantities.Value(step) != 0) { errors.Invalid(path, Text(value), $"value is not a multiple of a given step ({Text(step)}) from ({Text(min)})"); }
    }

    private static decimal Amount(ResourceQuantity? quantity) => quantity?.ToDecimal() ?? 0;

    private static string Text(ResourceQuantity quantity) => quantity.ToString();
}
