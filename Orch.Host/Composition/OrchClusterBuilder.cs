using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.ApiServer;
using Orch.Controllers;
using Orch.Kubelet;
using Orch.Kubelet.Simulation;
using Orch.Networking.Proxy;
using Orch.Runtime.Docker;
using Orch.Scheduling.Hosting;
using Orch.Store.Etcd;
using Orch.Store.Memory;

namespace Orch.Host.Composition;

/// <summary>Chooses the parts of a cluster. What is not chosen has the default: everything, on the embedded store and a Docker Engine.</summary>
public sealed class OrchClusterBuilder
{
    private readonly List<Action> _changes = [];
    private Choice? _store;
    private Choice? _nodes;
    private Choice? _proxy;
    private Action<IServiceCollection, Action<IServiceCollection>>? _node;

    internal OrchClusterBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services, for what goes beyond the parts named here.</summary>
    public IServiceCollection Services { get; }

    internal bool HasStore => _store is not null;

    internal bool HasNodes => _nodes is not null;

    /// <summary>Names, addresses and directories of the cluster.</summary>
    public OrchClusterBuilder Configure(Action<OrchClusterOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    /// <summary>Keeps the cluster in the embedded store; the default. Durable where it, or the cluster, has a data directory.</summary>
    public OrchClusterBuilder UseMemoryStore(Action<MemoryStoreOptions>? configure = null)
        => UseStore(nameof(UseMemoryStore), services => services.AddOrchMemoryStore(configure));

    /// <summary>Keeps the cluster in etcd, which several API servers can share.</summary>
    public OrchClusterBuilder UseEtcdStore(Action<EtcdStoreOptions> configure)
        => UseStore(nameof(UseEtcdStore), services => services.AddOrchEtcdStore(configure));

    /// <summary>Keeps the cluster in a store of somebody else's, which <paramref name="register"/> registers as <see cref="Orch.Storage.IStore"/>.</summary>
    public OrchClusterBuilder UseStore(Action<IServiceCollection> register) => UseStore(nameof(UseStore), register);

    /// <summary>This machine as a node, its pods' containers on a Docker Engine; the default.</summary>
    public OrchClusterBuilder UseDockerRuntime(Action<DockerRuntimeOptions>? configure = null)
        => UseNodes(nameof(UseDockerRuntime), services => services.AddOrchDockerRuntime(configure), NodeParts.AddNode);

    /// <summary>This machine as a node, with a runtime of somebody else's, which <paramref name="register"/> registers as <see cref="Orch.Runtime.IContainerRuntime"/>.</summary>
    public OrchClusterBuilder UseRuntime(Action<IServiceCollection> register) => UseNodes(nameof(UseRuntime), register, NodeParts.AddNode);

    /// <summary>Routes services by nftables; the default on a machine that is a node.</summary>
    public OrchClusterBuilder UseNftablesProxy(Action<ProxyOptions>? configure = null)
    {
        _proxy = Take(_proxy, nameof(UseNftablesProxy), services => services.AddOrchNftablesProxy(configure));
        return this;
    }

    /// <summary>Routes services by somebody else's means, or not at all.</summary>
    public OrchClusterBuilder UseProxy(Action<IServiceCollection> register)
    {
        _proxy = Take(_proxy, nameof(UseProxy), register);
        return this;
    }

    /// <summary>Nodes whose pods only seem to run: the whole API, scheduler and controllers without containers.</summary>
    public OrchClusterBuilder UseSimulatedNodes(Action<SimulatedNodesOptions>? configure = null)
        => UseNodes(nameof(UseSimulatedNodes), services => services.AddOrchSimulatedNodes(configure));

    /// <summary>No node in this process: a control plane alone.</summary>
    public OrchClusterBuilder UseNoNodes()
    {
        Services.AddSingleton(new NodeExpectation(false));
        return UseNodes(nameof(UseNoNodes), static _ => { });
    }

    /// <summary>Changes the API server.</summary>
    public OrchClusterBuilder ConfigureApiServer(Action<ApiServerOptions> configure)
    {
        _changes.Add(() => Services.Configure(configure));
        return this;
    }

    /// <summary>Changes the node agent.</summary>
    public OrchClusterBuilder ConfigureKubelet(Action<KubeletOptions> configure)
    {
        _changes.Add(() => Services.Configure(configure));
        return this;
    }

    /// <summary>Changes the controllers.</summary>
    public OrchClusterBuilder ConfigureControllers(Action<ControllersOptions> configure)
    {
        _changes.Add(() => Services.Configure(configure));
        return this;
    }

    /// <summary>Adds plugins to the scheduler, or changes its profiles.</summary>
    public OrchClusterBuilder ConfigureScheduler(Action<SchedulingBuilder> configure)
    {
        _changes.Add(() => configure(new SchedulingBuilder(Services)));
        return this;
    }

    /// <summary>Registers the chosen parts, those first that others need at their start.</summary>
    internal void Build()
    {
        (_store ?? new Choice(string.Empty, static services => services.AddOrchMemoryStore())).Register(Services);
        ClusterParts.AddControlPlane(Services);
        if (_nodes is null) { UseDockerRuntime(); }
        _nodes!.Register(Services);
        _node?.Invoke(Services, _proxy?.Register ?? (static services => services.AddOrchNftablesProxy()));
        Services.TryAddSingleton(new NodeExpectation(true));
        ConfigurationSections.Bind(Services);
        foreach (var change in _changes) { change(); }
    }

    private OrchClusterBuilder UseStore(string name, Action<IServiceCollection> register)
    {
        _store = Take(_store, name, register);
        return this;
    }

    private OrchClusterBuilder UseNodes(string name, Action<IServiceCollection> register, Action<IServiceCollection, Action<IServiceCollection>>? node = null)
    {
        _nodes = Take(_nodes, name, register);
        _node = node;
        return this;
    }

    private static Choice Take(Choice? taken, string name, Action<IServiceCollection> register)
        => taken is null
            ? new Choice(name, register)
            : throw new InvalidOperationException($"{name} was called, but {taken.Name} has chosen that part already; keep one of the two calls.");

    /// <summary>Whether this process brings nodes, so that readiness can wait for one.</summary>
    internal sealed record NodeExpectation(bool ExpectsNodes);

    private sealed record Choice(string Name, Action<IServiceCollection> Register);
}
