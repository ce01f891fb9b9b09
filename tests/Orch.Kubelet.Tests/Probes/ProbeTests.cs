using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.Kubelet.Probes;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Probes;

public sealed class ProbeTests
{
    private readonly ScriptedProber _prober = new();

    [Fact]
    public async Task Readiness_FollowsTheProbeWithItsThresholds()
    {
        await using var node = await StartAsync();
        _prober.Answer = ProbeOutcome.Failure("HTTP probe failed with statuscode: 503");
        node.Run(Pod(c => c.ReadinessProbe = new V1Probe { PeriodSeconds = 5, FailureThreshold = 3, SuccessThreshold = 2, TcpSocket = new V1TCPSocketAction { Port = "80" } }));
        await node.UntilAsync(() => node.Status("web")?.State.Running is not null, "the container to run");
        await node.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.False(node.Status("web")!.Ready);
        Assert.True(node.Status("web")!.Started);
        await node.SeesEventAsync("web", "Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503");

        _prober.Answer = ProbeOutcome.Success();
        var passed = await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready", TimeSpan.FromMinutes(1));
        Assert.InRange(passed.TotalSeconds, 5, 10);

        _prober.Answer = ProbeOutcome.Failure("no");
        passed = await node.UntilAsync(() => node.Condition("web", "Ready") == "False", "the pod not to be ready", TimeSpan.FromMinutes(1));
        Assert.InRange(passed.TotalSeconds, 10, 15);
        Assert.Equal(0, node.Status("web")!.RestartCount);
    }

    [Fact]
    public async Task Liveness_Failing_RestartsWithTheProbesOwnGrace()
    {
        await using var node = await StartAsync();
        _prober.Answer = ProbeOutcome.Success();
        node.Run(Pod(c => c.LivenessProbe = new V1Probe
        {
            InitialDelaySeconds = 7, PeriodSeconds = 2, FailureThreshold = 2, TerminationGracePeriodSeconds = 4, Exec = new V1ExecAction { Command = ["x"] },
        }));
        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
        await node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(0, _prober.Calls);

        _prober.Answer = ProbeOutcome.Failure("dead");
        await node.UntilAsync(() => node.Status("web")?.RestartCount == 1, "the restart", TimeSpan.FromSeconds(10));

        Assert.Contains("stop main#0 4", node.Runtime.Calls);
        await node.SeesEventAsync("web", "Normal Killing Container main failed liveness probe, will be restarted");
    }

    [Fact]
    public async Task Startup_HoldsTheOthersBackUntilItPasses()
    {
        await using var node = await StartAsync();
        _prober.ByKind = probe => probe.Grpc is not null ? ProbeOutcome.Failure("not yet") : ProbeOutcome.Success();
        node.Run(Pod(c =>
        {
            c.StartupProbe = new V1Probe { PeriodSeconds = 10, FailureThreshold = 30, Grpc = new V1GRPCAction { Port = 1 } };
            c.ReadinessProbe = new V1Probe { PeriodSeconds = 1, Exec = new V1ExecAction { Command = ["ready"] } };
        }));
        await node.UntilAsync(() => node.Status("web")?.State.Running is not null, "the container to run");
        await node.AdvanceAsync(TimeSpan.FromSeconds(25));
        Assert.False(node.Status("web")!.Started);
        Assert.False(node.Status("web")!.Ready);

        _prober.ByKind = _ => ProbeOutcome.Success();

        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready", TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Startup_NeverPassing_RestartsTheContainer()
    {
        await using var node = await StartAsync();
        _prober.Answer = ProbeOutcome.Failure("no");
        node.Run(Pod(c => c.StartupProbe = new V1Probe { PeriodSeconds = 10, FailureThreshold = 3, Exec = new V1ExecAction { Command = ["x"] } }));

        var passed = await node.UntilAsync(() => node.Status("web")?.RestartCount == 1, "the restart", TimeSpan.FromMinutes(2));

        Assert.InRange(passed.TotalSeconds, 20, 31);
        await node.SeesEventAsync("web", "Normal Killing Container main failed startup probe, will be restarted");
    }

    [Fact]
    public async Task Unknown_ChangesNothing()
    {
        await using var node = await StartAsync();
        _prober.Answer = ProbeOutcome.Unknown("the engine hiccups");
        node.Run(Pod(c => c.LivenessProbe = new V1Probe { PeriodSeconds = 1, FailureThreshold = 1, Exec = new V1ExecAction { Command = ["x"] } }));
        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");

        await node.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, node.Status("web")!.RestartCount);
    }

    [Fact]
    public async Task Termination_StopsLivenessButNotReadiness()
    {
        await using var node = await StartAsync();
        _prober.Answer = ProbeOutcome.Success();
        node.Run(Pod(c =>
        {
            c.LivenessProbe = new V1Probe { PeriodSeconds = 1, FailureThreshold = 1, Exec = new V1ExecAction { Command = ["live"] } };
            c.ReadinessProbe = new V1Probe { PeriodSeconds = 1, FailureThreshold = 1, TcpSocket = new V1TCPSocketAction { Port = "80" } };
        }));
        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
        node.Runtime.IgnoresStopSignal["main"] = true;
        await node.DeleteAsync("web");
        _prober.ByKind = probe => probe.Exec is null ? ProbeOutcome.Success() : throw new InvalidOperationException("liveness was probed");

        await node.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.DoesNotContain(node.Events("web"), e => e.Contains("liveness", StringComparison.Ordinal));
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
    }

    private static V1Pod Pod(Action<V1Container> change)
    {
        var pod = Build.Pod("web");
        change(pod.Spec.Containers[0]);
        return pod;
    }

    private Task<TestNode> StartAsync() => TestNode.StartAsync(replace: services => services.Replace(ServiceDescriptor.Singleton<IProber>(_prober)));

    private sealed class ScriptedProber : IProber
    {
        public ProbeOutcome Answer { set => ByKind = _ => value; }

        public Func<V1Probe, ProbeOutcome> ByKind { get; set; } = _ => ProbeOutcome.Success();

        public int Calls { get; private set; }

        public Task<ProbeOutcome> ProbeAsync(HandlerTarget target, V1Probe probe, CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult(ByKind(probe));
        }
    }
}
