using BenchmarkDotNet.Attributes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.Client;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Cycle;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Hosting;

namespace Orch.Scheduling.Bench;

/// <summary>One pod placed: the snapshot brought up to date, the whole cycle, the pod assumed and taken back.</summary>
[MemoryDiagnoser]
public class CycleBenchmarks
{
    private ServiceProvider? _services;
    private SchedulerProfile _profile = null!;
    private SchedulingCycle _cycle = null!;
    private SchedulerCache _cache = null!;
    private SchedulerSnapshot _snapshot = null!;
    private PodInfo _pod = null!;

    /// <summary>Nodes in the cluster.</summary>
    [Params(1_000, 5_000)]
    public int Nodes { get; set; }

    /// <summary>What the pod asks for beside resources.</summary>
    [Params("plain", "strict zones", "soft zones", "strict hosts")]
    public string Asks { get; set; } = string.Empty;

    [GlobalSetup]
    public void SetUp()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IClusterClientFactory, NoClient>();
        services.AddOrchScheduling();
        _services = services.BuildServiceProvider();
        _profile = _services.GetRequiredService<SchedulerProfiles>().Find(null)!;
        _cycle = new SchedulingCycle(0, new Random(1), _services.GetRequiredService<SchedulerMetrics>());
        (_cache, _snapshot) = BenchCluster.Of(Nodes);
        _pod = PodInfoFactory.Create(BenchCluster.Pod("new", Change));
    }

    [GlobalCleanup]
    public void CleanUp() => _services?.Dispose();

    /// <summary>Fails loudly when the pod does not find a node, so that only whole cycles are measured.</summary>
    [Benchmark]
    public async Task<string> Place()
    {
        _cache.Refresh(_snapshot);
        var decision = await _cycle.RunAsync(_profile, new CycleState(), _pod, _snapshot, CancellationToken.None);
        var node = decision.NodeName ?? throw new InvalidOperationException(decision.Message);
        _cache.Assume(_pod, node);
        _cache.Forget(_pod);
        return node;
    }

    private void Change(V1PodSpec spec)
    {
        switch (Asks)
        {
            case "strict zones": BenchCluster.Spread(spec, "topology.kubernetes.io/zone", "DoNotSchedule"); break;
            case "soft zones": BenchCluster.Spread(spec, "topology.kubernetes.io/zone", "ScheduleAnyway"); break;
            case "strict hosts": BenchCluster.Spread(spec, "kubernetes.io/hostname", "DoNotSchedule"); break;
            default: break;
        }
    }

    // The parts of the scheduler take a client when they are made; a cycle sends nothing.
    private sealed class NoClient : IClusterClientFactory, IClusterClient
    {
        public IClusterClient CreateClient(ClientIdentity identity) => this;

        public IResourceClient<T> Resource<T>()
            where T : class, k8s.IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException("A cycle needs no API.");
    }
}
