using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.GarbageCollection;

public sealed class CustomResourceTests
{
    private static readonly ObjectKey Definition = ObjectKey.Cluster("gadgets.example.com");

    [Fact]
    public async Task Background_GoesThroughCustomAndBuiltInKinds()
    {
        await using var running = await FamilyAsync();
        await DeleteAsync<V1Deployment>(running, "web", "Background");
        await running.UntilAsync(() => running.All<Gadget>().Count == 0 && running.All<V1Pod>().Count == 0);
    }

    [Fact]
    public async Task Foreground_KeepsTheCustomOwnerUntilItsDependentIsGone()
    {
        await using var running = await FamilyAsync();
        running.Cluster.Change<V1Pod>(new ObjectKey("default", "web-a"), pod => pod.WithFinalizer("example.com/hold"));
        await DeleteAsync<V1Deployment>(running, "web", "Foreground");
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "web-a")!.IsDeleting());
        Assert.Contains("foregroundDeletion", running.Cluster.Find<Gadget>("default", "web")!.Metadata.Finalizers);
        Assert.NotNull(running.Cluster.Find<V1Deployment>("default", "web"));
        running.Cluster.Remove<V1Pod>(new ObjectKey("default", "web-a"));
        await running.UntilAsync(() => running.All<Gadget>().Count == 0 && running.All<V1Deployment>().Count == 0);
    }

    [Fact]
    public async Task Orphan_CutsCustomDependentsLoose_AndThoseOfACustomOwner()
    {
        await using var running = await FamilyAsync();
        await DeleteAsync<V1Deployment>(running, "web", "Orphan");
        await running.UntilAsync(() => running.All<V1Deployment>().Count == 0);
        Assert.Empty(running.Cluster.Find<Gadget>("default", "web")!.Metadata.OwnerReferences ?? []);
        await DeleteAsync<Gadget>(running, "web", "Orphan");
        await running.UntilAsync(() => running.All<Gadget>().Count == 0);
        Assert.Empty(running.Cluster.Find<V1Pod>("default", "web-a")!.Metadata.OwnerReferences ?? []);
    }

    [Fact]
    public async Task Kind_EstablishedLater_IsJudgedFromThenOn()
    {
        await using var running = await StartAsync(
            Gadget.Named("there").WithUid("there"),
            ConfigMap("of-none").ControlledBy(Gadget.Named("ghost").WithUid("ghost")),
            ConfigMap("of-one").ControlledBy(Gadget.Named("there").WithUid("there")),
            ConfigMap("stray").ControlledBy(ReplicaSet("ghost").WithUid("another")));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "stray") is null);
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("default", "of-none"));
        running.Cluster.Add(Gadget.Definition());
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "of-none") is null);
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("default", "of-one"));
    }

    [Fact]
    public async Task Kind_NotYetEstablished_IsNotLookedAt()
    {
        var definition = Gadget.Definition();
        definition.Status.Conditions[0].Status = "False";
        await using var running = await StartAsync(definition, Gadget.Named("there"), ConfigMap("stray").ControlledBy(ReplicaSet("ghost").WithUid("ghost")));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "stray") is null);
        Assert.DoesNotContain(running.Cluster.Actions, action => action.Resource.Resource == "gadgets");
    }

    [Fact]
    public async Task Definition_Deleted_TakesWhatItsObjectsOwned()
    {
        await using var running = await FamilyAsync();
        await running.UntilAsync(() => running.Cluster.WatcherCount<Gadget>() == 1);
        // As if the definition's end were heard of before that of its objects, which no watch tells of any more.
        running.Cluster.Remove<V1CustomResourceDefinition>(Definition);
        await running.UntilAsync(() => running.All<V1Pod>().Count == 0);
        Assert.NotNull(running.Cluster.Find<V1Deployment>("default", "web"));
        await running.UntilAsync(() => running.Cluster.WatcherCount<Gadget>() == 0);
    }

    [Fact]
    public async Task Version_ServedNoLonger_IsFollowedInAnother()
    {
        await using var running = await StartAsync(
            Gadget.Definition(), Gadget.Named("kept").WithUid("kept"), Gadget.Named("gone").WithUid("gone"), new GadgetV2 { Metadata = Gadget.Named("kept").WithUid("kept").Metadata },
            ConfigMap("of-kept").ControlledBy(Gadget.Named("kept").WithUid("kept")), ConfigMap("of-gone").ControlledBy(Gadget.Named("gone").WithUid("gone")));
        await running.UntilAsync(() => running.Cluster.WatcherCount<Gadget>() == 1);
        running.Cluster.Change<V1CustomResourceDefinition>(Definition, definition => definition.Spec = Gadget.Definition("v2").Spec);
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "of-gone") is null);
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("default", "of-kept"));
        running.Cluster.Remove<GadgetV2>(new ObjectKey("default", "kept"));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "of-kept") is null);
    }

    [Fact]
    public async Task Kind_ThatCannotBeListed_HoldsTheOthersUpForATimeAlone()
    {
        var driver = new FakeTimeDriver();
        var cluster = new FakeCluster(driver.Time).Add(Gadget.Definition(), Gadget.Named("there"), ConfigMap("stray").ControlledBy(ReplicaSet("ghost").WithUid("ghost")));
        cluster.Intercept((action, _) => action.Resource.Resource == "gadgets" ? Task.FromException(ApiErrors.InternalError("conversion webhook failed")) : Task.CompletedTask);
        await using var running = await RunningControllers.StartAsync(driver, cluster, static _ => { }, ControllerNames.GarbageCollector);
        var start = driver.Now;
        await driver.RunUntilAsync(() => cluster.Find<V1ConfigMap>("default", "stray") is null, "the stray is gone");
        Assert.InRange(driver.Now - start, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task OwnersWhoseKindIsNotServedNow_KeepTheirDependents()
    {
        await using var running = await StartAsync(Gadget.Definition(), Gadget.Named("there").WithUid("there"), ConfigMap("of-one").ControlledBy(Gadget.Named("there").WithUid("there")));
        await running.UntilAsync(() => running.Cluster.WatcherCount<Gadget>() == 1);
        var asked = 0;
        running.Cluster.Intercept((action, _) => action is { Verb: "get", Resource.Resource: "gadgets" } && Interlocked.Increment(ref asked) > 0 ? Task.FromException(ApiErrors.NotFound()) : Task.CompletedTask);
        // A second owner, which is nowhere, makes the collector look at the first.
        running.Cluster.Change<V1ConfigMap>(new ObjectKey("default", "of-one"), map => map.Metadata.OwnerReferences.Add(ReplicaSet("ghost").WithUid("ghost").OwnerReference()));
        await running.UntilAsync(() => asked > 0);
        await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("default", "of-one"));
    }

    private static async Task<RunningControllers> FamilyAsync()
    {
        var deployment = Deployment("web").WithUid("web");
        var gadget = Gadget.Named("web").WithUid("gadget").ControlledBy(deployment);
        return await StartAsync(Gadget.Definition(), deployment, gadget, Pod("web-a").ControlledBy(gadget));
    }

    private static Task<RunningControllers> StartAsync(params IKubernetesObject<V1ObjectMeta>[] objects)
    {
        var driver = new FakeTimeDriver();
        return RunningControllers.StartAsync(driver, new FakeCluster(driver.Time).Add(objects), static _ => { }, ControllerNames.GarbageCollector);
    }

    private static Task DeleteAsync<T>(RunningControllers running, string name, string policy)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => running.Cluster.Resource<T>().DeleteAsync(new ObjectKey("default", name), new DeleteRequest { PropagationPolicy = policy }, default);
}
