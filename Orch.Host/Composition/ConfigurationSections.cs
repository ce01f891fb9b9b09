using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer;
using Orch.Controllers;
using Orch.Kubelet;
using Orch.Kubelet.Simulation;
using Orch.Networking.Dns;
using Orch.Networking.Pods;
using Orch.Networking.Proxy;
using Orch.Runtime.Docker;
using Orch.Scheduling.Framework;
using Orch.Store.Etcd;
using Orch.Store.Memory;

namespace Orch.Host.Composition;

/// <summary>Binds each part's options to a section below <c>Orch</c>: they win over what follows from the cluster's options, and the builder's <c>ConfigureX</c> wins over them.</summary>
internal static class ConfigurationSections
{
    public static void Bind(IServiceCollection services)
    {
        Bind<ApiServerOptions>(services, "ApiServer");
        Bind<EncryptionOptions>(services, "ApiServer:Encryption");
        Bind<ControllersOptions>(services, "Controllers");
        Bind<SchedulingOptions>(services, "Scheduling");
        Bind<KubeletOptions>(services, "Kubelet");
        Bind<SimulatedNodesOptions>(services, "SimulatedNodes");
        Bind<DockerRuntimeOptions>(services, "Docker");
        Bind<PodNetworkOptions>(services, "PodNetwork");
        Bind<ProxyOptions>(services, "Proxy");
        Bind<DnsOptions>(services, "Dns");
        Bind<MemoryStoreOptions>(services, "MemoryStore");
        Bind<EtcdStoreOptions>(services, "Etcd");
    }

    private static void Bind<T>(IServiceCollection services, string section)
        where T : class
        => services.AddOptions<T>().Configure<IServiceProvider>((options, provider) =>
        {
            var configured = provider.GetService<IConfiguration>()?.GetSection($"{OrchClusterOptions.Section}:{section}");
            if (configured?.Exists() == true) { configured.Bind(options); }
        });
}
