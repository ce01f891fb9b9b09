using System.Globalization;
using k8s.Models;
using Orch.Runtime;

namespace Orch.Kubelet.Containers;

/// <summary>Security contexts of pod and container, the container's first, as the runtime wants them.</summary>
internal static class SecurityTranslation
{
    public static ContainerSecurity For(V1Pod pod, V1Container container, ImageStatus image, string profileDirectory)
    {
        var ours = container.SecurityContext;
        var shared = pod.Spec.SecurityContext;
        var user = ours?.RunAsUser ?? shared?.RunAsUser;
        if (ours?.RunAsNonRoot ?? shared?.RunAsNonRoot ?? false) { RequireNonRoot(pod, container, user, image.User); }

        var isPrivileged = ours?.Privileged == true;
        var groups = (shared?.SupplementalGroups ?? []).OfType<long>().ToList();
        if (shared?.FsGroup is { } fsGroup) { groups.Add(fsGroup); }
        return new ContainerSecurity
        {
            User = user,
            Group = ours?.RunAsGroup ?? shared?.RunAsGroup,
            SupplementalGroups = [.. groups.Distinct()],
            IsPrivileged = isPrivileged,
            AddedCapabilities = [.. (ours?.Capabilities?.Add ?? []).Select(Bare)],
            DroppedCapabilities = [.. (ours?.Capabilities?.Drop ?? []).Select(Bare)],
            IsRootFilesystemReadOnly = ours?.ReadOnlyRootFilesystem == true,
            ForbidsNewPrivileges = ours?.AllowPrivilegeEscalation == false,
            IsProcUnmasked = isPrivileged || ours?.ProcMount == "Unmasked",
            SeccompProfile = Seccomp(ours?.SeccompProfile ?? shared?.SeccompProfile, isPrivileged, profileDirectory),
            AppArmorProfile = (ours?.AppArmorProfile ?? shared?.AppArmorProfile) switch
            {
                { Type: "Unconfined" } => "unconfined",
                { Type: "Localhost", LocalhostProfile: { } name } => name,
                _ => null,
            },
        };
    }

    private static string Bare(string capability) => capability.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? capability[4..] : capability;

    private static string? Seccomp(V1SeccompProfile? profile, bool isPrivileged, string directory) => profile switch
    {
        { Type: "RuntimeDefault" } => null,
        { Type: "Localhost", LocalhostProfile: { } path } => Path.Combine(directory, path),
        _ => isPrivileged || profile is { Type: "Unconfined" } ? "unconfined" : null,
    };

    private static void RequireNonRoot(V1Pod pod, V1Container container, long? user, string imageUser)
    {
        var about = $"(pod: \"{pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})\", container: {container.Name})";
        if (user is { } uid)
        {
            if (uid == 0) { throw new ContainerConfigException($"container's runAsUser breaks non-root policy {about}"); }
            return;
        }

        var name = imageUser.Split(':', 2)[0];
        if (name.Length == 0) { throw new ContainerConfigException($"container has runAsNonRoot and image will run as root {about}"); }
        if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new ContainerConfigException($"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root {about}");
        }

        if (number == 0) { throw new ContainerConfigException($"container has runAsNonRoot and image will run as root {about}"); }
    }
}
