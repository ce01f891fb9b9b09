using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a container's rights.</summary>
internal static class SecurityContextRules
{
    private const int MaxProfileLength = 4095;

    /// <summary>A container's security context.</summary>
    public static void Validate(V1SecurityContext context, bool hasHostUsers, FieldPath path, FieldErrors errors)
    {
        NumberRules.UserId(context.RunAsUser, path, "runAsUser", errors);
        NumberRules.UserId(context.RunAsGroup, path, "runAsGroup", errors);
        if (context.ProcMount is { } mount)
        {
            if (mount is not ("Default" or "Unmasked")) { errors.NotSupported(path.Child("procMount"), mount, "Default", "Unmasked"); }
            if (hasHostUsers && mount == "Unmasked") { errors.Invalid(path.Child("procMount"), mount, "`hostUsers` must be false to use `Unmasked`"); }
        }

        if (context.SeccompProfile is { } seccomp) { Seccomp(seccomp, path.Child("seccompProfile"), errors); }
        if (context.AllowPrivilegeEscalation == false)
        {
            if (context.Privileged == true) { errors.Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"); }
            if (context.Capabilities?.Add?.Contains("CAP_SYS_ADMIN") == true)
            {
                errors.Invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }

        if (context.WindowsOptions is { } windows) { WindowsRules.Options(windows, path.Child("windowsOptions"), errors); }
        if (context.AppArmorProfile is { } armor) { AppArmor(armor, path.Child("appArmorProfile"), errors); }
    }

    /// <summary>A seccomp profile.</summary>
    public static void Seccomp(V1SeccompProfile profile, FieldPath path, FieldErrors errors)
    {
        switch (profile.Type)
        {
            case "Localhost" or "RuntimeDefault" or "Unconfined": break;
            case null or "": errors.Required(path.Child("type"), "type is required when seccompProfile is set"); break;
            default: errors.NotSupported(path.Child("type"), profile.Type, "Localhost", "RuntimeDefault", "Unconfined"); break;
        }

        var file = path.Child("localhostProfile");
        if (profile.Type != "Localhost")
        {
            if (profile.LocalhostProfile is not null) { errors.Invalid(file, profile, "can only be set when seccomp type is Localhost"); }
        }
        else if (profile.LocalhostProfile is null)
        {
            errors.Required(file, "must be set when seccomp type is Localhost");
        }
        else
        {
            PathRules.Descending(profile.LocalhostProfile, file, errors);
        }
    }

    /// <summary>An AppArmor profile.</summary>
    public static void AppArmor(V1AppArmorProfile profile, FieldPath path, FieldErrors errors)
    {
        var file = path.Child("localhostProfile");
        switch (profile.Type)
        {
            case "Localhost":
                var name = profile.LocalhostProfile?.Trim();
                if (string.IsNullOrEmpty(profile.LocalhostProfile)) { errors.Required(file, "must be set when AppArmor type is Localhost"); }
                else if (name != profile.LocalhostProfile) { errors.Invalid(file, profile.LocalhostProfile, "must not be padded with whitespace"); }
                if (profile.LocalhostProfile is { } text && TextRules.ByteLength(text) > MaxProfileLength) { errors.TooLong(file, MaxProfileLength); }
                break;
            case "RuntimeDefault" or "Unconfined":
                if (profile.LocalhostProfile is not null) { errors.Invalid(file, profile.LocalhostProfile, "can only be set when AppArmor type is Localhost"); }
                break;
            case null or "":
                errors.Required(path.Child("type"), "type is required when appArmorProfile is set");
                break;
            default:
                errors.NotSupported(path.Child("type"), profile.Type, "Localhost", "RuntimeDefault", "Unconfined");
                break;
        }
    }
}
