namespace Orch.ApiServer.Validation;

/// <summary>Fields that stay as they were created.</summary>
internal static class ImmutableRule
{
    /// <summary>What is said of a change.</summary>
    public const string Text = "field is immutable";

    /// <summary>Adds a fault when the content differs.</summary>
    public static void Check(object? value, object? old, FieldPath path, FieldErrors errors)
    {
        if (!ContentEquality.Same(value, old)) { errors.Invalid(path, value, Text); }
    }
}
