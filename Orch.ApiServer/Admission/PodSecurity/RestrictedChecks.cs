using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>The rules of the restricted level, which come on top of the baseline's.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted</remarks>
internal static class RestrictedChecks
{
    private const string AllCapabilities = "ALL";

    /// <summary>Ordered by id.</summary>
    public static IReadOnlyList<SecurityCheck> All { get; } =
    [
        new("allowPrivilegeEscalation", (8, PrivilegeEscalation), (25, UnlessWindows(PrivilegeEscalation))),
        new("capabilities_restricted", (22, Capabilities), (25, UnlessWindows(Capabilities))) { Overrides = ["capabilities_baseline"] },
        new("restrictedVolumes", (0, Volumes)) { Overrides = ["hostPathVolumes"] },
        new("runAsNonRoot", (0, RunAsNonRoot), (35, static pod => pod.HasOwnUsers ? null : RunAsNonRoot(pod))),
        new("runAsUser", (23, RunAsUser), (35, static pod => pod.HasOwnUsers ? null : RunAsUser(pod))),
        new("seccompProfile_restricted", (19, SeccompChecks.Required), (25, UnlessWindows(SeccompChecks.Required))) { Overrides = ["seccompProfile_baseline"] },
    ];

    private static Func<CheckedPod, SecurityViolation?> UnlessWindows(Func<CheckedPod, SecurityViolation?> check) => pod => pod.IsWindows ? null : check(pod);

    private static SecurityViolation? PrivilegeEscalation(CheckedPod pod)
    {
        var containers = pod.NamesWhere(static container => container.Security?.AllowPrivilegeEscalation != false);
        return containers.Count == 0 ? null : new SecurityViolation(
            "allowPrivilegeEscalation != false", $"{Wording.Containers(containers)} must set securityContext.allowPrivilegeEscalation=false");
    }

    private static SecurityViolation? Capabilities(CheckedPod pod)
    {
        var keeping = pod.NamesWhere(static container => container.Security?.Capabilities?.Drop?.Contains(AllCapabilities) != true);
        var adding = pod.NamesWhere(static container => Forbidden(container).Any());
        var faults = new List<string>();
        if (keeping.Count > 0) { faults.Add($"{Wording.Containers(keeping)} must set securityContext.capabilities.drop=[\"ALL\"]"); }
        if (adding.Count > 0) { faults.Add($"{Wording.Containers(adding)} must not include {Wording.Quote(Wording.Set(pod.Containers.SelectMany(Forbidden)))} in securityContext.capabilities.add"); }
        return faults.Count == 0 ? null : new SecurityViolation("unrestricted capabilities", string.Join("; ", faults));

        static IEnumerable<string> Forbidden(CheckedContainer container)
            => (container.Security?.Capabilities?.Add ?? []).Where(static capability => capability != "NET_BIND_SERVICE");
    }

    private static SecurityViolation? Volumes(CheckedPod pod)
    {
        List<V1Volume> bad = [.. (pod.Spec.Volumes ?? []).Where(static volume => TypeOf(volume) is not null)];
        if (bad.Count == 0) { return null; }
        List<string> names = bad.ConvertAll(static volume => volume.Name);
        var types = Wording.Set(bad.Select(static volume => TypeOf(volume)!));
        return new SecurityViolation(
            "restricted volume types",
            $"{Wording.Plural("volume", "volumes", names.Count)} {Wording.Quote(names)} {Wording.Plural("uses", "use", names.Count)} "
            + $"{Wording.Plural("restricted volume type", "restricted volume types", types.Count)} {Wording.Quote(types)}");
    }

    // Null for the types that are allowed.
    private static string? TypeOf(V1Volume volume) => volume switch
    {
        { ConfigMap: not null } or { Csi: not null } or { DownwardAPI: not null } or { EmptyDir: not null } or { Ephemeral: not null }
            or { PersistentVolumeClaim: not null } or { Projected: not null } or { Secret: not null } => null,
        { HostPath: not null } => "hostPath",
        { GcePersistentDisk: not null } => "gcePersistentDisk",
        { AwsElasticBlockStore: not null } => "awsElasticBlockStore",
        { GitRepo: not null } => "gitRepo",
        { Nfs: not null } => "nfs",
        { Iscsi: not null } => "iscsi",
        { Glusterfs: not null } => "glusterfs",
        { Rbd: not null } => "rbd",
        { FlexVolume: not null } => "flexVolume",
        { Cinder: not null } => "cinder",
        { Cephfs: not null } => "cephfs",
        { Flocker: not null } => "flocker",
        { Fc: not null } => "fc",
        { AzureFile: not null } => "azureFile",
        { VsphereVolume: not null } => "vsphereVolume",
        { Quobyte: not null } => "quobyte",
        { AzureDisk: not null } => "azureDisk",
        { PhotonPersistentDisk: not null } => "photonPersistentDisk",
        { PortworxVolume: not null } => "portworxVolume",
        { ScaleIO: not null } => "scaleIO",
        { Storageos: not null } => "storageos",
        _ => "unknown",
    };

    private static SecurityViolation? RunAsNonRoot(CheckedPod pod)
    {
        const string Reason = "runAsNonRoot != true";
        var asked = pod.Spec.SecurityContext?.RunAsNonRoot;
        var explicitly = pod.NamesWhere(static container => container.Security?.RunAsNonRoot == false);
        if (asked == false || explicitly.Count > 0) { return new SecurityViolation(Reason, $"{Wording.Setters(asked == false, explicitly)} must not set securityContext.runAsNonRoot=false"); }
        if (asked == true) { return null; }
        var silent = pod.NamesWhere(static container => container.Security?.RunAsNonRoot is null);
        return silent.Count == 0 ? null : new SecurityViolation(Reason, $"pod or {Wording.Containers(silent)} must set securityContext.runAsNonRoot=true");
    }

    private static SecurityViolation? RunAsUser(CheckedPod pod)
    {
        var isPod = pod.Spec.SecurityContext?.RunAsUser == 0;
        var containers = pod.NamesWhere(static container => container.Security?.RunAsUser == 0);
        return !isPod && containers.Count == 0 ? null : new SecurityViolation("runAsUser=0", $"{Wording.Setters(isPod, containers)} must not set runAsUser=0");
    }
}
