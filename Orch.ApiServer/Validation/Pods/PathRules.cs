namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for paths inside volumes and nodes.</summary>
internal static class PathRules
{
    /// <summary>What is said of file modes.</summary>
    public const string ModeText = "must be a number between 0 and 0777 (octal), both inclusive";

    /// <summary>Relative, and never upwards.</summary>
    public static void Descending(string value, FieldPath path, FieldErrors errors)
    {
        if (value.StartsWith('/')) { errors.Invalid(path, value, "must be a relative path"); }
        NoBacksteps(value, path, errors);
    }

    /// <summary>Relative, never upwards, and not one of the names that volumes keep to themselves.</summary>
    public static void NotReserved(string value, FieldPath path, FieldErrors errors)
    {
        Descending(value, path, errors);
        if (value.StartsWith("..", StringComparison.Ordinal) && !value.StartsWith("../", StringComparison.Ordinal)) { errors.Invalid(path, value, "must not start with '..'"); }
    }

    /// <summary>Never upwards.</summary>
    public static void NoBacksteps(string value, FieldPath path, FieldErrors errors)
    {
        if (StepsBack(value)) { errors.Invalid(path, value, "must not contain '..'"); }
    }

    /// <summary>Whether a part of the path is <c>..</c>.</summary>
    public static bool StepsBack(string value)
    {
        foreach (var part in value.AsSpan().Split('/'))
        {
            if (value.AsSpan(part) is "..") { return true; }
        }

        return false;
    }

    /// <summary>Whether a path is that of the root, however it is put.</summary>
    public static bool IsRoot(string value)
    {
        if (!value.StartsWith('/')) { return false; }
        var depth = 0;
        foreach (var part in value.AsSpan().Split('/'))
        {
            if (value.AsSpan(part) is "" or ".") { continue; }
            depth = value.AsSpan(part) is ".." ? Math.Max(depth - 1, 0) : depth + 1;
        }

        return depth == 0;
    }

    /// <summary>Permission bits; null is fine.</summary>
    public static void Mode(int? mode, FieldPath parent, string field, FieldErrors errors)
    {
        if (mode is < 0 or > 511) { errors.Invalid(parent.Child(field), mode, ModeText); }
    }
}
