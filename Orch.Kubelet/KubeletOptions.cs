using System.Net;
using System.Security.Cryptography.X509Certificates;
using k8s.Models;
using Orch.Security;

namespace Orch.Kubelet;

/// <summary>One node agent.</summary>
public sealed class KubeletOptions
{
    /// <summary>The node's name: a DNS label or subdomain. Default: the machine's name in lower case.</summary>
    public string NodeName { get; set; } = System.Environment.MachineName.ToLowerInvariant();

    /// <summary>Where volumes and pods' files live; one agent's alone. Default: <c>/var/lib/orch/kubelet</c>.</summary>
    public string RootDirectory { get; set; } = "/var/lib/orch/kubelet";

    /// <summary>The cluster's DNS servers, written to pods' <c>resolv.conf</c>; empty makes <c>ClusterFirst</c> the same as <c>Default</c>.</summary>
    public IList<string> ClusterDns { get; } = [];

    /// <summary>Default: <c>cluster.local</c>.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>The node's own resolver configuration. Default: <c>/etc/resolv.conf</c>; empty for none.</summary>
    public string ResolverConfigPath { get; set; } = "/etc/resolv.conf";

    /// <summary>The node's address for the control plane and for host-network pods; null finds the address of the default route's interface.</summary>
    public IPAddress? NodeAddress { get; set; }

    /// <summary>Labels of the node besides host name, system and architecture; set when it registers and kept so.</summary>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>();

    /// <summary>Taints that the node registers with.</summary>
    public IList<V1Taint> Taints { get; } = [];

    /// <summary>Pods that the node takes. Default: 110.</summary>
    public int MaxPods { get; set; } = 110;

    /// <summary>Capacity in place of what the machine has, by resource name (<c>cpu</c>, <c>memory</c>, <c>ephemeral-storage</c>, or extended ones).</summary>
    public IDictionary<string, string> Capacity { get; } = new Dictionary<string, string>();

    /// <summary>Taken off the capacity to give the allocatable resources. Default: none.</summary>
    public IDictionary<string, string> Reserved { get; } = new Dictionary<string, string>();

    /// <summary>The node's range of pod addresses until the API gives it one; null waits for the API.</summary>
    public string? PodCidr { get; set; }

    /// <summary>Of the cloud provider; null for none.</summary>
    public string? ProviderId { get; set; }

    /// <summary>What the node says it runs, by default the release whose API is spoken.</summary>
    public string KubeletVersion { get; set; } = Orch.Resources.KubernetesRelease.Version;

    /// <summary>The address that the HTTPS server listens on. Default: all.</summary>
    public IPAddress ListenAddress { get; set; } = IPAddress.Any;

    /// <summary>The HTTPS server's port; 0 for any free one. Default: 10250.</summary>
    public int Port { get; set; } = 10250;

    /// <summary>Whether to serve at all. Default: true.</summary>
    public bool ServeApi { get; set; } = true;

    /// <summary>With its private key; null makes a self-signed one.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>Who signs the certificates of clients; empty refuses everybody but <c>/healthz</c>.</summary>
    public X509Certificate2Collection ClientCertificateAuthorities { get; } = [];

    /// <summary>Whether an authenticated client may make a request. Default: group <c>system:masters</c>, or the user <c>kube-apiserver-kubelet-client</c>.</summary>
    public Func<UserInfo, string, bool> AuthorizeClient { get; set; } =
        static (user, _) => user.IsInGroup("system:masters") || user.Name == "kube-apiserver-kubelet-client";

    /// <summary>How often the runtime is listed in case an event was lost. Default: 5 s.</summary>
    public TimeSpan RelistPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often each pod is looked at though nothing happened; volumes are brought up to date then. Default: 1 min.</summary>
    public TimeSpan SyncPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Default: 10 s.</summary>
    public TimeSpan LeaseRenewPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whole seconds, more than <see cref="LeaseRenewPeriod"/>. Default: 40 s.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>How often the node's status is worked out; it is written when it changed. Default: 10 s.</summary>
    public TimeSpan NodeStatusPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the node's status is written though it did not change. Default: 5 min.</summary>
    public TimeSpan NodeStatusReportPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait before a crashing container is started again. Default: 5 min.</summary>
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Image pulls at once on this node. Default: 4.</summary>
    public int MaxParallelPulls { get; set; } = 4;

    /// <summary>Free memory below which the node reports <c>MemoryPressure</c>, in bytes. Default: 100 MiB.</summary>
    public long MemoryPressureBytes { get; set; } = 100L << 20;

    /// <summary>Share of the root directory's disk that must be free, else <c>DiskPressure</c>; 0 to 1. Default: 0.05.</summary>
    public double DiskPressureFreeShare { get; set; } = 0.05;

    /// <summary>Share of the disk in use above which unused images are removed; 0 to 1, 1 for never. Default: 0.85.</summary>
    public double ImageCollectionUsedShare { get; set; } = 0.85;

    /// <summary>Removes all containers, mounts and the pod network when the agent stops. False (the default) leaves the pods running, to be adopted by the next start.</summary>
    public bool RemovePodsOnShutdown { get; set; }

    /// <summary>Whether secrets and memory volumes are mounted as tmpfs; needs root. Default: when running as root.</summary>
    public bool UseTmpfs { get; set; } = System.Environment.IsPrivilegedProcess;
}
