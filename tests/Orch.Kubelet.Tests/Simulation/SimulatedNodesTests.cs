using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orch.Client;
using Orch.Kubelet.Simulation;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;

namespace Orch.Kubelet.Tests.Simulation;

public sealed class SimulatedNodesTests
{
    private readonly FakeTimeDriver _driver = new();
    private readonly FakeCluster _cluster;

    public SimulatedNodesTests() => _cluster = new FakeCluster(_driver.Time);

    [Fact]
    public async Task Start_ThreeNodes_RegistersReadyNodesWithLeases()
    {
        await using var host = await StartAsync(o => o.Count = 3);

        var nodes = _cluster.List<V1Node>();
        Assert.Equal(["simulated-0", "simulated-1", "simulated-2"], nodes.Select(n => n.Metadata.Name).Order());
        Assert.All(nodes, n => Assert.Contains(n.Status.Conditions, c => c is { Type: "Ready", Status: "True" }));
        Assert.All(nodes, n => Assert.Equal(110, Quantities.Value(n.Status.Allocatable["pods"])));
        Assert.Equal(3, _cluster.List<V1Lease>().Count(l => l.Metadata.NamespaceProperty == "kube-node-lease"));
    }

    [Fact]
    public async Task Leases_AfterRenewPeriod_AreAllRenewed()
    {
        await using var host = await StartAsync(o => o.Count = 4);
        var before = _driver.Now.UtcDateTime;

        await _driver.RunUntilAsync(() => _cluster.List<V1Lease>().All(l => l.Spec.RenewTime > before), "all leases to be renewed", TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Pod_BoundToNode_RunsAndIsReadyWithItsOwnAddress()
    {
        await using var host = await StartAsync(o => o.Count = 2);

        var pods = new[] { Build.Pod("a").OnNode("simulated-0"), Build.Pod("b").OnNode("simulated-1"), Build.Pod("c").OnNode("elsewhere"), Build.Pod("d") };
        foreach (var pod in pods) { _cluster.Put(pod); }
        await _driver.RunUntilAsync(() => Phase("a") == "Running" && Phase("b") == "Running", "both pods to run");

        var a = _cluster.Find<V1Pod>("default", "a")!;
        Assert.Equal(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"], a.Status.Conditions.Select(c => c.Type));
        Assert.All(a.Status.Conditions, c => Assert.Equal("True", c.Status));
        Assert.True(a.Status.ContainerStatuses[0].Ready);
        Assert.NotNull(a.Status.ContainerStatuses[0].State.Running);
        Assert.NotEqual(a.Status.PodIP, _cluster.Find<V1Pod>("default", "b")!.Status.PodIP);
        Assert.NotEqual("Running", Phase("c"));
        Assert.NotEqual("Running", Phase("d"));
    }

    [Fact]
    public async Task Pod_WithStartDelay_WaitsForIt()
    {
        await using var host = await StartAsync(o => o.StartDelay = TimeSpan.FromSeconds(5));
        _cluster.Put(Build.Pod("a").OnNode("simulated-0").CreatedAt(_driver.Now));

        await _driver.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.NotEqual("Running", Phase("a"));
        await _driver.RunUntilAsync(() => Phase("a") == "Running", "the pod to run");
    }

    [Theory]
    [InlineData("0", "Succeeded")]
    [InlineData("3", "Failed")]
    public async Task Pod_ThatRunsForATime_EndsWithItsCode(string code, string phase)
    {
        await using var host = await StartAsync();
        var pod = Build.Pod("job").OnNode("simulated-0").WithAnnotation(SimulationAnnotations.RunSeconds, "20").WithAnnotation(SimulationAnnotations.ExitCode, code);
        pod.Spec.RestartPolicy = "Never";
        _cluster.Put(pod);

        await _driver.RunUntilAsync(() => Phase("job") == "Running", "the pod to run");
        var ran = await _driver.RunUntilAsync(() => Phase("job") == phase, "the pod to end");

        Assert.InRange(ran.TotalSeconds, 15, 60);
        Assert.Equal(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), _cluster.Find<V1Pod>("default", "job")!.Status.ContainerStatuses[0].State.Terminated.ExitCode);
    }

    [Fact]
    public async Task Pod_Deleted_IsCompleted()
    {
        await using var host = await StartAsync();
        var pod = _cluster.Put(Build.Pod("a").OnNode("simulated-0"));
        await _driver.RunUntilAsync(() => Phase("a") == "Running", "the pod to run");

        await _cluster.Resource<V1Pod>().DeleteAsync(pod.Key(), DeleteRequest.Default, CancellationToken.None);

        await _driver.RunUntilAsync(() => _cluster.Find<V1Pod>("default", "a") is null, "the pod to be gone");
    }

    [Fact]
    public async Task ReadinessGate_TurnedTrue_MakesThePodReady()
    {
        await using var host = await StartAsync();
        var pod = Build.Pod("a").OnNode("simulated-0");
        pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "example.com/gate" }];
        _cluster.Put(pod);
        await _driver.RunUntilAsync(() => Phase("a") == "Running", "the pod to run");
        Assert.Equal("False", Ready("a"));

        _cluster.Change<V1Pod>(pod.Key(), p => p.Status.Conditions.Add(new V1PodCondition { Type = "example.com/gate", Status = "True" }));

        await _driver.RunUntilAsync(() => Ready("a") == "True", "the pod to be ready");
        Assert.Contains(_cluster.Find<V1Pod>("default", "a")!.Status.Conditions, c => c.Type == "example.com/gate");
    }

    [Fact]
    public void Options_Faulty_AreAllNamed()
    {
        var services = new ServiceCollection().AddOrchSimulatedNodes(o =>
        {
            o.Count = 2;
            o.NamePattern = "same";
            o.Capacity["cpu"] = "lots";
        });
        using var provider = services.BuildServiceProvider();

        var fault = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<SimulatedNodesOptions>>().Value);

        Assert.Equal(2, fault.Failures.Count());
        Assert.Contains(fault.Failures, f => f.StartsWith("SimulatedNodes.NamePattern", StringComparison.Ordinal));
        Assert.Contains(fault.Failures, f => f.StartsWith("SimulatedNodes.Capacity[cpu]", StringComparison.Ordinal));
    }

    private string? Phase(string name) => _cluster.Find<V1Pod>("default", name)?.Status?.Phase;

    private string? Ready(string name) => _cluster.Find<V1Pod>("default", name)?.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status;

    private async Task<StartedHost> StartAsync(Action<SimulatedNodesOptions>? configure = null)
    {
        var provider = new ServiceCollection()
            .AddSingleton<IClusterClientFactory>(_cluster)
            .AddSingleton<TimeProvider>(_driver.Time)
            .AddOrchSimulatedNodes(configure)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var service = provider.GetRequiredService<SimulatedNodesService>();
        await service.StartAsync(CancellationToken.None);
        await _driver.RunUntilAsync(() => service.Registered.IsCompleted, "the nodes to register");
        return new StartedHost(provider, service);
    }

    private sealed class StartedHost(ServiceProvider provider, IHostedService service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await service.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
            await provider.DisposeAsync();
        }
    }
}
