using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>The rules of the baseline level.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline</remarks>
internal static class BaselineChecks
{
    private const string AppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

    private static readonly HashSet<string> DefaultCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>Ordered by id.</summary>
    public static IReadOnlyList<SecurityCheck> All { get; } =
    [
        new("appArmorProfile", (0, AppArmor)),
        new("capabilities_baseline", (0, Capabilities)),
        new("hostNamespaces", (0, HostNamespaces)),
        new("hostPathVolumes", (0, HostPaths)),
        new("hostPorts", (0, HostPorts)),
        new("hostProbesAndHostLifecycle", (34, HostHandlers)),
        new("privileged", (0, Privileged)),
        new("procMount", (0, ProcMount), (35, static pod => pod.HasOwnUsers ? null : ProcMount(pod))),
        new("seLinuxOptions", (0, static pod => SeLinux(pod, hasEngine: false)), (31, static pod => SeLinux(pod, hasEngine: true))),
        new("seccompProfile_baseline", (0, SeccompChecks.Annotations), (19, SeccompChecks.Explicit)),
        new("sysctls", (0, static pod => SysctlCheck.Check(pod, 0)), (27, static pod => SysctlCheck.Check(pod, 27)), (29, static pod => SysctlCheck.Check(pod, 29)), (32, static pod => SysctlCheck.Check(pod, 32))),
        new("windowsHostProcess", (0, HostProcess)),
    ];

    private static SecurityViolation? AppArmor(CheckedPod pod)
    {
        var isPod = IsBad(pod.Spec.SecurityContext?.AppArmorProfile);
        var containers = pod.NamesWhere(static container => IsBad(container.Security?.AppArmorProfile));
        List<string> annotations = [.. pod.Annotations
            .Where(static pair => pair.Key.StartsWith(AppArmorAnnotation, StringComparison.Ordinal) && pair.Value.Length > 0 && pair.Value != "runtime/default" && !pair.Value.StartsWith("localhost/", StringComparison.Ordinal))
            .Select(static pair => $"{pair.Key}=\"{pair.Value}\"").Order(StringComparer.Ordinal)];
        if (!isPod && containers.Count + annotations.Count == 0) { return null; }
        var setters = new List<string>();
        if (isPod) { setters.Add("pod"); }
        if (containers.Count > 0) { setters.Add(Wording.Containers(containers)); }
        if (annotations.Count > 0) { setters.Add(Wording.Plural("annotation", "annotations", annotations.Count)); }
        List<string> values = [.. Wording.Set(pod.Containers.Select(static container => container.Security?.AppArmorProfile).Append(pod.Spec.SecurityContext?.AppArmorProfile)
            .Where(IsBad).Select(static profile => profile!.Type ?? string.Empty)), .. annotations];
        return new SecurityViolation(
            Wording.Plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.Count),
            $"{string.Join(" and ", setters)} must not set AppArmor profile type to {Wording.Quote(values)}");

        static bool IsBad(V1AppArmorProfile? profile) => profile is not null && profile.Type is not ("RuntimeDefault" or "Localhost");
    }

    private static SecurityViolation? Capabilities(CheckedPod pod)
    {
        var containers = pod.NamesWhere(static container => Forbidden(container).Any());
        return containers.Count == 0 ? null : new SecurityViolation(
            "non-default capabilities",
            $"{Wording.Containers(containers)} must not include {Wording.Quote(Wording.Set(pod.Containers.SelectMany(Forbidden)))} in securityContext.capabilities.add");

        static IEnumerable<string> Forbidden(CheckedContainer container)
            => (container.Security?.Capabilities?.Add ?? []).Where(static capability => !DefaultCapabilities.Contains(capability));
    }

    private static SecurityViolation? HostNamespaces(CheckedPod pod)
    {
        var used = new List<string>();
        if (pod.Spec.HostNetwork == true) { used.Add("hostNetwork=true"); }
        if (pod.Spec.HostPID == true) { used.Add("hostPID=true"); }
        if (pod.Spec.HostIPC == true) { used.Add("hostIPC=true"); }
        return used.Count == 0 ? null : new SecurityViolation("host namespaces", string.Join(", ", used));
    }

    private static SecurityViolation? HostPaths(CheckedPod pod)
    {
        List<string> volumes = [.. (pod.Spec.Volumes ?? []).Where(static volume => volume.HostPath is not null).Select(static volume => volume.Name)];
        return volumes.Count == 0 ? null : new SecurityViolation("hostPath volumes", $"{Wording.Plural("volume", "volumes", volumes.Count)} {Wording.Quote(volumes)}");
    }

    private static SecurityViolation? HostPorts(CheckedPod pod)
    {
        var containers = pod.NamesWhere(static container => PortsOf(container).Any());
        if (containers.Count == 0) { return null; }
        var ports = Wording.Set(pod.Containers.SelectMany(PortsOf));
        return new SecurityViolation(
            "hostPort",
            $"{Wording.Containers(containers)} {Wording.Plural("uses", "use", containers.Count)} {Wording.Plural("hostPort", "hostPorts", ports.Count)} {string.Join(", ", ports)}");

        static IEnumerable<string> PortsOf(CheckedContainer container)
            => (container.Ports ?? []).Where(static port => port.HostPort is > 0).Select(static port => port.HostPort!.Value.ToString(CultureInfo.InvariantCulture));
    }

    private static SecurityViolation? HostHandlers(CheckedPod pod)
    {
        var containers = Wording.Set(pod.NamesWhere(static container => HostsOf(container).Any()));
        if (containers.Count == 0) { return null; }
        var hosts = Wording.Set(pod.Containers.SelectMany(HostsOf));
        return new SecurityViolation(
            "probe or lifecycle host",
            $"{Wording.Containers(containers)} {Wording.Plural("uses", "use", containers.Count)} "
            + $"{Wording.Plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.Count)} {Wording.Quote(hosts)}");

        static IEnumerable<string> HostsOf(CheckedContainer container)
        {
            string?[] all =
            [
                container.Liveness?.HttpGet?.Host, container.Liveness?.TcpSocket?.Host, container.Readiness?.HttpGet?.Host, container.Readiness?.TcpSocket?.Host,
                container.Startup?.HttpGet?.Host, container.Startup?.TcpSocket?.Host, container.Lifecycle?.PostStart?.HttpGet?.Host,
                container.Lifecycle?.PostStart?.TcpSocket?.Host, container.Lifecycle?.PreStop?.HttpGet?.Host, container.Lifecycle?.PreStop?.TcpSocket?.Host,
            ];
            return all.Where(static host => !string.IsNullOrEmpty(host)).Select(static host => host!);
        }
    }

    private static SecurityViolation? Privileged(CheckedPod pod)
    {
        var containers = pod.NamesWhere(static container => container.Security?.Privileged == true);
        return containers.Count == 0 ? null : new SecurityViolation("privileged", $"{Wording.Containers(containers)} must not set securityContext.privileged=true");
    }

    private static SecurityViolation? ProcMount(CheckedPod pod)
    {
        var containers = pod.NamesWhere(static container => IsBad(container.Security?.ProcMount));
        return containers.Count == 0 ? null : new SecurityViolation(
            "procMount",
            $"{Wording.Containers(containers)} must not set securityContext.procMount to "
            + Wording.Quote(Wording.Set(pod.Containers.Select(static container => container.Security?.ProcMount).Where(IsBad).Select(static mount => mount!))));

        static bool IsBad(string? mount) => mount is not (null or "Default");
    }

    private static SecurityViolation? SeLinux(CheckedPod pod, bool hasEngine)
    {
        var isPod = IsBad(pod.Spec.SecurityContext?.SeLinuxOptions);
        var containers = pod.NamesWhere(container => IsBad(container.Security?.SeLinuxOptions));
        if (!isPod && containers.Count == 0) { return null; }
        List<V1SELinuxOptions> all = [.. pod.Containers.Select(static container => container.Security?.SeLinuxOptions).Append(pod.Spec.SecurityContext?.SeLinuxOptions)
            .Where(static options => options is not null).Select(static options => options!)];
        var types = Wording.Set(all.Where(options => IsBadType(options.Type)).Select(static options => options.Type));
        var faults = new List<string>();
        if (types.Count > 0) { faults.Add($"{Wording.Plural("type", "types", types.Count)} {Wording.Quote(types)}"); }
        if (all.Exists(static options => !string.IsNullOrEmpty(options.User))) { faults.Add("user may not be set"); }
        if (all.Exists(static options => !string.IsNullOrEmpty(options.Role))) { faults.Add("role may not be set"); }
        return new SecurityViolation("seLinuxOptions", $"{Wording.Setters(isPod, containers)} set forbidden securityContext.seLinuxOptions: {string.Join("; ", faults)}");

        bool IsBadType(string? type) => type is not (null or "" or "container_t" or "container_init_t" or "container_kvm_t") && !(hasEngine && type == "container_engine_t");

        bool IsBad(V1SELinuxOptions? options) => options is not null && (IsBadType(options.Type) || !string.IsNullOrEmpty(options.User) || !string.IsNullOrEmpty(options.Role));
    }

    private static SecurityViolation? HostProcess(CheckedPod pod)
    {
        var isPod = pod.Spec.SecurityContext?.WindowsOptions?.HostProcess == true;
        var containers = pod.NamesWhere(static container => container.Security?.WindowsOptions?.HostProcess == true);
        if (!isPod && containers.Count == 0) { return null; }
        return new SecurityViolation("hostProcess", $"{Wording.Setters(isPod, containers)} must not set securityContext.windowsOptions.hostProcess=true");
    }
}
