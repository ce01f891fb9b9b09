using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Bounds and multiples of numbers.</summary>
internal static class NumberChecks
{
    /// <summary>Adds a fault for each rule that the number breaks.</summary>
    public static void Check(JsonNumber number, SchemaNode schema, FieldPath? path, SchemaFaults faults)
    {
        if (schema.Minimum is null && schema.Maximum is null && schema.MultipleOf is null && schema.Format.Length == 0) { return; }
        var value = SchemaValues.ToDouble(number);
        if (schema.MultipleOf is { } factor && factor != 0 && !IsMultiple(value, factor)) { faults.Invalid(path, number, $"should be a multiple of {SchemaValues.Text(factor)}"); }
        if (schema.Maximum is { } maximum && (schema.ExcludesMaximum ? value >= maximum : value > maximum))
        {
            faults.Invalid(path, number, $"should be less than {(schema.ExcludesMaximum ? string.Empty : "or equal to ")}{SchemaValues.Text(maximum)}");
        }

        if (schema.Minimum is { } minimum && (schema.ExcludesMinimum ? value <= minimum : value < minimum))
        {
            faults.Invalid(path, number, $"should be greater than {(schema.ExcludesMinimum ? string.Empty : "or equal to ")}{SchemaValues.Text(minimum)}");
        }

        if (schema is { Type: "integer", Format: "int32" } && value is < int.MinValue or > int.MaxValue) { faults.OutOfRange("Checked value must be of type integer with format int32"); }
    }

    private static bool IsMultiple(double value, double factor)
    {
        var quotient = value / factor;
        return double.IsFinite(quotient) && Math.Floor(quotient) == quotient;
    }
}
