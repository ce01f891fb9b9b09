using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>The rules for who provides storage and what it is told.</summary>
internal static class ProvisionerRules
{
    private const int MaxParameters = 512;
    private const int MaxParameterBytes = 256 * 1024;

    /// <summary>A provisioner or driver.</summary>
    public static void Name(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path); }
#pragma warning disable CA1308 // the rule is that case does not matter
        else { TextRules.QualifiedName(name.ToLowerInvariant(), path, errors); }
#pragma warning restore CA1308
    }

    /// <summary>What it is told.</summary>
    public static void Parameters(IDictionary<string, string>? parameters, bool mayBeEmpty, FieldPath path, FieldErrors errors)
    {
        if (parameters?.Count > MaxParameters)
        {
            errors.TooLong(path, MaxParameters);
            return;
        }

        var size = 0L;
        foreach (var (key, value) in parameters ?? new Dictionary<string, string>())
        {
            if (key.Length == 0) { errors.Invalid(path, key, "field can not be empty."); }
            size += TextRules.ByteLength(key) + TextRules.ByteLength(value ?? string.Empty);
        }

        if (size > MaxParameterBytes) { errors.TooLong(path, MaxParameterBytes); }
        if (!mayBeEmpty && parameters is not { Count: > 0 }) { errors.Required(path, "must contain at least one key/value pair"); }
    }
}
