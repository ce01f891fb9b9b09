using k8s.Models;
using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for printer columns and selectable fields.</summary>
internal static class ColumnRules
{
    private const int MaxSelectable = 8;
    private static readonly string[] Types = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] Formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    /// <summary>Adds what is wrong with the columns.</summary>
    public static void Validate(IList<V1CustomResourceColumnDefinition>? columns, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < columns?.Count; index++)
        {
            var (column, place) = (columns[index], path.Index(index));
            if (string.IsNullOrEmpty(column.Name)) { errors.Required(place.Child("name")); }
            if (string.IsNullOrEmpty(column.Type)) { errors.Required(place.Child("type"), $"must be one of {string.Join(',', Types)}"); }
            else if (!Types.Contains(column.Type)) { errors.Invalid(place.Child("type"), column.Type, $"must be one of {string.Join(',', Types)}"); }
            if (!string.IsNullOrEmpty(column.Format) && !Formats.Contains(column.Format)) { errors.Invalid(place.Child("format"), column.Format, $"must be one of {string.Join(',', Formats)}"); }
            if (string.IsNullOrEmpty(column.JsonPath)) { errors.Required(place.Child("JSONPath")); }
            else { SubresourceRules.Simple(column.JsonPath, place.Child("JSONPath"), errors); }
        }
    }

    /// <summary>Adds what is wrong with the selectable fields.</summary>
    /// <param name="isShared">All versions have the same ones.</param>
    public static void ValidateSelectable(IList<V1SelectableField>? fields, JsonMap? schema, bool isShared, FieldPath path, FieldErrors errors)
    {
        if (fields is not { Count: > 0 }) { return; }
        if (schema is null) { errors.Invalid(path, string.Empty, isShared ? "may only be set when validations.schema is included" : "may only be set when `version.schema.openAPIV3Schema` is not included"); return; }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < fields.Count; index++)
        {
            var place = path.Index(index).Child("jsonPath");
            var text = fields[index].JsonPath;
            if (string.IsNullOrEmpty(text)) { errors.Required(place); continue; }
            if (SchemaRoute.Find(text, schema, out var fault, takesBrackets: false) is not { } found) { errors.Invalid(place, text, $"is an invalid path: {fault}"); continue; }
            if (found.Root == "metadata") { errors.Invalid(place, text, "must not point to fields in metadata"); }
            if (SchemaCompiler.Text(found.Schema, "type") is not ("string" or "boolean" or "integer"))
            {
                errors.Invalid(place, text, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.");
            }

            if (!seen.Add(found.Path)) { errors.Duplicate(place, text); }
        }

        if (seen.Count > MaxSelectable) { errors.TooMany(path, seen.Count, MaxSelectable); }
    }
}
