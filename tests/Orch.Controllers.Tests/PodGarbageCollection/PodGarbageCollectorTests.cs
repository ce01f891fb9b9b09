using k8s.Models;
using Orch.Controllers.PodGarbageCollection;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.PodGarbageCollection;

public sealed class PodGarbageCollectorTests
{
    [Fact]
    public void Plan_PicksWhatNobodyElseWillDelete()
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(1);
        V1Pod[] pods =
        [
            Pod("oldest").OnNode("up").WithPhase("Succeeded").CreatedAt(now.AddHours(-3)), Pod("older").OnNode("up").WithPhase("Failed").CreatedAt(now.AddHours(-2)),
            Pod("evicted").OnNode("up").WithPhase("Failed").CreatedAt(now).With(pod => pod.Status.Reason = "Evicted"), Pod("newest").OnNode("up").WithPhase("Failed").CreatedAt(now),
            Pod("lost").OnNode("gone"), Pod("never-bound").DeletedAt(now), Pod("on-dead").OnNode("dead").DeletedAt(now), Pod("fine").OnNode("up"), Pod("waiting"),
        ];
        var plan = PodGarbagePlan.For(pods, name => name switch
        {
            "up" => Node("up"),
            "dead" => Node("dead").WithCondition("Ready", "Unknown").WithTaint("node.kubernetes.io/out-of-service", "NoExecute"),
            _ => null,
        }, threshold: 2);
        Assert.Equal(["evicted", "oldest"], plan.Terminated.Select(pod => pod.Metadata.Name));
        Assert.Equal("lost", plan.Orphaned.Single().Metadata.Name);
        Assert.Equal("never-bound", plan.UnscheduledTerminating.Single().Metadata.Name);
        Assert.Equal("on-dead", plan.OutOfService.Single().Metadata.Name);
    }

    [Fact]
    public async Task PodOfAMissingNode_IsMarkedAndDeleted_OnlyAfterQuarantine()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.PodGarbageCollector);
        running.Cluster.Add(Pod("lost").OnNode("gone").Ready());
        await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(35));
        Assert.NotNull(running.Cluster.Find<V1Pod>("default", "lost"));
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1Pod>("default", "lost") is null, "the pod is gone", TimeSpan.FromMinutes(2));
        Assert.Contains(running.Cluster.Writes, action => action is { Verb: "patch", Subresource: "status" });
        Assert.All(running.Cluster.Writes, action => Assert.Equal("system:serviceaccount:kube-system:pod-garbage-collector", action.Identity.UserName));
    }
}
