using k8s.Models;
using Orch.Resources;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Pods;

public sealed class AgentRestartTests
{
    [Fact]
    public async Task RunningPods_AreAdoptedUntouched()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));
        node.Runtime.Exit(node.Runtime.Find("web", "main")!.Id, 1);
        await node.UntilAsync(() => node.Status("web") is { RestartCount: 1, Ready: true }, "the restart");
        await node.StopAgentAsync();
        var before = node.Pod("web")!;
        var running = node.Runtime.Find("web", "main")!;
        var calls = node.Runtime.Calls.Count;

        await node.StartAgentAsync();
        await node.AdvanceAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(calls, node.Runtime.Calls.Count);
        Assert.Equal(running.Id, node.Runtime.Find("web", "main")!.Id);
        Assert.Equal(before.Metadata.ResourceVersion, node.Pod("web")!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Node_IsNeverUnreadyMeanwhile()
    {
        await using var node = await TestNode.StartAsync();
        static bool IsReady(V1Node n) => n.Status.Conditions.Single(c => c.Type == "Ready").Status == "True";
        await node.UntilAsync(() => node.Cluster.Find<V1Node>("", TestNode.Name) is { } n && IsReady(n), "the node to be ready");
        await node.StopAgentAsync();
        node.Cluster.ClearActions();

        await node.StartAgentAsync();
        await node.AdvanceAsync(TimeSpan.FromMinutes(6));

        Assert.All(node.Cluster.Writes.Select(w => w.Object).OfType<V1Node>().Where(n => n.Metadata.ResourceVersion is not null), n => Assert.True(IsReady(n)));
    }

    [Fact]
    public async Task ReadyPod_WithReadinessProbe_StaysReady()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.Containers[0].ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["ok"] }, PeriodSeconds = 5 };
        await node.RunToReadyAsync(pod);
        await node.StopAgentAsync();
        var version = node.Pod("web")!.Metadata.ResourceVersion;

        await node.StartAgentAsync();
        await node.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(version, node.Pod("web")!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Pod_DeletedMeanwhile_IsEndedOnReturn()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));
        await node.StopAgentAsync();
        await node.DeleteAsync("web");
        Assert.NotNull(node.Pod("web"));

        await node.StartAgentAsync();

        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
        Assert.Empty(node.Runtime.Sandboxes);
    }

    [Fact]
    public async Task Pod_ThatTheApiForgot_IsRemovedWithItsFiles()
    {
        await using var node = await TestNode.StartAsync();
        var pod = await node.RunToReadyAsync(Build.Pod("web"));
        await node.StopAgentAsync();
        node.Cluster.Remove<V1Pod>(pod.Key());

        await node.StartAgentAsync();

        await node.UntilAsync(() => node.Runtime.Sandboxes.Count == 0, "the sandbox to be gone");
        await node.UntilAsync(() => Directory.GetDirectories(Path.Combine(node.Root, "pods")).Length == 0, "its files to be gone");
        Assert.Contains("stop main#0 30", node.Runtime.Calls);
    }

    [Fact]
    public async Task OthersSandboxes_AreLeftAlone()
    {
        await using var node = await TestNode.StartAsync();
        await node.Runtime.RunSandboxAsync(
            new SandboxConfig(new PodReference("default", "theirs", "u-1"), 0) { Labels = new Dictionary<string, string> { [RuntimeLabels.PodUid] = "u-1", [RuntimeLabels.Node] = "n2" } },
            CancellationToken.None);

        await node.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Single(node.Runtime.Sandboxes);
    }

    [Fact]
    public async Task Container_ThatEndedMeanwhile_IsRestartedAndCounted()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));
        await node.StopAgentAsync();
        node.Runtime.Exit(node.Runtime.Find("web", "main")!.Id, 7);

        await node.StartAgentAsync();

        await node.UntilAsync(() => node.Status("web") is { RestartCount: 1, Ready: true }, "the restart");
        Assert.Equal(7, node.Status("web")!.LastState.Terminated.ExitCode);
    }

    [Fact]
    public async Task Containers_LostWithTheirEngine_AreMadeAnewAndCounted()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));
        await node.StopAgentAsync();
        await node.Runtime.RemoveSandboxAsync(node.Runtime.Sandboxes[0].Id, CancellationToken.None);

        await node.StartAgentAsync();

        await node.UntilAsync(() => node.Status("web") is { RestartCount: 1, Ready: true }, "the container to be back");
        Assert.Equal("ContainerStatusUnknown", node.Status("web")!.LastState.Terminated.Reason);
    }
}
