using System.Globalization;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Checks a value against a schema (OpenAPI v3 as upstream's validator reads it).</summary>
internal static class SchemaValidator
{
    /// <summary>Checks a new value.</summary>
    /// <param name="prefix">Path of the value in its object, for the faults; empty for the whole.</param>
    public static void Validate(object? value, SchemaNode schema, string prefix, FieldErrors errors)
    {
        var faults = new SchemaFaults(prefix);
        new Run(null).Check(value, schema, null, default, faults);
        faults.WriteTo(errors);
    }

    /// <summary>Checks a changed value: what was wrong before and stayed as it was is let be.</summary>
    /// <remarks>A whole object is never as it was, since its version is another.</remarks>
    public static void ValidateUpdate(object? value, object? old, SchemaNode schema, string prefix, FieldErrors errors)
    {
        var faults = new SchemaFaults(prefix);
        new Run(null).Check(value, schema, null, default, faults);
        if (faults.Count == 0) { return; }
        var correlation = new Correlation();
        if (prefix.Length > 0 && correlation.IsSame(value, old, schema)) { return; }
        faults = new SchemaFaults(prefix);
        new Run(correlation).CheckAnew(value, schema, null, new Old(true, old), faults);
        faults.WriteTo(errors);
    }

    // The value that was at the same place before, where that is known.
    private readonly record struct Old(bool IsKnown, object? Value);

    // Without a correlation nothing is let be.
    private readonly record struct Run(Correlation? Correlation)
    {
        // The number of checks that applied: of several alternatives the one with the most is told about.
        public int Check(object? value, SchemaNode schema, FieldPath? path, Old old, SchemaFaults faults)
        {
            if (Correlation is not null && old.IsKnown && Correlation.IsSame(value, old.Value, schema)) { return 1; }
            return CheckAnew(value, schema, path, old, faults);
        }

        public int CheckAnew(object? value, SchemaNode schema, FieldPath? path, Old old, SchemaFaults faults)
        {
            var count = 2;
            var isRightType = CheckType(value, schema, path, faults);
            if (value is null) { CheckEnum(value, schema, path, faults); return count; }
            count += CheckCombinations(value, schema, path, faults);
            if (!isRightType) { CheckEnum(value, schema, path, faults); return count; }
            switch (value)
            {
                case string text: CheckText(text, schema, path, faults); count++; break;
                case JsonNumber number: NumberChecks.Check(number, schema, path, faults); count++; break;
                case JsonList list: count += CheckList(list, schema, path, old, faults) + 1; break;
                case JsonMap map: count += CheckMap(map, schema, path, old, faults) + 1; break;
            }

            CheckEnum(value, schema, path, faults);
            return count;
        }

        private static bool CheckType(object? value, SchemaNode schema, FieldPath? path, SchemaFaults faults)
        {
            var wanted = schema.Type.Length > 0 ? schema.Type : schema.IsIntOrString ? "integer,string" : string.Empty;
            if (wanted.Length == 0) { return true; }
            if (value is null)
            {
                if (!schema.IsNullable) { faults.WrongType(path, wanted, "null"); }
                return schema.IsNullable;
            }

            var actual = SchemaValues.TypeOf(value);
            var fits = wanted switch
            {
                "integer,string" => value is string || (value is JsonNumber either && SchemaValues.IsIntegral(either)),
                "integer" => value is JsonNumber number && SchemaValues.IsIntegral(number),
                "number" => value is JsonNumber,
                _ => actual == wanted,
            };
            if (fits) { return true; }
            // A format stands in for the type where the value is neither a text nor a list.
            faults.WrongType(path, schema.Format.Length > 0 && value is not (string or JsonList) && schema.Type is "integer" or "number" or "string" or "boolean" ? schema.Format : wanted,
                schema.Format.Length > 0 && value is not (string or JsonList) && schema.Type.Length > 0 ? FormatOf(value) : actual);
            return false;
        }

        // What Go's validator takes the format of a value to be.
        private static string FormatOf(object value) => value is JsonNumber number ? SchemaValues.IsWhole(number) ? "int64" : "double" : string.Empty;

        private static void CheckEnum(object? value, SchemaNode schema, FieldPath? path, SchemaFaults faults)
        {
            if (schema.Enum is not { } allowed || (value is null && schema.IsNullable)) { return; }
            foreach (var item in allowed) { if (JsonTree.Equals(item, value)) { return; } }
            faults.NotSupported(path, value, allowed);
        }

        private static void CheckText(string text, SchemaNode schema, FieldPath? path, SchemaFaults faults)
        {
            if (schema.MaxLength is not null || schema.MinLength is not null)
            {
                var length = RuneCount(text);
                if (length > schema.MaxLength) { faults.TooLong(path, schema.MaxLength.Value); }
                if (length < schema.MinLength) { faults.Invalid(path, text, $"should be at least {schema.MinLength} chars long"); }
            }

            if (schema.Pattern is { Fault: { } wrong } broken) { faults.Invalid(path, text, $"should match '{broken.Text}, but pattern is invalid: {wrong}'"); }
            else if (schema.Pattern is { } pattern && !pattern.IsMatch(text)) { faults.Invalid(path, text, $"should match '{pattern.Text}'"); }
            if (schema.Format.Length > 0 && !TextFormats.Matches(schema.Format, text)) { faults.WrongType(path, schema.Format, text, text); }
        }

        private static long RuneCount(string text)
        {
            long count = text.Length;
            for (var index = 1; index < text.Length; index++) { if (char.IsSurrogatePair(text[index - 1], text[index])) { count--; } }
            return count;
        }

        private int CheckList(JsonList list, SchemaNode schema, FieldPath? path, Old old, SchemaFaults faults)
        {
            if (schema.MinItems > list.Count) { faults.Invalid(path, new JsonNumber(list.Count.ToString(CultureInfo.InvariantCulture)), $"should have at least {schema.MinItems} items"); }
            if (schema.MaxItems < list.Count) { faults.TooMany(path, list.Count, schema.MaxItems.Value); }
            if (schema.HasUniqueItems && HasTwins(list)) { faults.Invalid(path, list, $"shouldn't contain duplicates"); }
            if (schema.Items is not { } items) { return 0; }
            var before = old is { IsKnown: true, Value: JsonList was } ? was : null;
            var count = 0;
            for (var index = 0; index < list.Count; index++)
            {
                var twin = before is not null && Correlation?.TwinOf(list, index, before, schema) is { } found ? new Old(true, found) : default;
                count += Check(list[index], items, Element(path, index), twin, faults);
            }

            return count;
        }

        private int CheckMap(JsonMap map, SchemaNode schema, FieldPath? path, Old old, SchemaFaults faults)
        {
            if (schema.MinProperties > map.Count) { faults.Invalid(path, new JsonNumber(map.Count.ToString(CultureInfo.InvariantCulture)), $"should have at least {schema.MinProperties} properties"); }
            if (schema.MaxProperties < map.Count) { faults.TooMany(path, map.Count, schema.MaxProperties.Value); }
            var before = old is { IsKnown: true, Value: JsonMap was } ? was : null;
            var count = 0;
            foreach (var (name, item) in map)
            {
                if ((schema.Properties.GetValueOrDefault(name) ?? schema.Additional) is not { } below)
                {
                    if (schema.ForbidsAdditional) { faults.NotAllowed(path, name); }
                    continue;
                }

                var twin = before is not null && before.TryGetValue(name, out var value) ? new Old(true, value) : default;
                count += Check(item, below, Field(path, name), twin, faults);
            }

            foreach (var name in schema.Required)
            {
                // The root's own fields stand beside the content.
                if (!map.ContainsKey(name) && !(path is null && name is "apiVersion" or "kind" or "metadata")) { faults.Required(Field(path, name)); }
            }

            return count;
        }

        private static int CheckCombinations(object value, SchemaNode schema, FieldPath? path, SchemaFaults faults)
        {
            var count = 0;
            // Alternatives judge the value as a whole, so that nothing in them is let be.
            var whole = new Run(null);
            if (schema.AnyOf.Count > 0) { count += whole.CheckAny(value, schema.AnyOf, path, faults); }
            if (schema.OneOf.Count > 0) { count += whole.CheckOne(value, schema.OneOf, path, faults); }
            if (schema.AllOf.Count > 0) { count += whole.CheckAll(value, schema.AllOf, path, faults); }
            if (schema.Not is { } not)
            {
                var inner = faults.Fork();
                whole.Check(value, not, path, default, inner);
                if (inner.Count == 0) { faults.Combination(path, "must not validate the schema (not)"); }
            }

            return count;
        }

        private int CheckAny(object value, IReadOnlyList<SchemaNode> schemas, FieldPath? path, SchemaFaults faults)
        {
            (SchemaFaults Faults, int Count)? best = null;
            foreach (var schema in schemas)
            {
                var inner = faults.Fork();
                var count = Check(value, schema, path, default, inner);
                if (inner.Count == 0) { return count; }
                if (best is null || count > best.Value.Count) { best = (inner, count); }
            }

            faults.Combination(path, "must validate at least one schema (anyOf)");
            faults.Take(best!.Value.Faults);
            return best.Value.Count;
        }

        private int CheckOne(object value, IReadOnlyList<SchemaNode> schemas, FieldPath? path, SchemaFaults faults)
        {
            (SchemaFaults Faults, int Count)? best = null;
            var valid = 0;
            var matched = 0;
            foreach (var schema in schemas)
            {
                var inner = faults.Fork();
                var count = Check(value, schema, path, default, inner);
                if (inner.Count == 0) { valid++; matched = count; best = null; continue; }
                if (valid == 0 && (best is null || count > best.Value.Count)) { best = (inner, count); }
            }

            if (valid == 1) { return matched; }
            faults.Combination(path, $"must validate one and only one schema (oneOf). {(valid == 0 ? "Found none valid" : $"Found {valid} valid alternatives")}");
            if (best is { } failed) { faults.Take(failed.Faults); }
            return 0;
        }

        private int CheckAll(object value, IReadOnlyList<SchemaNode> schemas, FieldPath? path, SchemaFaults faults)
        {
            var count = 0;
            var valid = 0;
            foreach (var schema in schemas)
            {
                var inner = faults.Fork();
                count += Check(value, schema, path, default, inner);
                if (inner.Count == 0) { valid++; }
                faults.Take(inner);
            }

            if (valid != schemas.Count) { faults.Combination(path, $"must validate all the schemas (allOf){(valid == 0 ? ". None validated" : string.Empty)}"); }
            return count;
        }

        private static bool HasTwins(JsonList list)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            return list.Exists(item => !seen.Add(CanonicalText.Of(item)));
        }

        private static FieldPath Field(FieldPath? path, string name) => path is null ? FieldPath.Of(name) : path.Child(name);

        private static FieldPath Element(FieldPath? path, int index) => path is null ? FieldPath.Of(string.Empty).Index(index) : path.Index(index);
    }
}
