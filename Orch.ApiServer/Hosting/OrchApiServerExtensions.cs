using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Aggregation;
using Orch.ApiServer.Allocation;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Components;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Discovery;
using Orch.ApiServer.Health;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.InProcess;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Kinds.Devices;
using Orch.ApiServer.Metrics;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Security;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization.Webhooks;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Serving.Fairness;
using Orch.ApiServer.Subresources;
using Orch.ApiServer.Tables;
using Orch.Client;
using Orch.Security;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the API server.</summary>
public static class OrchApiServerExtensions
{
    /// <summary>Adds the API server with its built-in kinds over the registered <see cref="Orch.Storage.IStore"/>.</summary>
    /// <remarks>Register the store first: hosted services start in the order of their registration.</remarks>
    public static IServiceCollection AddOrchApiServer(this IServiceCollection services, Action<ApiServerOptions>? configure = null)
    {
        var options = services.AddOptionsWithValidateOnStart<ApiServerOptions, ApiServerOptionsValidator>();
        if (configure is not null) { options.Configure(configure); }
        if (services.Any(static item => item.ServiceType == typeof(ApiServerService))) { return services; }

        services.AddHostedService<StartAhead>();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddBuiltInResources();
        services.AddOptions<ServiceAllocationOptions>().Configure<IOptions<ApiServerOptions>>(static (allocation, server) =>
        {
            allocation.ClusterIpRanges.Clear();
            foreach (var range in server.Value.ServiceCidr.Split(',')) { allocation.ClusterIpRanges.Add(range); }
            allocation.FirstNodePort = server.Value.NodePortMinimum;
            allocation.LastNodePort = server.Value.NodePortMaximum;
        });
        AddStorage(services);
        AddEncodings(services);
        AddFrontend(services);
        AddPaths(services);
        AddSubresources(services);
        services.AddSecurity();
        AddHosting(services);
        services.AddCustomResources();
        services.TryAddSingleton<InProcessGate>();
        services.TryAddSingleton<InProcessServer>();
        services.TryAddSingleton(static provider => new InProcessKubernetes(provider.GetRequiredService<ApiFrontend>()));
        services.TryAddSingleton<IClusterClientFactory, InProcessClusterClientFactory>();
        return services;
    }

    /// <summary>Adds a kind: the server serves it like its own.</summary>
    public static IServiceCollection AddResource<T>(this IServiceCollection services)
        where T : ResourceDeclaration
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ResourceDeclaration, T>());
        return services;
    }

    private static void AddStorage(IServiceCollection services)
    {
        services.TryAddSingleton<ResourceCatalog>();
        services.TryAddSingleton(provider => new CacheLimits { WatchBacklog = Options(provider).WatchBacklog });
        services.TryAddSingleton<StoreMirror>();
        services.TryAddSingleton<ServedResources>();
        services.TryAddSingleton<PageSnapshots>();
        services.TryAddSingleton<ObjectReader>();
        services.TryAddSingleton(static _ => new NameGenerator(new Random()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IWriteHook, DeviceAdminAccess>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IWriteHook, UnreadableContent>());
        services.TryAddSingleton<WriteHookChain>();
        services.TryAddSingleton(static provider => new AdmissionChain(AdmissionOrder.Choose(provider.GetServices<IAdmissionPlugin>(), Options(provider))));
        services.TryAddSingleton<ModelMergeTypes>();
        services.TryAddSingleton<OtherForms>();
        services.TryAddSingleton<FieldsPool>();
        services.TryAddSingleton<FieldManager>();
        services.TryAddSingleton<Applier>();
        services.TryAddSingleton<ObjectApplier>();
        services.TryAddSingleton<ScaleApplier>();
        services.TryAddSingleton<ObjectWriter>();
        services.TryAddSingleton<CollectionDeleter>();
    }

    private static void AddEncodings(IServiceCollection services)
    {
        services.TryAddSingleton<ModelSchemas>();
        services.TryAddSingleton<ObjectDecoder>();
        services.TryAddSingleton<IRequestDecoder, RequestDecoder>();
        services.TryAddSingleton<IPatcher, Patcher>();
        services.TryAddSingleton<ITableBuilder, TableBuilder>();
        services.TryAddSingleton<OpenApiWriter>();
        services.TryAddSingleton<IOpenApiPublisher, OpenApiPublisher>();
    }

    private static void AddFrontend(IServiceCollection services)
    {
        services.TryAddSingleton(provider => Options(provider) is var options ? new ServingLimits
        {
            MaxReadsInFlight = options.MaxReadsInFlight,
            MaxWritesInFlight = options.MaxWritesInFlight,
            MaxRequestBodyBytes = options.MaxRequestBodyBytes,
            RequestTimeout = options.RequestTimeout,
        }
        : null!);
        services.TryAddSingleton(provider => new AuthenticationChain(
            NamedSet.Choose(provider.GetServices<IAuthenticator>(), static item => item.Name, Options(provider).Authenticators, nameof(ApiServerOptions.Authenticators)),
            provider.GetRequiredService<RequestHeaderAuthenticator>(), provider.GetRequiredService<AnonymousAccess>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuthenticationChain>>()));
        services.TryAddSingleton(static provider => new AuthorizationChain(AuthorizerSet.Of(provider, Options(provider))));
        services.TryAddSingleton<Impersonation>();
        services.TryAddSingleton<WorkEstimate>();
        services.TryAddSingleton<FlowController>();
        services.AddSingleton<IBackgroundLoop>(static provider => provider.GetRequiredService<FlowController>());
        services.AddAudit();
        services.TryAddSingleton<Answer>();
        services.TryAddSingleton(static provider => new WatchStreamer(
            provider.GetRequiredService<StoreMirror>(), provider.GetRequiredService<ObjectReader>(), provider.GetRequiredService<Answer>(), new Random(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ApplyEndpoint>();
        services.TryAddSingleton<ResourceEndpoint>();
        services.TryAddSingleton<ScaleEndpoint>();
        services.TryAddSingleton<CreateEndpoint>();
        services.TryAddSingleton(static provider => new ServerMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(static provider => new PrometheusExporter(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<ApiFrontend>();
    }

    private static void AddPaths(IServiceCollection services)
    {
        services.TryAddSingleton<HealthRecord>();
        services.TryAddSingleton<ServerPaths>();
        services.TryAddSingleton<BuiltInPaths>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, HealthHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, VersionHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, MetricsHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, FlowDebugHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, OpenApiHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, AggregatedPathHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, DiscoveryHandler>());

        services.TryAddSingleton<ComponentProbe>();
        services.TryAddSingleton<ComponentChecks>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReadHandler, ComponentStatusHandler>());
        services.TryAddSingleton<StartupCheck>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheck, PingCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheck, StoreCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheck, WatchCacheCheck>());
        services.AddSingleton<IHealthCheck>(static provider => provider.GetRequiredService<StartupCheck>());
    }

    private static void AddSubresources(IServiceCollection services)
    {
        services.TryAddSingleton<PodBinder>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, PodBindingHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, BindingsHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, PodEvictionHandler>());
        services.TryAddSingleton<ProxyTargets>();
        services.TryAddSingleton<BackendDialer>();
        services.TryAddSingleton<UpgradeTunnel>();
        services.TryAddSingleton<HttpForwarder>();
        services.TryAddSingleton<NodeLocator>();
        services.TryAddSingleton<ConnectAdmission>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, PodLogHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, PodExecHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, PodAttachHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, PodPortForwardHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, PodProxyHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, ServiceProxyHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectHandler, NodeProxyHandler>());
    }

    private static void AddHosting(IServiceCollection services)
    {
        services.TryAddSingleton<ApiServerEndpoint>();
        services.TryAddSingleton<ListenerContainer>();
        services.TryAddSingleton<HttpsListener>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, BookmarkLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, CompactionLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, ExpiryLoop>());
        services.TryAddSingleton<ObjectEnsurer>();
        services.TryAddSingleton<FlowControlKeeper>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBootstrapStep, FlowControlStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, FlowControlLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, DanglingLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBootstrapStep, DefaultServiceCidr>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, ServiceAddressLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBootstrapStep, SystemNamespaces>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBootstrapStep, SystemPriorityClasses>());
        services.TryAddSingleton<KubernetesService>();
        services.AddSingleton<IBootstrapStep>(static provider => provider.GetRequiredService<KubernetesService>());
        services.AddSingleton<IBackgroundLoop>(static provider => provider.GetRequiredService<KubernetesService>());
        services.AddSingleton<IShutdownStep>(static provider => provider.GetRequiredService<KubernetesService>());
        services.AddSingleton<ApiServerService>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ApiServerService>());
    }

    private static ApiServerOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ApiServerOptions>>().Value;
}
