using System.Net;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.Client;
using Orch.Kubelet.Pods;
using Orch.Networking;
using Orch.Resources;
using Orch.Runtime;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Networking;
using Orch.Testing.Runtime;
using Orch.Testing.Time;

namespace Orch.Kubelet.Tests;

/// <summary>A node agent on a fake cluster, a fake runtime, a fake network and fake time; it can be restarted.</summary>
public sealed class TestNode : IAsyncDisposable
{
    public const string Name = "n1";
    private readonly Action<KubeletOptions>? _configure;
    private readonly Action<IServiceCollection>? _replace;
    private ServiceProvider? _provider;
    private KubeletService? _service;

    public TestNode(Action<KubeletOptions>? configure = null, Action<IServiceCollection>? replace = null)
    {
        (_configure, _replace) = (configure, replace);
        Cluster = new FakeCluster(Driver.Time);
        Runtime = new FakeContainerRuntime(Driver.Time);
        Cluster.Put(Build.Service("kubernetes").ClusterIP("10.96.0.1").WithPort(443, 6443, "https"));
    }

    public FakeTimeDriver Driver { get; } = new();

    public FakeCluster Cluster { get; }

    public FakeContainerRuntime Runtime { get; }

    public FakePodNetwork Network { get; } = new();

    public string Root { get; } = Directory.CreateTempSubdirectory("orch-kubelet-").FullName;

    public IServiceProvider Services => _provider!;

    public static async Task<TestNode> StartAsync(Action<KubeletOptions>? configure = null, Action<IServiceCollection>? replace = null)
    {
        var node = new TestNode(configure, replace);
        await node.StartAgentAsync();
        return node;
    }

    public async Task StartAgentAsync()
    {
        var services = new ServiceCollection()
            .AddSingleton<IClusterClientFactory>(Cluster)
            .AddSingleton<IContainerRuntime>(Runtime)
            .AddSingleton<IPodNetwork>(Network)
            .AddSingleton<TimeProvider>(Driver.Time);
        services.AddOrchKubelet(o =>
        {
            o.NodeName = Name;
            o.RootDirectory = Root;
            o.ServeApi = false;
            o.PodCidr = "10.244.0.0/24";
            o.NodeAddress = IPAddress.Parse("192.168.1.10");
            o.ClusterDns.Add("10.96.0.10");
            o.UseTmpfs = false;
            o.Capacity["memory"] = "8Gi";
            o.Capacity["cpu"] = "4";
            o.ResolverConfigPath = string.Empty;

            // Each period costs real time when hours of fake time pass; tests of these periods set their own.
            o.RelistPeriod = TimeSpan.FromMinutes(1);
            o.NodeStatusPeriod = TimeSpan.FromMinutes(1);
            o.LeaseRenewPeriod = TimeSpan.FromMinutes(1);
            o.LeaseDuration = TimeSpan.FromMinutes(4);
            _configure?.Invoke(o);
        });
        _replace?.Invoke(services);
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _service = _provider.GetRequiredService<KubeletService>();
        await _service.StartAsync(CancellationToken.None);
        await UntilAsync(() => _service.Started.IsCompleted, "the node agent to start");
    }

    /// <summary>The agent stops; containers and the API stay as they are.</summary>
    public async Task StopAgentAsync()
    {
        if (_service is null) { return; }
        await _service.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await _provider!.DisposeAsync();
        _service = null;
    }

    public V1Pod Run(V1Pod pod) => Cluster.Put(pod.OnNode(Name));

    public V1Pod? Pod(string name) => Cluster.Find<V1Pod>("default", name);

    public V1ContainerStatus? Status(string pod, string container = "main")
        => (Pod(pod)?.Status?.ContainerStatuses ?? []).Concat(Pod(pod)?.Status?.InitContainerStatuses ?? []).FirstOrDefault(s => s.Name == container);

    public string? Condition(string pod, string type) => Pod(pod)?.Status?.Conditions?.FirstOrDefault(c => c.Type == type)?.Status;

    public IEnumerable<string> Events(string pod) => Cluster.List<Corev1Event>().Where(e => e.InvolvedObject.Name == pod).Select(e => $"{e.Type} {e.Reason} {e.Message}");

    /// <summary>Lets fake time pass until a condition holds, but never while a pod's worker is at work: its disk access takes real time.</summary>
    public Task<TimeSpan> UntilAsync(Func<bool> condition, string what, TimeSpan? within = null)
        => Driver.RunUntilAsync(
            () =>
            {
                if (_provider?.GetService<PodWorkers>() is { } workers) { SpinWait.SpinUntil(() => workers.BusyCount == 0, TimeSpan.FromMilliseconds(100)); }
                return condition();
            },
            what,
            within ?? TimeSpan.FromMinutes(10));

    /// <summary>Events are written in the background: waits for one.</summary>
    public Task SeesEventAsync(string pod, string text) => UntilAsync(() => Events(pod).Any(e => e.Contains(text, StringComparison.Ordinal)), $"the event '{text}'");

    public async Task AdvanceAsync(TimeSpan amount)
    {
        var passed = Task.Delay(amount, Driver.Time);
        await UntilAsync(() => passed.IsCompleted, $"{amount} to pass", amount);
    }

    public async Task<V1Pod> RunToReadyAsync(V1Pod pod)
    {
        var stored = Run(pod);
        await UntilAsync(() => Condition(stored.Metadata.Name, "Ready") == "True", $"pod {stored.Metadata.Name} to be ready");
        return Pod(stored.Metadata.Name)!;
    }

    public Task DeleteAsync(string pod, TimeSpan? grace = null)
        => Cluster.Resource<V1Pod>().DeleteAsync(new ObjectKey("default", pod), new DeleteRequest { GracePeriod = grace }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAgentAsync();
        Directory.Delete(Root, recursive: true);
    }
}
