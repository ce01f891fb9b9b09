using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules that follow from the operating system a pod says it is for.</summary>
internal static class OsRules
{
    private const string NotWindows = "cannot be set for a windows pod";
    private const string NotLinux = "windows options cannot be set for a linux pod";

    /// <summary>What the other system alone has is refused.</summary>
    public static void Validate(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Os is not { } os) { return; }
        switch (os.Name)
        {
            case null or "": errors.Required(path.Child("os").Child("name"), "cannot be empty"); break;
            case "linux": Linux(spec, path, errors); break;
            case "windows": Windows(spec, path, errors); break;
            default: errors.NotSupported(path.Child("os"), os.Name, "linux", "windows"); break;
        }
    }

    private static void Linux(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.SecurityContext?.WindowsOptions is not null) { errors.Forbidden(path.Child("securityContext").Child("windowsOptions"), NotLinux); }
        Each(spec, path, (context, at) => Refuse(context.WindowsOptions, at, "windowsOptions", NotLinux, errors));
    }

    private static void Windows(V1PodSpec spec, FieldPath path, FieldErrors errors)
    {
        var (context, at) = (spec.SecurityContext, path.Child("securityContext"));
        Refuse(context?.AppArmorProfile, at, "appArmorProfile", NotWindows, errors);
        Refuse(context?.SeLinuxOptions, at, "seLinuxOptions", NotWindows, errors);
        Refuse(spec.HostUsers, path, "hostUsers", NotWindows, errors);
        Refuse(spec.HostPID == true ? true : null, path, "hostPID", NotWindows, errors);
        Refuse(spec.HostIPC == true ? true : null, path, "hostIPC", NotWindows, errors);
        Refuse(context?.SeccompProfile, at, "seccompProfile", NotWindows, errors);
        Refuse(context?.FsGroup, at, "fsGroup", NotWindows, errors);
        Refuse(context?.FsGroupChangePolicy, at, "fsGroupChangePolicy", NotWindows, errors);
        Refuse(context?.Sysctls is { Count: > 0 } ? context.Sysctls : null, at, "sysctls", NotWindows, errors);
        Refuse(spec.ShareProcessNamespace, path, "shareProcessNamespace", NotWindows, errors);
        Refuse(context?.RunAsUser, at, "runAsUser", NotWindows, errors);
        Refuse(context?.RunAsGroup, at, "runAsGroup", NotWindows, errors);
        Refuse(context?.SupplementalGroups, at, "supplementalGroups", NotWindows, errors);
        Refuse(context?.SupplementalGroupsPolicy, at, "supplementalGroupsPolicy", NotWindows, errors);
        Refuse(context?.SeLinuxChangePolicy, at, "seLinuxChangePolicy", NotWindows, errors);

        Each(spec, path, (container, where) =>
        {
            Refuse(container.AppArmorProfile, where, "appArmorProfile", NotWindows, errors);
            Refuse(container.SeLinuxOptions, where, "seLinuxOptions", NotWindows, errors);
            Refuse(container.SeccompProfile, where, "seccompProfile", NotWindows, errors);
            Refuse(container.Capabilities, where, "capabilities", NotWindows, errors);
            Refuse(container.ReadOnlyRootFilesystem, where, "readOnlyRootFilesystem", NotWindows, errors);
            Refuse(container.Privileged, where, "privileged", NotWindows, errors);
            Refuse(container.AllowPrivilegeEscalation, where, "allowPrivilegeEscalation", NotWindows, errors);
            Refuse(container.ProcMount, where, "procMount", NotWindows, errors);
            Refuse(container.RunAsUser, where, "runAsUser", NotWindows, errors);
            Refuse(container.RunAsGroup, where, "runAsGroup", NotWindows, errors);
        });
    }

    private static void Refuse(object? value, FieldPath path, string field, string text, FieldErrors errors)
    {
        if (value is not null) { errors.Forbidden(path.Child(field), text); }
    }

    private static void Each(V1PodSpec spec, FieldPath path, Action<V1SecurityContext, FieldPath> look)
    {
        for (var index = 0; index < (spec.InitContainers?.Count ?? 0); index++) { One(spec.InitContainers![index].SecurityContext, "initContainers", index); }
        for (var index = 0; index < (spec.Containers?.Count ?? 0); index++) { One(spec.Containers![index].SecurityContext, "containers", index); }
        for (var index = 0; index < (spec.EphemeralContainers?.Count ?? 0); index++) { One(spec.EphemeralContainers![index].SecurityContext, "ephemeralContainers", index); }

        void One(V1SecurityContext? context, string field, int index)
        {
            if (context is not null) { look(context, path.Child(field).Index(index).Child("securityContext")); }
        }
    }
}
