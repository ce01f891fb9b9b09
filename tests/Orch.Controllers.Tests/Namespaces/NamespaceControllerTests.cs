using k8s.Models;
using Orch.Client;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Namespaces;

public sealed class NamespaceControllerTests
{
    private static readonly ObjectKey Shop = ObjectKey.Cluster("shop");

    [Fact]
    public async Task DeletedNamespace_LosesPodsFirst_ThenTheRest_ThenItself()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Namespace);
        running.Cluster.Add(Namespace("shop"), Pod("web", "shop").OnNode("n"), ConfigMap("settings", "shop"), ConfigMap("other"), Deployment("web", 1, "shop"));
        await running.Cluster.Resource<V1Namespace>().DeleteAsync(Shop, DeleteRequest.Default, default);
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("shop", "web")!.IsDeleting());
        await running.UntilAsync(() => running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions?.Any(condition => condition is { Type: "NamespaceContentRemaining", Status: "True" }) == true);
        var remaining = running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions.Single(condition => condition.Type == "NamespaceContentRemaining");
        Assert.Equal(("SomeResourcesRemain", "Some resources are remaining: pods. has 1 resource instances"), (remaining.Reason, remaining.Message));
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("shop", "settings"));

        running.Cluster.Remove<V1Pod>(new ObjectKey("shop", "web"));
        await running.UntilAsync(() => running.Cluster.Find<V1Namespace>(Shop) is null);
        Assert.Null(running.Cluster.Find<V1ConfigMap>("shop", "settings"));
        Assert.Null(running.Cluster.Find<V1Deployment>("shop", "web"));
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("default", "other"));
        Assert.Contains(running.Cluster.Writes, action => action is { Subresource: "finalize", Identity.UserName: "system:serviceaccount:kube-system:namespace-controller" });
    }

    [Fact]
    public async Task ContentHeldByAFinalizer_IsNamed_AndLookedForAgain()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Namespace);
        running.Cluster.Add(Namespace("shop"), ConfigMap("held", "shop").WithFinalizer("example.com/hold"));
        await running.Cluster.Resource<V1Namespace>().DeleteAsync(Shop, DeleteRequest.Default, default);
        await running.UntilAsync(() => running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions?.Any(condition => condition is { Type: "NamespaceFinalizersRemaining", Status: "True" }) == true);
        Assert.Equal("Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
            running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions.Single(condition => condition.Type == "NamespaceFinalizersRemaining").Message);
        running.Cluster.Remove<V1ConfigMap>(new ObjectKey("shop", "held"));
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1Namespace>(Shop) is null, "the namespace is gone");
    }

    [Fact]
    public async Task KindThatIsNotServed_DoesNotHoldANamespace()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Namespace);
        running.Cluster.Intercept((action, _) => action.Verb == "list" && action.Resource.Resource == "controllerrevisions" ? Task.FromException(ApiErrors.NotFound()) : Task.CompletedTask);
        running.Cluster.Add(Namespace("shop"));
        await running.Cluster.Resource<V1Namespace>().DeleteAsync(Shop, DeleteRequest.Default, default);
        await running.UntilAsync(() => running.Cluster.Find<V1Namespace>(Shop) is null);
    }

    [Fact]
    public async Task KindThatFails_IsReported_AndTriedAgain()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Namespace);
        var fails = true;
        running.Cluster.Intercept((action, _) => fails && action.Verb == "delete" && action.Resource.Resource == "configmaps" ? Task.FromException(ApiErrors.InternalError("disk full")) : Task.CompletedTask);
        running.Cluster.Add(Namespace("shop"), ConfigMap("settings", "shop"));
        await running.Cluster.Resource<V1Namespace>().DeleteAsync(Shop, DeleteRequest.Default, default);
        await running.UntilAsync(() => running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions?.Any(condition => condition is { Type: "NamespaceDeletionContentFailure", Status: "True", Reason: "ContentDeletionFailed" }) == true);
        fails = false;
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1Namespace>(Shop) is null, "the namespace is gone");
    }

    [Fact]
    public async Task CustomContent_IsDeleted_AndHoldsTheNamespaceWhileItHasFinalizers()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.Namespace);
        running.Cluster.Add(Namespace("shop"), Gadget.Named("free", "shop"), Gadget.Named("held", "shop").WithFinalizer("example.com/hold"), Gadget.Named("other"), Gadget.Definition());
        await running.Cluster.Resource<V1Namespace>().DeleteAsync(Shop, DeleteRequest.Default, default);
        await running.UntilAsync(() => running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions?.Any(condition => condition is { Type: "NamespaceContentRemaining", Status: "True" }) == true);
        var conditions = running.Cluster.Find<V1Namespace>(Shop)!.Status.Conditions.ToDictionary(condition => condition.Type, condition => condition.Message);
        Assert.Equal("Some resources are remaining: gadgets.example.com has 1 resource instances", conditions["NamespaceContentRemaining"]);
        Assert.Equal("Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances", conditions["NamespaceFinalizersRemaining"]);
        Assert.Null(running.Cluster.Find<Gadget>("shop", "free"));
        running.Cluster.Remove<Gadget>(new ObjectKey("shop", "held"));
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1Namespace>(Shop) is null, "the namespace is gone");
        Assert.NotNull(running.Cluster.Find<Gadget>("default", "other"));
    }
}
