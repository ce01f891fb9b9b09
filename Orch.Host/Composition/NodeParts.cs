using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.Host.Certificates;
using Orch.Kubelet;
using Orch.Networking.Dns;
using Orch.Networking.Pods;
using Orch.Networking.Proxy;
using Orch.Runtime.Docker;

namespace Orch.Host.Composition;

/// <summary>Registers what makes this machine a node: pod network, service routing, cluster DNS and the node agent.</summary>
internal static class NodeParts
{
    public static void AddNode(IServiceCollection services, Action<IServiceCollection> addProxy)
    {
        services.AddOptions<DockerRuntimeOptions>().Configure<IOptions<OrchClusterOptions>>(static (runtime, cluster) => runtime.ClusterId = cluster.Value.Name);
        services.AddOptions<PodNetworkOptions>().Configure<IOptions<OrchClusterOptions>>(static (network, cluster) =>
        {
            network.Name = cluster.Value.Name;
            network.ClusterCidr = cluster.Value.PodCidr;
        });
        services.AddOptions<ProxyOptions>().Configure<IOptions<OrchClusterOptions>>(static (proxy, cluster) =>
        {
            proxy.Name = cluster.Value.Name;
            proxy.NodeName = cluster.Value.EffectiveNodeName;
            proxy.KeepOnShutdown = cluster.Value.KeepWorkloads;
        });
        services.AddOptions<KubeletOptions>().Configure<IOptions<OrchClusterOptions>, ClusterCertificates>(static (kubelet, cluster, certificates) =>
        {
            kubelet.NodeName = cluster.Value.EffectiveNodeName;
            kubelet.NodeAddress ??= cluster.Value.EffectiveAdvertiseAddress;
            kubelet.RootDirectory = Path.Combine(cluster.Value.EffectiveDirectory, "kubelet");
            kubelet.ClusterDomain = cluster.Value.ClusterDomain;
            if (kubelet.ClusterDns.Count == 0) { kubelet.ClusterDns.Add(cluster.Value.ServiceAddress(10).ToString()); }
            kubelet.Port = cluster.Value.KubeletPort;
            kubelet.ServerCertificate = certificates.KubeletServer;
            if (kubelet.ClientCertificateAuthorities.Count == 0) { kubelet.ClientCertificateAuthorities.Add(certificates.Authority); }
            kubelet.RemovePodsOnShutdown = !cluster.Value.KeepWorkloads;
        });
        services.AddOptions<DnsOptions>().Configure<IOptions<OrchClusterOptions>>(static (dns, cluster) =>
        {
            dns.ClusterDomain = cluster.Value.ClusterDomain;
            dns.ClusterDnsAddress = cluster.Value.ServiceAddress(10);
            dns.NodeName = cluster.Value.EffectiveNodeName;
            dns.NodeAddress = cluster.Value.EffectiveAdvertiseAddress;
        });
        services.AddOrchPodNetwork();
        addProxy(services);
        services.AddOrchDns();
        services.AddOrchKubelet();
    }
}
