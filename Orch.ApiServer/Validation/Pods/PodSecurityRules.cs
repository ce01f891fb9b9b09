using System.Buffers;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a pod's rights.</summary>
internal static class PodSecurityRules
{
    private const string SysctlText = "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    private static readonly SearchValues<char> SysctlChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The pod's security context.</summary>
    public static void Validate(V1PodSpec spec, FieldPath parent, FieldErrors errors)
    {
        if (spec.SecurityContext is not { } context) { return; }
        var path = parent.Child("securityContext");
        NumberRules.UserId(context.FsGroup, path, "fsGroup", errors);
        NumberRules.UserId(context.RunAsUser, path, "runAsUser", errors);
        NumberRules.UserId(context.RunAsGroup, path, "runAsGroup", errors);
        for (var index = 0; index < (context.SupplementalGroups?.Count ?? 0); index++)
        {
            if (context.SupplementalGroups![index] is < 0 or > int.MaxValue) { errors.Invalid(path.Child("supplementalGroups").Index(index), context.SupplementalGroups[index], TextRules.Between(0, int.MaxValue)); }
        }

        if (spec.ShareProcessNamespace == true && spec.HostPID == true) { errors.Invalid(path.Child("shareProcessNamespace"), true, "ShareProcessNamespace and HostPID cannot both be enabled"); }
        Sysctls(spec, context.Sysctls, path.Child("sysctls"), errors);
        if (context.FsGroupChangePolicy is not (null or "OnRootMismatch" or "Always")) { errors.NotSupported(path.Child("fsGroupChangePolicy"), context.FsGroupChangePolicy, "Always", "OnRootMismatch"); }
        if (context.SeccompProfile is { } seccomp) { SecurityContextRules.Seccomp(seccomp, path.Child("seccompProfile"), errors); }
        if (context.WindowsOptions is { } windows) { WindowsRules.Options(windows, path.Child("windowsOptions"), errors); }
        if (context.AppArmorProfile is { } armor) { SecurityContextRules.AppArmor(armor, path.Child("appArmorProfile"), errors); }
        if (context.SupplementalGroupsPolicy is not (null or "Merge" or "Strict")) { errors.NotSupported(path.Child("supplementalGroupsPolicy"), context.SupplementalGroupsPolicy, "Merge", "Strict"); }
        if (context.SeLinuxChangePolicy is not (null or "Recursive" or "MountOption")) { errors.NotSupported(path.Child("seLinuxChangePolicy"), context.SeLinuxChangePolicy, "MountOption", "Recursive"); }
    }

    private static void Sysctls(V1PodSpec spec, IList<V1Sysctl>? sysctls, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        for (var index = 0; index < (sysctls?.Count ?? 0); index++)
        {
            var (name, at) = (sysctls![index].Name ?? string.Empty, path.Index(index).Child("name"));
            if (name.Length == 0) { errors.Required(at); }
            else if (!IsSysctl(name)) { errors.Invalid(at, name, SysctlText); }
            else if (!names.Add(name)) { errors.Duplicate(at, name); }

            // Such settings belong to a namespace that the pod then shares with its node.
            var key = name.Replace('/', '.');
            if (spec.HostNetwork == true && key.StartsWith("net.", StringComparison.Ordinal)) { errors.Invalid(at, name, "may not be specified when 'hostNetwork' is true"); }
            else if (spec.HostIPC == true && IsIpc(key)) { errors.Invalid(at, name, "may not be specified when 'hostIPC' is true"); }
        }
    }

    private static bool IsIpc(string name)
        => name.StartsWith("kernel.shm", StringComparison.Ordinal) || name.StartsWith("kernel.msg", StringComparison.Ordinal)
            || name.StartsWith("fs.mqueue.", StringComparison.Ordinal) || name == "kernel.sem";

    private static bool IsSysctl(string name)
    {
        if (name.Length > 253) { return false; }
        foreach (var range in name.AsSpan().SplitAny('.', '/'))
        {
            var part = name.AsSpan(range);
            if (part.Length == 0 || part.ContainsAnyExcept(SysctlChars) || part[0] is '-' or '_' || part[^1] is '-' or '_') { return false; }
        }

        return true;
    }
}
