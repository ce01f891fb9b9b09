namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Only kernel settings that stay within a pod may be set.</summary>
internal static class SysctlCheck
{
    private static readonly (string Name, int Since)[] Safe =
    [
        ("kernel.shm_rmid_forced", 0), ("net.ipv4.ip_local_port_range", 0), ("net.ipv4.tcp_syncookies", 0), ("net.ipv4.ping_group_range", 0),
        ("net.ipv4.ip_unprivileged_port_start", 0), ("net.ipv4.ip_local_reserved_ports", 27), ("net.ipv4.tcp_keepalive_time", 29),
        ("net.ipv4.tcp_fin_timeout", 29), ("net.ipv4.tcp_keepalive_intvl", 29), ("net.ipv4.tcp_keepalive_probes", 29), ("net.ipv4.tcp_rmem", 32), ("net.ipv4.tcp_wmem", 32),
    ];

    public static SecurityViolation? Check(CheckedPod pod, int minor)
    {
        List<string> names = [.. (pod.Spec.SecurityContext?.Sysctls ?? []).Select(static item => item.Name)
            .Where(name => !Array.Exists(Safe, safe => safe.Name == name && safe.Since <= minor))];
        return names.Count == 0 ? null : new SecurityViolation("forbidden sysctls", string.Join(", ", names));
    }
}
