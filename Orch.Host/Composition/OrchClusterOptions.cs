using System.Net;

namespace Orch.Host.Composition;

/// <summary>What a whole cluster in one process is made from; bound from the configuration section <c>Orch</c>.</summary>
public sealed class OrchClusterOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Orch";

    /// <summary>Names the cluster in the kubeconfig and labels what it makes on the machine; a DNS label. Default <c>orch</c>.</summary>
    /// <remarks>Two clusters on one machine need two names.</remarks>
    public string Name { get; set; } = "orch";

    /// <summary>Where certificates, the store's data and pods' volumes live; null (the default) keeps all in memory and temporary folders.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Where the kubeconfig is written; null (the default): <c>admin.kubeconfig</c> in the data directory, or nowhere without one.</summary>
    public string? KubeconfigPath { get; set; }

    /// <summary>The address the API server listens on. Default: all.</summary>
    public string BindAddress { get; set; } = "0.0.0.0";

    /// <summary>The API server's port; 0 takes a free one. Default 6443.</summary>
    public int Port { get; set; } = 6443;

    /// <summary>The address by which others reach this machine; null (the default) takes the machine's own address.</summary>
    public string? AdvertiseAddress { get; set; }

    /// <summary>More host names or addresses for the API server's certificate.</summary>
    public IList<string> ExtraServerNames { get; } = [];

    /// <summary>The addresses of services. Default <c>10.96.0.0/16</c>; its first address is <c>kubernetes.default</c>, its tenth the cluster's DNS.</summary>
    public string ServiceCidr { get; set; } = "10.96.0.0/16";

    /// <summary>The addresses of pods, cut into a /24 a node. Default <c>10.244.0.0/16</c>; must not overlap <see cref="ServiceCidr"/>.</summary>
    public string PodCidr { get; set; } = "10.244.0.0/16";

    /// <summary>The suffix of the cluster's DNS names. Default <c>cluster.local</c>.</summary>
    public string ClusterDomain { get; set; } = "cluster.local";

    /// <summary>This machine's node; null (the default) takes the machine's host name.</summary>
    public string? NodeName { get; set; }

    /// <summary>The node agent's port; 0 takes a free one. Default 10250.</summary>
    public int KubeletPort { get; set; } = 10250;

    /// <summary>Leaves containers, rules and mounts in place when the process stops, to be adopted by the next start. Default false.</summary>
    public bool KeepWorkloads { get; set; }

    internal string EffectiveNodeName => (NodeName ?? Dns.GetHostName()).ToLowerInvariant();

    internal IPAddress EffectiveAdvertiseAddress => AdvertiseAddress is { } text ? IPAddress.Parse(text) : MachineAddress.Find();

    internal string EffectiveDirectory => DataDirectory ?? Path.Combine(Path.GetTempPath(), $"orch-{Name}-{Environment.ProcessId}");

    internal string? EffectiveKubeconfigPath => KubeconfigPath ?? (DataDirectory is { } directory ? Path.Combine(directory, "admin.kubeconfig") : null);

    internal IPNetwork ServiceNetwork => IPNetwork.Parse(ServiceCidr);

    /// <summary>The n-th address of the service range.</summary>
    internal IPAddress ServiceAddress(int offset)
    {
        var bytes = ServiceNetwork.BaseAddress.GetAddressBytes();
        for (var (i, carry) = (bytes.Length - 1, offset); carry > 0 && i >= 0; i--)
        {
            carry += bytes[i];
            bytes[i] = (byte)carry;
            carry >>= 8;
        }

        return new IPAddress(bytes);
    }
}
