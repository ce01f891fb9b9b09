using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 ConfigMap.</summary>
internal sealed class ConfigMapDeclaration() : ResourceDeclaration<V1ConfigMap>("configmaps", ResourceScope.Namespaced)
{
    private const int MaxBytes = 1024 * 1024;

    public override IReadOnlyList<string> ShortNames { get; } = ["cm"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Data", "string", static map => (map.Data?.Count ?? 0) + (map.BinaryData?.Count ?? 0), description: "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process."),
        PrinterColumns.Age,
    ];

    protected override void Validate(V1ConfigMap value, FieldErrors errors)
    {
        var size = 0L;
        if (value.Data is { Count: > 0 })
        {
            foreach (var (key, text) in value.Data)
            {
                Key(key, "data", errors);
                if (value.BinaryData?.ContainsKey(key) == true) { errors.Invalid(FieldPath.Of("data").Key(key), key, "duplicate of key present in binaryData"); }
                size += text is null ? 0 : TextRules.ByteLength(text);
            }
        }

        if (value.BinaryData is { Count: > 0 })
        {
            foreach (var (key, bytes) in value.BinaryData)
            {
                Key(key, "binaryData", errors);
                size += bytes?.Length ?? 0;
            }
        }

        if (size > MaxBytes) { errors.TooLong(FieldPath.Of(string.Empty), MaxBytes); }
    }

    protected override void ValidateUpdate(V1ConfigMap value, V1ConfigMap old, FieldErrors errors)
    {
        if (old.Immutable == true)
        {
            if (value.Immutable != true) { errors.Forbidden(FieldPath.Of("immutable"), "field is immutable when `immutable` is set"); }
            if (!ContentEquality.Same(value.Data, old.Data)) { errors.Forbidden(FieldPath.Of("data"), "field is immutable when `immutable` is set"); }
            if (!ContentEquality.Same(value.BinaryData, old.BinaryData)) { errors.Forbidden(FieldPath.Of("binaryData"), "field is immutable when `immutable` is set"); }
        }

        Validate(value, errors);
    }

    private static void Key(string key, string field, FieldErrors errors)
    {
        // Paths are only made for keys that need a closer look.
        if (key.Length is > 0 and <= 253 && key[0] != '.' && TextRules.IsLabelValue(key)) { return; }
        TextRules.ConfigKey(key, FieldPath.Of(field).Key(key), errors);
    }
}
