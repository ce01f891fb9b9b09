using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Seccomp profiles: not the unconfined one, and at the restricted level one must be set.</summary>
internal static class SeccompChecks
{
    private const string PodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
    private const string ContainerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

    /// <summary>The annotations of before 1.19.</summary>
    public static SecurityViolation? Annotations(CheckedPod pod)
    {
        var keys = pod.Containers.Select(static container => ContainerAnnotation + container.Name).Prepend(PodAnnotation);
        var bad = Wording.Set(keys.Where(key => pod.Annotations.TryGetValue(key, out var value) && !IsAllowed(value)).Select(key => $"{key}=\"{pod.Annotations[key]}\""));
        return bad.Count == 0 ? null : new SecurityViolation("seccompProfile", $"forbidden {Wording.Plural("annotation", "annotations", bad.Count)} {string.Join(", ", bad)}");

        static bool IsAllowed(string value) => value is "runtime/default" or "docker/default" || value.StartsWith("localhost/", StringComparison.Ordinal);
    }

    /// <summary>Nobody sets a bad profile.</summary>
    public static SecurityViolation? Explicit(CheckedPod pod)
    {
        var isPod = IsBad(pod.Spec.SecurityContext?.SeccompProfile);
        var containers = pod.NamesWhere(static container => IsBad(container.Security?.SeccompProfile));
        if (!isPod && containers.Count == 0) { return null; }
        var values = Wording.Set(pod.Containers.Select(static container => container.Security?.SeccompProfile).Append(pod.Spec.SecurityContext?.SeccompProfile)
            .Where(IsBad).Select(static profile => profile!.Type ?? string.Empty));
        return new SecurityViolation("seccompProfile", $"{Wording.Setters(isPod, containers)} must not set securityContext.seccompProfile.type to {Wording.Quote(values)}");
    }

    /// <summary>Nobody sets a bad profile, and everybody has one.</summary>
    public static SecurityViolation? Required(CheckedPod pod)
    {
        if (Explicit(pod) is { } bad) { return bad; }
        if (pod.Spec.SecurityContext?.SeccompProfile is not null) { return null; }
        var containers = pod.NamesWhere(static container => container.Security?.SeccompProfile is null);
        return containers.Count == 0 ? null : new SecurityViolation(
            "seccompProfile", $"pod or {Wording.Containers(containers)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }

    private static bool IsBad(V1SeccompProfile? profile) => profile is not null && profile.Type is not ("RuntimeDefault" or "Localhost");
}
