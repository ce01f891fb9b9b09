using k8s.Models;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Pods;

public sealed class NodeTeardownTests
{
    [Fact]
    public async Task Stop_WithRemoval_LeavesNothingOnTheMachine_AndTheNextStartBringsThePodsBack()
    {
        await using var node = await TestNode.StartAsync(o => o.RemovePodsOnShutdown = true);
        var pod = Build.Pod("web");
        pod.Spec.Volumes = [new V1Volume { Name = "v", EmptyDir = new V1EmptyDirVolumeSource() }];
        await node.RunToReadyAsync(pod);

        await node.StopAgentAsync();

        Assert.Empty(node.Runtime.Containers);
        Assert.Empty(node.Runtime.Sandboxes);
        Assert.False(Directory.Exists(Path.Combine(node.Root, "pods")));
        Assert.NotNull(node.Pod("web"));

        await node.StartAgentAsync();
        await node.UntilAsync(() => node.Status("web") is { Ready: true, RestartCount: 1 }, "the pod to be back");
    }
}
