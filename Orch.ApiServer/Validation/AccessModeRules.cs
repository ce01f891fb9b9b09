namespace Orch.ApiServer.Validation;

/// <summary>The rules for how volumes may be mounted.</summary>
internal static class AccessModeRules
{
    private static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    /// <summary>Known ones, and the one for a single pod stands alone.</summary>
    public static void Validate(IList<string>? modes, FieldPath path, FieldErrors errors)
    {
        var (single, shared) = (false, false);
        foreach (var mode in modes ?? [])
        {
            var isKnown = Modes.Contains(mode);
            if (!isKnown) { errors.NotSupported(path, mode, Modes); }
            if (mode == "ReadWriteOncePod") { single = true; }
            else if (isKnown) { shared = true; }
        }

        if (single && shared) { errors.Forbidden(path, "may not use ReadWriteOncePod with other access modes"); }
    }
}
