using k8s.Models;
using Orch.Client;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.ReplicaSets;

public sealed class ReplicaSetControllerTests
{
    [Fact]
    public async Task Set_WithTooFewPods_CreatesThemOnceAndReportsStatus()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ReplicaSet);
        running.Cluster.Add(ReplicaSet("web", 5));
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.Replicas == 5);
        running.MakeReady();
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.AvailableReplicas == 5);
        await running.UntilAsync(() => running.Events("web").Count == 5);

        Assert.Equal(5, running.Cluster.Writes.Count(action => action.Verb == "create" && action.Resource.Resource == "pods"));
        Assert.All(running.Cluster.Writes, action => Assert.Equal("system:serviceaccount:kube-system:replicaset-controller", action.Identity.UserName));
        Assert.All(running.All<V1Pod>(), pod => Assert.Equal("ReplicaSet", pod.ControllerOwner()!.Kind));
        Assert.Contains(running.Events("web"), text => text.StartsWith("Normal SuccessfulCreate Created pod: web-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cache_ThatLagsOwnCreates_LeadsToNoSecondCreate()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ReplicaSet);
        running.Cluster.Add(ReplicaSet("web", 3));
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.Replicas == 3);
        for (var size = 4; size < 12; size++)
        {
            running.Cluster.CutWatches();
            running.Cluster.Change<V1ReplicaSet>(new ObjectKey("default", "web"), set => set.Spec.Replicas = size);
            await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.Replicas == size, $"{size} replicas");
        }

        Assert.Equal(11, running.Cluster.Writes.Count(action => action.Verb == "create" && action.Resource.Resource == "pods"));
        Assert.DoesNotContain(running.Cluster.Writes, action => action.Verb == "delete");
    }

    [Fact]
    public async Task Cache_ThatShowsNothing_HoldsTheNextDecisionUp()
    {
        var gate = new TaskCompletionSource();
        await using var running = await RunningControllers.StartAsync();
        running.Cluster.Intercept((action, token) => action.Verb == "watch" && action.Resource.Resource == "pods" ? gate.Task.WaitAsync(token) : Task.CompletedTask);
        await using var held = await RunningControllers.StartAsync(running.Driver, running.Cluster, static _ => { }, ControllerNames.ReplicaSet);
        running.Cluster.Add(ReplicaSet("web", 3));
        await running.UntilAsync(() => running.All<V1Pod>().Count == 3);
        running.Cluster.Change<V1ReplicaSet>(new ObjectKey("default", "web"), set => set.Spec.Replicas = 4);
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.ObservedGeneration == 2);
        Assert.Equal(3, running.All<V1Pod>().Count);
        gate.SetResult();
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.Replicas == 4);
        Assert.Equal(4, running.Cluster.Writes.Count(action => action.Verb == "create" && action.Resource.Resource == "pods"));
    }

    [Fact]
    public async Task Set_ScaledDown_DeletesTheUnreadyFirst()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ReplicaSet);
        running.Cluster.Add(ReplicaSet("web", 4));
        await running.UntilAsync(() => running.All<V1Pod>().Count == 4);
        var spared = running.All<V1Pod>().Take(2).Select(pod => pod.Metadata.Name).ToList();
        running.MakeReady(pod => spared.Contains(pod.Metadata.Name));
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.ReadyReplicas == 2);
        running.Cluster.Change<V1ReplicaSet>(new ObjectKey("default", "web"), set => set.Spec.Replicas = 2);
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.Replicas == 2);
        Assert.Equal(spared, running.All<V1Pod>().Select(pod => pod.Metadata.Name));
        Assert.Equal(2, running.Cluster.Writes.Count(action => action.Verb == "delete"));
    }

    [Fact]
    public async Task Orphan_ThatMatches_IsAdopted_AndOneThatStopsMatching_IsReleased()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ReplicaSet);
        running.Cluster.Add(Pod("stray").WithLabel("app", "web"), ReplicaSet("web", 2));
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "stray")!.ControllerOwner()?.Name == "web" && running.All<V1Pod>().Count == 2);
        running.Cluster.Change<V1Pod>(new ObjectKey("default", "stray"), pod => pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "other" });
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "stray")!.ControllerOwner() is null && running.All<V1Pod>().Count == 3);
    }

    [Fact]
    public async Task Orphan_WhenTheOwnerWasReplacedUnderItsName_IsNotAdoptedByTheOld()
    {
        await using var running = await RunningControllers.StartAsync();
        var cluster = running.Cluster;
        var old = cluster.Put(ReplicaSet("web").WithUid("old"));
        cluster.Remove<V1ReplicaSet>(old.Key());
        cluster.Add(ReplicaSet("web").WithUid("new"));
        var stray = cluster.Put(Pod("stray").WithLabel("app", "web"));
        var claims = new Controllers.Ownership.Claims<V1ReplicaSet, V1Pod>(cluster.Resource<V1ReplicaSet>(), cluster.Resource<V1Pod>());
        Assert.Empty(await claims.SettleAsync(old, LabelSelector.From(old.Spec.Selector), [stray], _ => true, default));
        Assert.Null(cluster.Find<V1Pod>("default", "stray")!.ControllerOwner());
    }

    [Fact]
    public async Task Create_ThatIsRefused_BecomesAConditionAndAnEvent_AndIsTriedAgain()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ReplicaSet);
        var refused = true;
        running.Cluster.Intercept((action, _) => refused && action.Verb == "create" && action.Resource.Resource == "pods"
            ? Task.FromException(ApiErrors.Forbidden(action.Resource, string.Empty, "exceeded quota"))
            : Task.CompletedTask);
        running.Cluster.Add(ReplicaSet("web", 3));
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.Conditions?.Any(condition => condition.Type == "ReplicaFailure" && condition.Reason == "FailedCreate") == true);
        await running.UntilAsync(() => running.Events("web").Any(text => text.StartsWith("Warning FailedCreate Error creating: ", StringComparison.Ordinal)));
        refused = false;
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status is { Replicas: 3, Conditions: null or { Count: 0 } }, "three pods and no condition");
    }

    [Fact]
    public async Task Pod_ReadyForMinReadySeconds_BecomesAvailableWithoutAnEvent()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.ReplicaSet);
        running.Cluster.Add(ReplicaSet("web", 1).With(set => set.Spec.MinReadySeconds = 30));
        await running.UntilAsync(() => running.All<V1Pod>().Count == 1);
        running.MakeReady();
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.ReadyReplicas == 1);
        Assert.Null(running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.AvailableReplicas);
        var passed = await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "web")!.Status.AvailableReplicas == 1, "the pod is available");
        Assert.InRange(passed.TotalSeconds, 29, 31);
    }
}
