using CsCheck;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Controllers.GarbageCollection;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.GarbageCollection;

public sealed class GarbageCollectorTests
{
    [Fact]
    public async Task Background_DeletesTheWholeTree()
    {
        await using var running = await FamilyAsync();
        await DeleteAsync<V1Deployment>(running, "web", "Background");
        await running.UntilAsync(() => running.All<V1Pod>().Count == 0 && running.All<V1ReplicaSet>().Count == 0);
        Assert.All(running.Cluster.Writes.Where(action => action.Identity != ClientIdentity.Admin), action => Assert.Equal("system:serviceaccount:kube-system:generic-garbage-collector", action.Identity.UserName));
    }

    [Fact]
    public async Task Foreground_KeepsTheOwnerUntilTheLastBlockingDependentIsGone()
    {
        await using var running = await FamilyAsync();
        running.Cluster.Change<V1Pod>(new ObjectKey("default", "web-1-a"), pod => pod.WithFinalizer("example.com/hold"));
        await DeleteAsync<V1Deployment>(running, "web", "Foreground");
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "web-1-b") is null && running.Cluster.Find<V1Pod>("default", "web-1-a")!.IsDeleting());
        Assert.Contains("foregroundDeletion", running.Cluster.Find<V1ReplicaSet>("default", "web-1")!.Metadata.Finalizers);
        Assert.NotNull(running.Cluster.Find<V1Deployment>("default", "web"));
        running.Cluster.Remove<V1Pod>(new ObjectKey("default", "web-1-a"));
        await running.UntilAsync(() => running.All<V1ReplicaSet>().Count == 0 && running.All<V1Deployment>().Count == 0);
    }

    [Fact]
    public async Task Orphan_LeavesTheDependentsWithoutOwner()
    {
        await using var running = await FamilyAsync();
        await DeleteAsync<V1Deployment>(running, "web", "Orphan");
        await running.UntilAsync(() => running.All<V1Deployment>().Count == 0);
        Assert.Empty(running.Cluster.Find<V1ReplicaSet>("default", "web-1")!.Metadata.OwnerReferences ?? []);
        Assert.Equal(2, running.All<V1Pod>().Count);
    }

    [Fact]
    public async Task Object_WhoseOwnerNeverExisted_IsDeleted_AndOneWithAnotherOwnerIsKept()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var alive = running.Cluster.Put(ConfigMap("alive"));
        running.Cluster.Add(
            ConfigMap("stray").ControlledBy(ReplicaSet("ghost").WithUid("ghost")),
            ConfigMap("shared").ControlledBy(ReplicaSet("ghost").WithUid("ghost")).With(map => map.Metadata.OwnerReferences.Add(alive.OwnerReference())));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "stray") is null);
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "shared")!.Metadata.OwnerReferences is [{ Name: "alive" }]);
    }

    [Fact]
    public async Task OwnerReplacedUnderItsName_IsAnotherOwner()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        running.Cluster.Add(ReplicaSet("web").WithUid("new"));
        running.Cluster.Add(Pod("old-pod").ControlledBy(ReplicaSet("web").WithUid("old")), Pod("new-pod").ControlledBy(ReplicaSet("web").WithUid("new")));
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "old-pod") is null);
        Assert.NotNull(running.Cluster.Find<V1Pod>("default", "new-pod"));
    }

    [Fact]
    public async Task OwnersThatCannotBeJudged_KeepTheirDependents()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var node = running.Cluster.Put(Node("n"));
        running.Cluster.Add(
            ConfigMap("of-a-node").ControlledBy(node),
            ConfigMap("of-an-unknown-kind").With(map => map.Metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "example.com/v1", Kind = "Widget", Name = "w", Uid = "w" }]),
            Node("cluster-scoped").ControlledBy(ReplicaSet("namespaced").WithUid("nowhere")),
            ConfigMap("stray").ControlledBy(ReplicaSet("ghost").WithUid("ghost")));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "stray") is null);
        await running.Driver.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, running.All<V1ConfigMap>().Count);
        Assert.Equal(2, running.All<V1Node>().Count);
        running.Cluster.Remove<V1Node>(ObjectKey.Cluster("n"));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("default", "of-a-node") is null);
    }

    // As in upstream's tests of references across namespaces: such an owner is none, whichever of the two is heard of first, and its namesake elsewhere is not it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Owner_InAnotherNamespace_IsNone_AndTold(bool isOwnerFirst)
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var owner = ConfigMap("owner").WithUid("o");
        var child = ConfigMap("child", "elsewhere").ControlledBy(owner);
        if (isOwnerFirst) { running.Cluster.Add(owner); running.Cluster.Add(child); } else { running.Cluster.Add(child); running.Cluster.Add(owner); }
        running.Cluster.Add(ConfigMap("good").ControlledBy(owner));
        await running.UntilAsync(() => running.Cluster.Find<V1ConfigMap>("elsewhere", "child") is null);
        Assert.NotNull(running.Cluster.Find<V1ConfigMap>("default", "good"));
        if (!isOwnerFirst) { return; }
        await running.UntilAsync(() => running.Events("child").Contains("Warning OwnerRefInvalidNamespace ownerRef [v1/ConfigMap, namespace: elsewhere, name: owner, uid: o] does not exist in namespace \"elsewhere\""));
    }

    [Fact]
    public void Graph_OwnersOfAnotherNamespace_AreToldWhenTheyAreSeen()
    {
        var told = new List<string>();
        var graph = new OwnerGraph((_, kind) => kind != "Node", _ => { }, _ => { }) { Misnamed = (dependent, owner) => told.Add($"{dependent.Key} {owner.Name}") };
        var kind = new GroupVersionKind("", "v1", "ConfigMap");
        var node = Node("n").WithUid("n");
        graph.Apply(kind, null, ConfigMap("early", "b").ControlledBy(ConfigMap("owner").WithUid("o")).WithUid("e").Metadata);
        graph.Apply(kind, null, ConfigMap("near").ControlledBy(ConfigMap("owner").WithUid("o")).WithUid("r").Metadata);
        Assert.Empty(told);
        graph.Apply(kind, null, ConfigMap("owner").WithUid("o").Metadata);
        Assert.Equal(["b/early owner"], told);
        graph.Apply(kind, null, ConfigMap("late", "c").ControlledBy(ConfigMap("owner").WithUid("o")).WithUid("l").Metadata);
        Assert.Equal(["b/early owner", "c/late owner"], told);
        graph.Apply(kind, null, ConfigMap("of-a-node", "d").ControlledBy(node).WithUid("d").Metadata);
        graph.Apply(new GroupVersionKind("", "v1", "Node"), null, node.Metadata);
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public async Task SolidOwner_DoesNotHoldUpTheOneThatWaits()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var (going, staying) = (running.Cluster.Put(ReplicaSet("going")), running.Cluster.Put(ReplicaSet("staying")));
        running.Cluster.Add(Pod("p").ControlledBy(going).With(pod => pod.Metadata.OwnerReferences.Add(staying.OwnerReference())));
        await DeleteAsync<V1ReplicaSet>(running, "going", "Foreground");
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "going") is null);
        var pod = running.Cluster.Find<V1Pod>("default", "p")!;
        Assert.Equal(["staying"], pod.Metadata.OwnerReferences.Select(static reference => reference.Name));
        Assert.Null(pod.Metadata.DeletionTimestamp);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public async Task DependentThatDoesNotBlock_IsDeletedButNotWaitedFor(bool? blocks)
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var owner = running.Cluster.Put(ReplicaSet("owner"));
        running.Cluster.Add(Pod("p").ControlledBy(owner).WithFinalizer("example.com/hold").With(pod => pod.Metadata.OwnerReferences[0].BlockOwnerDeletion = blocks));
        await DeleteAsync<V1ReplicaSet>(running, "owner", "Foreground");
        await running.UntilAsync(() => running.Cluster.Find<V1ReplicaSet>("default", "owner") is null);
        await running.UntilAsync(() => running.Cluster.Find<V1Pod>("default", "p")!.IsDeleting());
    }

    [Fact]
    public async Task Circle_InForeground_IsBroken()
    {
        await using var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var first = running.Cluster.Put(ConfigMap("a"));
        var second = running.Cluster.Put(ConfigMap("b").ControlledBy(first));
        running.Cluster.Change<V1ConfigMap>(first.Key(), map => map.ControlledBy(second));
        await DeleteAsync<V1ConfigMap>(running, "a", "Foreground");
        await running.Driver.RunUntilAsync(() => running.All<V1ConfigMap>().Count == 0, "both are gone");
    }

    [Fact]
    public async Task AFailedDelete_IsTriedAgain()
    {
        await using var running = await FamilyAsync();
        running.Cluster.FailNext(3, "delete", "pods");
        await DeleteAsync<V1Deployment>(running, "web", "Background");
        await running.Driver.RunUntilAsync(() => running.All<V1Pod>().Count == 0, "all pods are gone", TimeSpan.FromDays(10));
    }

    [Fact]
    public void Graph_AfterAnyChanges_HoldsWhatExistsAndNothingElse()
        => Gen.Select(Gen.Int[0, 5], Gen.Int[-1, 5], Gen.Bool).Array[0, 60].Sample(steps =>
        {
            var graph = new OwnerGraph((_, _) => true, _ => { }, _ => { });
            var kind = new GroupVersionKind(string.Empty, "v1", "ConfigMap");
            var present = new Dictionary<string, V1ObjectMeta>();
            foreach (var (item, owner, exists) in steps)
            {
                var uid = $"u{item}";
                var before = present.GetValueOrDefault(uid);
                var after = exists ? Meta(item, owner) : null;
                if (before is null && after is null) { continue; }
                graph.Apply(kind, before, after);
                if (after is null) { present.Remove(uid); }
                else { present[uid] = after; }
            }

            foreach (var (uid, metadata) in present)
            {
                Assert.False(graph.View(uid)!.IsVirtual);
                var dependents = present.Values.Where(other => other.OwnerReferences?.Any(reference => reference.Uid == uid) == true).Select(other => other.Uid).Order();
                Assert.Equal(dependents, graph.View(uid)!.Dependents.Select(dependent => dependent.Identity.Uid).Order());
            }

            foreach (var (uid, metadata) in present.ToList()) { graph.Apply(kind, metadata, null); }
            Assert.Equal(0, graph.Count);
        });

    private static V1ObjectMeta Meta(int item, int owner) => new()
    {
        Name = $"n{item}",
        NamespaceProperty = "default",
        Uid = $"u{item}",
        OwnerReferences = owner < 0 || owner == item ? null : [new V1OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = $"n{owner}", Uid = $"u{owner}" }],
    };

    private static async Task<RunningControllers> FamilyAsync()
    {
        var running = await RunningControllers.StartAsync(ControllerNames.GarbageCollector);
        var deployment = running.Cluster.Put(Deployment("web"));
        var set = running.Cluster.Put(ReplicaSet("web-1").ControlledBy(deployment));
        running.Cluster.Add(Pod("web-1-a").ControlledBy(set), Pod("web-1-b").ControlledBy(set));
        return running;
    }

    private static Task DeleteAsync<T>(RunningControllers running, string name, string policy)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => running.Cluster.Resource<T>().DeleteAsync(new ObjectKey("default", name), new DeleteRequest { PropagationPolicy = policy }, default);
}
