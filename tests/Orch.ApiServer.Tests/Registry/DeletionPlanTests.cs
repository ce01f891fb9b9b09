using k8s.Models;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Tests.Registry;

public sealed class DeletionPlanTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ResourceDeclaration Pods = BuiltInResources.All().Single(item => item.Kind is { Kind: "Pod" });
    private static readonly ResourceDeclaration ReplicaSets = BuiltInResources.All().Single(item => item.Kind is { Kind: "ReplicaSet" });

    [Fact]
    public void Pod_OnANode_IsMarkedWithItsOwnGrace()
    {
        var plan = DeletionPlan.For(Pods, Pod(), new DeleteCall(), Now);
        Assert.Equal(DeletionStep.Mark, plan.Step);
        Assert.Equal(30, plan.Marked!.Metadata.DeletionGracePeriodSeconds);
        Assert.Equal(Now.UtcDateTime.AddSeconds(30), plan.Marked.Metadata.DeletionTimestamp);
        Assert.Equal(2, plan.Marked.Metadata.Generation);
    }

    [Fact]
    public void Pod_NowhereYet_Goes()
        => Assert.Equal(DeletionStep.Remove, DeletionPlan.For(Pods, Pod(node: null), new DeleteCall(), Now).Step);

    [Fact]
    public void Pod_GraceZero_Goes()
        => Assert.Equal(DeletionStep.Remove, DeletionPlan.For(Pods, Pod(), new DeleteCall { GracePeriod = TimeSpan.Zero }, Now).Step);

    [Theory]
    [InlineData(null, DeletionStep.Wait)]
    [InlineData(40, DeletionStep.Wait)]
    [InlineData(30, DeletionStep.Wait)]
    [InlineData(5, DeletionStep.Mark)]
    [InlineData(0, DeletionStep.Remove)]
    public void PodAlreadyGoing_OnlyAShorterTimeCounts(int? seconds, object expected)
    {
        var pod = Pod();
        pod.Metadata.DeletionTimestamp = Now.UtcDateTime.AddSeconds(30);
        pod.Metadata.DeletionGracePeriodSeconds = 30;
        var plan = DeletionPlan.For(Pods, pod, new DeleteCall { GracePeriod = seconds is { } value ? TimeSpan.FromSeconds(value) : null }, Now.AddSeconds(10));
        Assert.Equal((DeletionStep)expected, plan.Step);
        if (plan.Step == DeletionStep.Mark) { Assert.Equal(Now.UtcDateTime.AddSeconds(5), plan.Marked!.Metadata.DeletionTimestamp); }
    }

    [Theory]
    [InlineData("", null, null, "", DeletionStep.Remove)]
    [InlineData("", "Foreground", null, "foregroundDeletion", DeletionStep.Mark)]
    [InlineData("", "Orphan", null, "orphan", DeletionStep.Mark)]
    [InlineData("", null, true, "orphan", DeletionStep.Mark)]
    [InlineData("orphan", "Background", null, "", DeletionStep.Remove)]
    [InlineData("orphan", null, null, "orphan", DeletionStep.Mark)]
    [InlineData("foregroundDeletion", "Orphan", null, "orphan", DeletionStep.Mark)]
    [InlineData("a/b", null, null, "a/b", DeletionStep.Mark)]
    [InlineData("a/b", "Foreground", null, "a/b,foregroundDeletion", DeletionStep.Mark)]
    public void Propagation_BecomesFinalizers(string there, string? policy, bool? orphan, string expected, object step)
    {
        var item = new V1ReplicaSet { Metadata = new V1ObjectMeta { Name = "x", Finalizers = there.Length == 0 ? null : there.Split(',') } };
        var plan = DeletionPlan.For(ReplicaSets, item, new DeleteCall { PropagationPolicy = policy, OrphanDependents = orphan }, Now);
        Assert.Equal((DeletionStep)step, plan.Step);
        if (plan.Marked is { } marked)
        {
            Assert.Equal(expected, string.Join(',', marked.Metadata.Finalizers ?? []));
            Assert.Equal(0, marked.Metadata.DeletionGracePeriodSeconds);
            Assert.Equal(Now.UtcDateTime, marked.Metadata.DeletionTimestamp);
        }
    }

    // The cases of upstream's stores, for a kind whose dependents go with it and one whose dependents stay where nothing is said; - is gone.
    [Theory]
    [InlineData("foo.com/x,orphan,bar.com/y", null, true, "foo.com/x,orphan,bar.com/y", "foo.com/x,orphan,bar.com/y")]
    [InlineData("foo.com/x,bar.com/y", null, true, "foo.com/x,bar.com/y,orphan", "foo.com/x,bar.com/y,orphan")]
    [InlineData("", null, true, "orphan", "orphan")]
    [InlineData("orphan", null, true, "orphan", "orphan")]
    [InlineData("foo.com/x,orphan,bar.com/y", null, false, "foo.com/x,bar.com/y", "foo.com/x,bar.com/y")]
    [InlineData("foo.com/x,bar.com/y", null, false, "foo.com/x,bar.com/y", "foo.com/x,bar.com/y")]
    [InlineData("", null, false, "-", "-")]
    [InlineData("orphan", null, false, "-", "-")]
    [InlineData("foo.com/x,orphan,bar.com/y", null, null, "foo.com/x,orphan,bar.com/y", "foo.com/x,orphan,bar.com/y")]
    [InlineData("foo.com/x,bar.com/y", null, null, "foo.com/x,bar.com/y", "foo.com/x,bar.com/y,orphan")]
    [InlineData("", null, null, "-", "orphan")]
    [InlineData("orphan", null, null, "orphan", "orphan")]
    [InlineData("", "Foreground", null, "foregroundDeletion", "foregroundDeletion")]
    [InlineData("", "Background", null, "-", "-")]
    [InlineData("", "Orphan", null, "orphan", "orphan")]
    [InlineData("orphan", "Foreground", null, "foregroundDeletion", "foregroundDeletion")]
    [InlineData("orphan", "Background", null, "-", "-")]
    [InlineData("orphan", "Orphan", null, "orphan", "orphan")]
    [InlineData("foregroundDeletion", "Foreground", null, "foregroundDeletion", "foregroundDeletion")]
    [InlineData("foregroundDeletion", "Background", null, "-", "-")]
    [InlineData("foregroundDeletion", "Orphan", null, "orphan", "orphan")]
    [InlineData("foregroundDeletion", null, null, "foregroundDeletion", "foregroundDeletion")]
    public void Propagation_BesideTheKindsOwn_IsAsUpstreamHasIt(string there, string? policy, bool? orphan, string expected, string expectedOfControllers)
    {
        var call = new DeleteCall { PropagationPolicy = policy, OrphanDependents = orphan };
        string[]? finalizers = there.Length == 0 ? null : there.Split(',');
        Assert.Equal(expected, Say(DeletionPlan.For(ReplicaSets, new V1ReplicaSet { Metadata = Metadata() }, call, Now)));
        var controllers = BuiltInResources.All().Single(static item => item.Kind is { Kind: "ReplicationController" });
        Assert.Equal(expectedOfControllers, Say(DeletionPlan.For(controllers, new V1ReplicationController { Metadata = Metadata() }, call, Now)));

        V1ObjectMeta Metadata() => new() { Name = "x", Finalizers = finalizers, Generation = 1 };

        static string Say(DeletionPlan plan)
        {
            if (plan.Marked is not { } marked) { return plan.Step == DeletionStep.Remove ? "-" : "unchanged"; }
            Assert.Equal((0L, 2L, Now.UtcDateTime), (marked.Metadata.DeletionGracePeriodSeconds, marked.Metadata.Generation, marked.Metadata.DeletionTimestamp));
            return string.Join(',', marked.Metadata.Finalizers);
        }
    }

    private static V1Pod Pod(string? node = "n1") => new()
    {
        Metadata = new V1ObjectMeta { Name = "x", NamespaceProperty = "default", Generation = 1 },
        Spec = new V1PodSpec { NodeName = node, TerminationGracePeriodSeconds = 30, Containers = [] },
        Status = new V1PodStatus { Phase = "Running" },
    };
}
