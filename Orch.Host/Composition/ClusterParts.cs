using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.ApiServer;
using Orch.Controllers;
using Orch.Host.Certificates;
using Orch.Store.Memory;

namespace Orch.Host.Composition;

/// <summary>Registers the parts of a control plane and hands each what it needs of the cluster's options and certificates.</summary>
internal static class ClusterParts
{
    public static void AddControlPlane(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(LoadCertificates);
        services.AddOptions<MemoryStoreOptions>().Configure<IOptions<OrchClusterOptions>>(static (store, cluster) =>
        {
            if (cluster.Value.DataDirectory is { } directory) { store.DataDirectory ??= Path.Combine(directory, "store"); }
        });
        services.AddOptions<ApiServerOptions>().Configure<IOptions<OrchClusterOptions>, ClusterCertificates>(static (server, cluster, certificates) =>
        {
            server.BindAddress = cluster.Value.BindAddress;
            server.Port = cluster.Value.Port;
            server.AdvertiseAddress = cluster.Value.EffectiveAdvertiseAddress.ToString();
            server.ServiceCidr = cluster.Value.ServiceCidr;
            server.ServingCertificate = certificates.ApiServer;
            server.ClientCertificateAuthority = certificates.Authority;
            server.KubeletClientCertificate = certificates.KubeletClient;
            server.KubeletCertificateAuthorities = [certificates.Authority];
            server.ServiceAccountSigningKey = certificates.ServiceAccountKey;
        });
        services.AddOptions<ControllersOptions>().Configure<IOptions<OrchClusterOptions>, ClusterCertificates>(static (controllers, cluster, certificates) =>
        {
            controllers.RootCertificateAuthority ??= certificates.AuthorityPem;
            controllers.ServiceAccountPrivateKey ??= certificates.ServiceAccountKey.ExportPkcs8PrivateKeyPem();
            controllers.ClusterSigningCertificate ??= certificates.AuthorityPem;
            controllers.ClusterSigningKey ??= certificates.AuthorityKeyPem;
            if (controllers.ClusterCidrs.Count == 0) { controllers.ClusterCidrs.Add(cluster.Value.PodCidr); }
        });
        services.AddOrchKmsPlugins();
        services.AddOrchEncryptionAtRest();
        services.AddOrchApiServer();
        services.AddOrchControllers();
        services.AddOrchScheduling();
        services.AddHostedService<KubeconfigService>();
        services.TryAddSingleton<ClusterReadiness>();
        services.TryAddSingleton(static provider => new OrchCluster(
            provider.GetRequiredService<ApiServerEndpoint>(), provider.GetRequiredService<ClusterCertificates>(),
            provider.GetRequiredService<Orch.Client.IClusterClientFactory>(), provider.GetRequiredService<IOptions<OrchClusterOptions>>(),
            provider.GetRequiredService<ClusterReadiness>(), provider.GetRequiredService<Orch.ApiServer.InProcess.InProcessKubernetes>()));
    }

    private static ClusterCertificates LoadCertificates(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<OrchClusterOptions>>().Value;
        var advertise = options.EffectiveAdvertiseAddress;
        var extra = options.ExtraServerNames.ToLookup(name => IPAddress.TryParse(name, out _));
        var names = new CertificateNames(
            options.EffectiveNodeName,
            ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", $"kubernetes.default.svc.{options.ClusterDomain}", options.EffectiveNodeName, .. extra[false]],
            [IPAddress.Loopback, IPAddress.IPv6Loopback, advertise, options.ServiceAddress(1), .. extra[true].Select(IPAddress.Parse)],
            [IPAddress.Loopback, advertise]);
        var directory = options.DataDirectory is { } data ? Path.Combine(data, "pki") : null;
        return ClusterCertificates.LoadOrCreate(directory, names, provider.GetRequiredService<TimeProvider>());
    }
}
