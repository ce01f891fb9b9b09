using k8s.Models;
using Orch.Resources;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Plugins;

namespace Orch.Scheduling.Tests.Plugins;

public sealed class SelectedPodsTests
{
    private static readonly LabelSelector Web = LabelSelector.Parse("app=web");
    private readonly SelectedPods _selected = new();

    [Fact]
    public void On_PodsComeGoAndChange_CountsAfresh()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("a"), Make.Node("b"));
        Assert.Equal((0, 0), Counts(snapshot));

        cache.Assume(Pod("p1"), "a");
        cache.Assume(Pod("p2"), "a");
        cache.Assume(Pod("p3"), "b");
        cache.Refresh(snapshot);
        Assert.Equal((2, 1), Counts(snapshot));

        var leaving = Pod("p2", pod => { pod.Metadata.DeletionTimestamp = DateTime.UnixEpoch; pod.Spec.NodeName = "a"; });
        cache.SetPod(leaving);
        cache.Refresh(snapshot);
        Assert.Equal((1, 1), Counts(snapshot));

        cache.Forget(Pod("p3"));
        cache.Refresh(snapshot);
        Assert.Equal((1, 0), Counts(snapshot));
    }

    [Fact]
    public void On_NodesShift_CountsEachByItself()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("b"), Make.Node("c"));
        cache.Assume(Pod("p1"), "c");
        cache.Refresh(snapshot);
        Assert.Equal(1, On(snapshot, "c"));

        cache.SetNode(Make.Node("a"));
        cache.Assume(Pod("p2"), "a");
        cache.RemoveNode("b");
        cache.Refresh(snapshot);

        Assert.Equal((1, 1), (On(snapshot, "a"), On(snapshot, "c")));
    }

    [Fact]
    public void For_OtherNamespacesAndSelectors_AreApart()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("a"));
        cache.Assume(Pod("p1"), "a");
        cache.Refresh(snapshot);

        Assert.Equal(1, On(snapshot, "a"));
        Assert.Equal(0, _selected.For("other", Web).On(snapshot.Find("a")!));
        Assert.Equal(0, _selected.For("default", LabelSelector.Nothing).On(snapshot.Find("a")!));
        Assert.Equal(1, _selected.For("default", LabelSelector.Everything).On(snapshot.Find("a")!));
    }

    [Fact]
    public void For_MoreSelectorsThanAreKept_StillCounts()
    {
        var (cache, snapshot) = Make.Cluster(Make.Node("a"));
        cache.Assume(Pod("p1"), "a");
        cache.Refresh(snapshot);

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100; i++) { Assert.Equal(0, _selected.For("default", LabelSelector.Parse($"app=other-{i}")).On(snapshot.Find("a")!)); }
            Assert.Equal(1, On(snapshot, "a"));
        }
    }

    private static PodInfo Pod(string name, Action<V1Pod>? change = null)
    {
        var pod = Make.Pod(name, labels: new Dictionary<string, string> { ["app"] = "web" });
        change?.Invoke(pod);
        return PodInfoFactory.Create(pod);
    }

    private (int A, int B) Counts(SchedulerSnapshot snapshot) => (On(snapshot, "a"), On(snapshot, "b"));

    private int On(SchedulerSnapshot snapshot, string node) => _selected.For("default", Web).On(snapshot.Find(node)!);
}
