using k8s.Models;
using Orch.Resources;
using Orch.Runtime;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Pods;

public sealed class PodLifecycleTests
{
    [Fact]
    public async Task Pod_Bound_RunsWithAddressConditionsAndEvents()
    {
        await using var node = await TestNode.StartAsync();

        var pod = await node.RunToReadyAsync(Build.Pod("web"));

        Assert.Equal("Running", pod.Status.Phase);
        Assert.Equal("10.244.0.2", pod.Status.PodIP);
        Assert.Equal("192.168.1.10", pod.Status.HostIP);
        Assert.NotNull(pod.Status.StartTime);
        Assert.Equal("BestEffort", pod.Status.QosClass);
        Assert.Equal(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"], pod.Status.Conditions.Select(c => c.Type));
        Assert.All(pod.Status.Conditions, c => Assert.Equal("True", c.Status));
        var status = Assert.Single(pod.Status.ContainerStatuses);
        Assert.True(status.Ready);
        Assert.True(status.Started);
        Assert.StartsWith("fake://container-", status.ContainerID, StringComparison.Ordinal);
        await node.UntilAsync(() => node.Events("web").Any(e => e.Contains("Started", StringComparison.Ordinal)), "the events to be written");
        Assert.Equal(
            ["Normal Pulling Pulling image \"busybox:1\"", "Normal Created Created container: main", "Normal Started Started container main"],
            node.Events("web").Where(e => !e.Contains("Pulled", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task InitContainers_RunInOrderBeforeTheApp()
    {
        await using var node = await TestNode.StartAsync();
        node.Runtime.OnStart = c => c.Name.StartsWith("init", StringComparison.Ordinal) ? 0 : null;
        var pod = Build.Pod("web");
        pod.Spec.InitContainers = [Build.Container("init1"), Build.Container("init2")];

        await node.RunToReadyAsync(pod);

        Assert.Equal(["start init1#0", "start init2#0", "start main#0"], node.Runtime.Calls.Where(c => c.StartsWith("start", StringComparison.Ordinal)));
        Assert.All(node.Pod("web")!.Status.InitContainerStatuses, s => Assert.Equal("Completed", s.State.Terminated.Reason));
    }

    [Fact]
    public async Task InitContainer_StillRunning_HoldsTheAppBack()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.InitContainers = [Build.Container("init1")];
        node.Run(pod);

        await node.UntilAsync(() => node.Status("web", "init1")?.State.Running is not null, "the init container to run");

        Assert.Equal("Pending", node.Pod("web")!.Status.Phase);
        Assert.Equal("PodInitializing", node.Status("web")!.State.Waiting.Reason);
        Assert.Equal("False", node.Condition("web", "Initialized"));
        Assert.Null(node.Runtime.Find("web", "main"));
    }

    [Fact]
    public async Task InitContainer_FailsInPodThatNeverRestarts_FailsThePod()
    {
        await using var node = await TestNode.StartAsync();
        node.Runtime.OnStart = _ => 1;
        var pod = Build.Pod("web");
        pod.Spec.RestartPolicy = "Never";
        pod.Spec.InitContainers = [Build.Container("init1")];
        node.Run(pod);

        await node.UntilAsync(() => node.Pod("web")!.Status?.Phase == "Failed", "the pod to fail");

        Assert.Null(node.Runtime.Find("web", "main"));
    }

    [Fact]
    public async Task Sidecar_StartsFirstRunsOnAndStopsLast()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        var sidecar = Build.Container("proxy");
        sidecar.RestartPolicy = "Always";
        pod.Spec.InitContainers = [sidecar];
        await node.RunToReadyAsync(pod);
        Assert.Equal(["start proxy#0", "start main#0"], node.Runtime.Calls.Where(c => c.StartsWith("start", StringComparison.Ordinal)));

        node.Runtime.Exit(node.Runtime.Find("web", "proxy")!.Id, 0);
        await node.UntilAsync(() => node.Runtime.Find("web", "proxy") is { Attempt: 1, State: ContainerState.Running }, "the sidecar to come back");

        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
        Assert.Equal(["stop main#0 30", "stop proxy#1 30"], node.Runtime.Calls.Where(c => c.StartsWith("stop ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Sidecar_DoesNotKeepAFinishedPodAlive()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("job");
        pod.Spec.RestartPolicy = "Never";
        var sidecar = Build.Container("proxy");
        sidecar.RestartPolicy = "Always";
        pod.Spec.InitContainers = [sidecar];
        await node.RunToReadyAsync(pod);

        node.Runtime.Exit(node.Runtime.Find("job", "main")!.Id, 0);

        await node.UntilAsync(() => node.Pod("job")!.Status.Phase == "Succeeded", "the pod to succeed");
        Assert.All(node.Runtime.Containers, c => Assert.Equal(ContainerState.Exited, c.State));
    }

    [Fact]
    public async Task Container_Crashing_BacksOffFromTenSecondsDoublingToFiveMinutes()
    {
        await using var node = await TestNode.StartAsync();
        var starts = new List<DateTimeOffset>();
        node.Runtime.OnStart = _ =>
        {
            starts.Add(node.Driver.Now);
            return 1;
        };
        node.Run(Build.Pod("bad"));

        await node.UntilAsync(() => starts.Count >= 8, "eight starts", TimeSpan.FromHours(1));

        var gaps = starts.Zip(starts.Skip(1)).Select(p => Math.Round((p.Second - p.First).TotalSeconds)).ToList();
        Assert.Equal([0, 10, 20, 40, 80, 160, 300], gaps);
        await node.UntilAsync(() => node.Status("bad")?.State.Waiting?.Reason == "CrashLoopBackOff", "the back-off to show");
        var status = node.Status("bad")!;
        Assert.StartsWith("back-off 5m0s restarting failed container=main pod=bad_default(", status.State.Waiting.Message, StringComparison.Ordinal);
        Assert.Equal(1, status.LastState.Terminated.ExitCode);
        Assert.Equal("Error", status.LastState.Terminated.Reason);
        Assert.Equal(7, status.RestartCount);
        Assert.Equal("Running", node.Pod("bad")!.Status.Phase);
        Assert.Equal("False", node.Condition("bad", "Ready"));
        Assert.True(node.Runtime.Containers.Count <= 2, "old instances are collected");
    }

    [Theory]
    [InlineData("Never", 0, "Succeeded")]
    [InlineData("Never", 2, "Failed")]
    [InlineData("OnFailure", 0, "Succeeded")]
    public async Task Container_EndsForGood_EndsThePodAndKeepsItsRemains(string policy, int code, string phase)
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("job");
        pod.Spec.RestartPolicy = policy;
        await node.RunToReadyAsync(pod);

        node.Runtime.Exit(node.Runtime.Find("job", "main")!.Id, code);

        await node.UntilAsync(() => node.Pod("job")!.Status.Phase == phase, $"the pod to have {phase}");
        var status = node.Status("job")!;
        Assert.Equal(code, status.State.Terminated.ExitCode);
        Assert.Equal(code == 0 ? "Completed" : "Error", status.State.Terminated.Reason);
        Assert.False(status.Ready);
        Assert.NotNull(node.Runtime.Find("job", "main"));
        await node.UntilAsync(() => node.Network.Attached.Count == 0, "its address to be free");
        Assert.DoesNotContain(node.Runtime.Sandboxes, s => s.IsReady);
    }

    [Fact]
    public async Task Container_FailsUnderOnFailure_IsRestarted()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("job");
        pod.Spec.RestartPolicy = "OnFailure";
        await node.RunToReadyAsync(pod);

        node.Runtime.Exit(node.Runtime.Find("job", "main")!.Id, 137, isOutOfMemory: true);

        await node.UntilAsync(() => node.Status("job")?.RestartCount == 1, "the restart");
        Assert.Equal("OOMKilled", node.Status("job")!.LastState.Terminated.Reason);
    }

    [Fact]
    public async Task Event_Lost_IsMadeUpForByTheRelist()
    {
        await using var node = await TestNode.StartAsync(o => o.RelistPeriod = TimeSpan.FromSeconds(5));
        await node.RunToReadyAsync(Build.Pod("web"));
        node.Runtime.DropsEvents = true;

        node.Runtime.Exit(node.Runtime.Find("web", "main")!.Id, 1);
        await node.AdvanceAsync(TimeSpan.FromSeconds(6));

        await node.UntilAsync(() => node.Status("web")?.RestartCount == 1, "the restart", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Delete_StopsWithinGraceAndLeavesNothing()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.Volumes = [new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() }];
        await node.RunToReadyAsync(pod);

        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");

        Assert.Contains("stop main#0 30", node.Runtime.Calls);
        Assert.Empty(node.Runtime.Containers);
        Assert.Empty(node.Runtime.Sandboxes);
        Assert.Empty(node.Network.Attached);
        Assert.Empty(Directory.GetDirectories(Path.Combine(node.Root, "pods")));
        await node.SeesEventAsync("web", "Normal Killing Stopping container main");
    }

    [Fact]
    public async Task Delete_OfStubbornContainer_TakesTheWholeGrace()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.TerminationGracePeriodSeconds = 20;
        await node.RunToReadyAsync(pod);
        node.Runtime.IgnoresStopSignal["main"] = true;
        var began = node.Driver.Now;

        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");

        Assert.InRange((node.Driver.Now - began).TotalSeconds, 20, 60);
    }

    [Fact]
    public async Task Delete_AgainWithLessGrace_CutsTheWaitShort()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));
        node.Runtime.IgnoresStopSignal["main"] = true;
        await node.DeleteAsync("web", TimeSpan.FromSeconds(300));
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.NotNull(node.Pod("web"));
        var began = node.Driver.Now;

        await node.DeleteAsync("web", TimeSpan.FromSeconds(5));
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");

        Assert.InRange((node.Driver.Now - began).TotalSeconds, 4, 60);
    }

    [Fact]
    public async Task Delete_ByForce_CleansTheNodeUp()
    {
        await using var node = await TestNode.StartAsync();
        var pod = await node.RunToReadyAsync(Build.Pod("web"));

        node.Cluster.Remove<V1Pod>(pod.Key());

        await node.UntilAsync(() => node.Runtime.Sandboxes.Count == 0, "the sandbox to be gone");
        Assert.Empty(node.Runtime.Containers);
    }

    [Fact]
    public async Task Delete_DuringAnEndlessPull_DoesNotWaitForIt()
    {
        await using var node = await TestNode.StartAsync();
        var pulling = new TaskCompletionSource();
        node.Runtime.OnPull = async (_, token) =>
        {
            pulling.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        node.Run(Build.Pod("web"));
        await node.UntilAsync(() => pulling.Task.IsCompleted, "the pull to begin");

        await node.DeleteAsync("web");

        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");
    }

    [Fact]
    public async Task Hooks_RunAfterStartAndBeforeStop_AndTakeFromTheGrace()
    {
        await using var node = await TestNode.StartAsync();
        var commands = new List<string>();
        node.Runtime.OnExecute = (_, command) =>
        {
            commands.Add(string.Join(' ', command));
            return new ExecResult(0, default, default);
        };
        var pod = Build.Pod("web");
        pod.Spec.Containers[0].Lifecycle = new V1Lifecycle
        {
            PostStart = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["warm", "up"] } },
            PreStop = new V1LifecycleHandler { Sleep = new V1SleepAction { Seconds = 10 } },
        };
        await node.RunToReadyAsync(pod);
        Assert.Equal(["warm up"], commands);

        await node.DeleteAsync("web");
        await node.UntilAsync(() => node.Pod("web") is null, "the pod to be gone");

        Assert.Contains("stop main#0 20", node.Runtime.Calls);
    }

    [Fact]
    public async Task PostStartHook_Failing_KillsTheContainer()
    {
        await using var node = await TestNode.StartAsync();
        node.Runtime.OnExecute = (_, _) => new ExecResult(3, default, default);
        var pod = Build.Pod("web");
        pod.Spec.Containers[0].Lifecycle = new V1Lifecycle { PostStart = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["no"] } } };
        node.Run(pod);

        await node.UntilAsync(() => node.Status("web")?.RestartCount > 1, "restarts");

        await node.SeesEventAsync("web", "Warning FailedPostStartHook");
    }

    [Fact]
    public async Task Image_ThatCannotBePulled_BacksOffAndRecovers()
    {
        await using var node = await TestNode.StartAsync();
        node.Runtime.PullFailures["busybox:1"] = new RuntimeException(RuntimeErrorCode.ImagePullNotFound, "manifest unknown");
        node.Run(Build.Pod("web"));

        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "ErrImagePull", "the pull to fail");
        Assert.Equal("manifest unknown", node.Status("web")!.State.Waiting.Message);
        Assert.Equal("Pending", node.Pod("web")!.Status.Phase);
        node.Cluster.Change<V1Pod>(new ObjectKey("default", "web"), p => p.Metadata.Labels = new Dictionary<string, string> { ["touched"] = "1" });
        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "ImagePullBackOff", "the back-off");
        Assert.Equal("Back-off pulling image \"busybox:1\": ErrImagePull: manifest unknown", node.Status("web")!.State.Waiting.Message);

        node.Runtime.PullFailures.Clear();
        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
    }

    [Fact]
    public async Task Image_NeverPulled_IsSaidSo()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.Containers[0].ImagePullPolicy = "Never";
        node.Run(pod);

        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "ErrImageNeverPull", "the reason to show");
    }

    [Fact]
    public async Task ConfigMap_Missing_IsConfigErrorUntilItComes()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.Containers[0].Env = [new V1EnvVar { Name = "A", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "conf", Key = "a" } } }];
        node.Run(pod);
        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "CreateContainerConfigError", "the error to show");
        Assert.Equal("configmap \"conf\" not found", node.Status("web")!.State.Waiting.Message);

        node.Cluster.Put(Build.ConfigMap("conf", "default", ("a", "1")));

        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
        var environment = node.Runtime.ConfigOf(node.Runtime.Find("web", "main")!.Id).Environment;
        Assert.Contains(environment, e => e is { Name: "A", Value: "1" });
        Assert.Contains(environment, e => e is { Name: "KUBERNETES_SERVICE_HOST", Value: "10.96.0.1" });
        Assert.Contains(environment, e => e is { Name: "KUBERNETES_SERVICE_PORT", Value: "443" });
    }

    [Fact]
    public async Task Command_NotFound_IsRunContainerError()
    {
        await using var node = await TestNode.StartAsync();
        node.Runtime.StartFailures["main"] = "exec: \"nope\": executable file not found in $PATH";
        node.Run(Build.Pod("web"));

        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "RunContainerError", "the error to show");
        await node.UntilAsync(() => node.Status("web")?.State.Waiting?.Reason == "CrashLoopBackOff", "the back-off to show");

        Assert.Equal("StartError", node.Status("web")!.LastState.Terminated.Reason);
        Assert.Equal(128, node.Status("web")!.LastState.Terminated.ExitCode);
    }

    [Fact]
    public async Task Sandbox_Killed_IsMadeAnewWithTheContainersInIt()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));

        node.Runtime.Kill(node.Runtime.Sandboxes[0].Id);

        await node.UntilAsync(() => node.Status("web") is { RestartCount: 1, Ready: true }, "the container to be back");
        Assert.Equal(1, node.Runtime.Sandboxes.Single(s => s.IsReady).Attempt);
        Assert.Equal("10.244.0.3", node.Pod("web")!.Status.PodIP);
    }

    [Fact]
    public async Task Image_Changed_RestartsTheContainer()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));

        node.Cluster.Change<V1Pod>(new ObjectKey("default", "web"), p => p.Spec.Containers[0].Image = "busybox:2");

        await node.UntilAsync(() => node.Status("web") is { RestartCount: 1, Ready: true, Image: "busybox:2" }, "the new image to run");
        await node.SeesEventAsync("web", "Normal Killing Container main definition changed, will be restarted");
    }

    [Fact]
    public async Task Deadline_Passed_FailsThePod()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("job");
        pod.Spec.ActiveDeadlineSeconds = 60;
        await node.RunToReadyAsync(pod);

        await node.UntilAsync(() => node.Pod("job")!.Status.Phase == "Failed", "the pod to fail", TimeSpan.FromSeconds(70));

        Assert.Equal("DeadlineExceeded", node.Pod("job")!.Status.Reason);
        Assert.All(node.Runtime.Containers, c => Assert.Equal(ContainerState.Exited, c.State));
    }

    [Fact]
    public async Task Pod_ThatDoesNotFit_IsRejected()
    {
        await using var node = await TestNode.StartAsync();
        node.Run(Build.Pod("big").Requests(cpu: "5"));

        await node.UntilAsync(() => node.Pod("big")!.Status?.Phase == "Failed", "the pod to be rejected");

        Assert.Equal("OutOfcpu", node.Pod("big")!.Status.Reason);
        Assert.Null(node.Pod("big")!.Status.ContainerStatuses);
        Assert.Empty(node.Runtime.Sandboxes);
    }

    [Fact]
    public async Task ReadinessGate_DecidesWithTheContainers()
    {
        await using var node = await TestNode.StartAsync();
        var pod = Build.Pod("web");
        pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "example.com/gate" }];
        node.Run(pod);
        await node.UntilAsync(() => node.Condition("web", "ContainersReady") == "True", "the containers to be ready");
        Assert.Equal("False", node.Condition("web", "Ready"));

        node.Cluster.Change<V1Pod>(new ObjectKey("default", "web"), p => p.Status.Conditions.Add(new V1PodCondition { Type = "example.com/gate", Status = "True" }));

        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
        Assert.Equal("True", node.Condition("web", "example.com/gate"));
    }

    [Fact]
    public async Task Status_OverwrittenByOthers_IsPutRight()
    {
        await using var node = await TestNode.StartAsync();
        await node.RunToReadyAsync(Build.Pod("web"));

        node.Cluster.Change<V1Pod>(new ObjectKey("default", "web"), p => p.Status.Conditions.Single(c => c.Type == "Ready").Status = "False");

        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the status to be right again", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Network_Failing_IsToldAndTriedAgain()
    {
        await using var node = await TestNode.StartAsync();
        node.Network.AttachFailure = new InvalidOperationException("no address is left in 10.244.0.0/24");
        node.Run(Build.Pod("web"));
        await node.UntilAsync(() => node.Events("web").Any(e => e.Contains("FailedCreatePodSandBox", StringComparison.Ordinal)), "the event");
        // The event comes before what was begun is removed, and the next try may have begun.
        await node.UntilAsync(() => node.Runtime.Sandboxes.Count == 0, "no sandbox to be left");

        node.Network.AttachFailure = null;

        await node.UntilAsync(() => node.Condition("web", "Ready") == "True", "the pod to be ready");
    }
}
