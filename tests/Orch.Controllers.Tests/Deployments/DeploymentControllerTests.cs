using k8s.Models;
using Orch.Client;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Deployments;

public sealed class DeploymentControllerTests
{
    private static readonly ObjectKey Web = new("default", "web");

    [Fact]
    public async Task Rollout_WithReplicaSets_GoesThroughWithEventsRevisionsAndStatus()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Deployment, ControllerNames.ReplicaSet);
        running.Cluster.Intercept((_, _) => Task.CompletedTask).Add(Deployment("web", 3).Image("app:1"));
        await RolloutAsync(running);
        var first = running.All<V1ReplicaSet>().Single();
        await running.UntilAsync(() => running.Events("web").Contains($"Normal ScalingReplicaSet Scaled up replica set {first.Metadata.Name} from 0 to 3"));
        Assert.Equal(first.Metadata.Name, $"web-{first.Label("pod-template-hash")}");
        Assert.All(running.All<V1Pod>(), pod => Assert.Equal(first.Label("pod-template-hash"), pod.Label("pod-template-hash")));

        running.Cluster.Change<V1Deployment>(Web, deployment => deployment.Image("app:2"));
        await RolloutAsync(running);
        await running.UntilAsync(() => running.All<V1Pod>().Count(pod => !pod.IsDeleting()) == 3 && running.All<V1Pod>().All(pod => pod.IsDeleting() || pod.Spec.Containers[0].Image == "app:2"));
        var deployment = running.Cluster.Find<V1Deployment>(Web)!;
        Assert.Equal("2", deployment.Annotation("deployment.kubernetes.io/revision"));
        Assert.All(running.Cluster.Writes.Where(static action => action.Resource.Resource == "deployments" && action.Verb == "update"), static action => Assert.Equal("status", action.Subresource));
        Assert.Equal((3, 3, 3), (deployment.Status.UpdatedReplicas, deployment.Status.ReadyReplicas, deployment.Status.AvailableReplicas));
        await running.UntilAsync(() => running.Events("web").Any(text => text.Contains($"Scaled down replica set {first.Metadata.Name} from", StringComparison.Ordinal)));
        Assert.All(running.Cluster.Writes.Where(action => action.Resource.Resource == "replicasets" && action.Verb == "create"), action => Assert.Equal("system:serviceaccount:kube-system:deployment-controller", action.Identity.UserName));
    }

    [Fact]
    public async Task NameTakenByAnotherTemplate_CountsACollision_AndNamesAnew()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Deployment);
        var deployment = Deployment("web", 1);
        var hash = new Controllers.Deployments.PodTemplateHash().Compute(deployment.Spec.Template, null);
        running.Cluster.Add(ReplicaSet($"web-{hash}").WithLabel("other", "yes").ControlledBy(ReplicaSet("someone").WithUid("x")), deployment);
        await running.Driver.RunUntilAsync(() => running.All<V1ReplicaSet>().Any(set => set.ControllerOwner()?.Name == "web"), "a replica set under another name");
        Assert.Equal(1, running.Cluster.Find<V1Deployment>(Web)!.Status.CollisionCount);
    }

    [Fact]
    public async Task RefusedReplicaSet_IsACondition()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Deployment);
        running.Cluster.Intercept((action, _) => action.Verb == "create" && action.Resource.Resource == "replicasets" ? Task.FromException(ApiErrors.Forbidden(action.Resource, "web", "quota")) : Task.CompletedTask);
        running.Cluster.Add(Deployment("web", 1));
        await running.UntilAsync(() => running.Cluster.Find<V1Deployment>(Web)!.Status.Conditions?.Any(condition => condition is { Type: "Progressing", Status: "False", Reason: "ReplicaSetCreateError" }) == true);
    }

    [Fact]
    public async Task NamespaceThatIsGoing_TakesNoReplicaSet_AndThatIsNoFault()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Deployment);
        var tried = 0;
        running.Cluster.Intercept((action, _) =>
        {
            if (action.Verb != "create" || action.Resource.Resource != "replicasets") { return Task.CompletedTask; }
            Interlocked.Increment(ref tried);
            return Task.FromException(ApiErrors.NotFound(new GroupVersionResource(string.Empty, "v1", "namespaces"), "default"));
        });
        running.Cluster.Add(Deployment("web", 1));
        await running.UntilAsync(() => Volatile.Read(ref tried) > 0);
        await running.Driver.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(1, tried);
        Assert.DoesNotContain(running.Cluster.Writes, action => action.Verb != "create");
    }

    [Fact]
    public async Task RolloutThatStandsStill_ExceedsItsDeadline_WithoutAnyEvent()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Deployment, ControllerNames.ReplicaSet);
        running.Cluster.Add(Deployment("web", 1).With(deployment => deployment.Spec.ProgressDeadlineSeconds = 60));
        await running.UntilAsync(() => running.Cluster.Find<V1Deployment>(Web)!.Status.Replicas == 1);
        var passed = await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1Deployment>(Web)!.Status.Conditions.Any(condition => condition is { Type: "Progressing", Status: "False", Reason: "ProgressDeadlineExceeded" }), "the deadline is exceeded");
        Assert.InRange(passed.TotalSeconds, 60, 63);
    }

    [Fact]
    public async Task Recreate_WaitsForTheLastOldPod()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Deployment, ControllerNames.ReplicaSet);
        running.Cluster.Add(Deployment("web", 1).Image("app:1").With(deployment => deployment.Spec.Strategy = new V1DeploymentStrategy { Type = "Recreate" }));
        await RolloutAsync(running);
        var old = running.Cluster.Change<V1Pod>(running.All<V1Pod>().Single().Key(), pod => pod.Spec.NodeName = "n");
        running.Cluster.Change<V1Deployment>(Web, deployment => deployment.Image("app:2"));
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>(old.Key())!.IsDeleting());
        await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Single(running.All<V1ReplicaSet>());
        running.Cluster.Remove<V1Pod>(old.Key());
        await RolloutAsync(running);
        Assert.Equal("app:2", running.All<V1Pod>().Single().Spec.Containers[0].Image);
    }

    private static async Task RolloutAsync(RunningControllers running)
        => await running.Driver.RunUntilAsync(() =>
        {
            running.MakeReady();
            var deployment = running.Cluster.Find<V1Deployment>(Web)!;
            return deployment.Status.ObservedGeneration == deployment.Metadata.Generation
                && deployment.Status.Conditions?.Any(condition => condition is { Type: "Progressing", Reason: "NewReplicaSetAvailable" }) == true
                && deployment.Status.UpdatedReplicas == deployment.Spec.Replicas && deployment.Status.Replicas == deployment.Spec.Replicas && deployment.Status.AvailableReplicas == deployment.Spec.Replicas;
        }, "the rollout is through");
}
