using k8s.Models;
using Orch.Resources;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Abstractions.Tests.Resources;

public sealed class ResourceHelpersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("k", "Equal", "v", "NoSchedule", true)]
    [InlineData("k", null, "v", null, true)]
    [InlineData("k", "Equal", "w", "NoSchedule", false)]
    [InlineData("k", "Exists", null, "NoSchedule", true)]
    [InlineData("k", "Exists", null, "NoExecute", false)]
    [InlineData(null, "Exists", null, null, true)]
    [InlineData("j", "Exists", null, null, false)]
    [InlineData("k", "Nonsense", "v", null, false)]
    public void Tolerates_Table(string? key, string? comparison, string? value, string? effect, bool expected)
        => Assert.Equal(expected, new V1Toleration { Key = key, OperatorProperty = comparison, Value = value, Effect = effect }
            .Tolerates(new V1Taint { Key = "k", Value = "v", Effect = "NoSchedule" }));

    [Fact]
    public void FindUntolerated_LooksAtTheEffectsAskedFor()
    {
        var node = Node("n").WithTaint("a", Taints.PreferNoSchedule).WithTaint("b", Taints.NoExecute);
        var pod = Pod("p").Tolerating("b", comparison: "Exists");
        Assert.Null(Taints.FindUntolerated(node.Spec.Taints, pod.Spec.Tolerations, effect => effect != Taints.PreferNoSchedule));
        Assert.Equal("b", Taints.FindUntolerated(node.Spec.Taints, null, effect => effect != Taints.PreferNoSchedule)!.Key);
    }

    [Theory]
    [InlineData("25%", 10, true, 3)]
    [InlineData("25%", 10, false, 2)]
    [InlineData("0%", 10, true, 0)]
    [InlineData("100%", 7, false, 7)]
    [InlineData("3", 10, true, 3)]
    public void Scaled_Table(string value, int total, bool roundUp, int expected) => Assert.Equal(expected, ((IntOrString)value).Scaled(total, roundUp));

    [Theory]
    [InlineData("a%")]
    [InlineData("many")]
    public void Scaled_Nonsense_Throws(string value) => Assert.Throws<FormatException>(() => ((IntOrString)value).Scaled(10, roundUp: true));

    [Fact]
    public void Conditions_With_KeepsTransitionTimeWhileTheStatusStays()
    {
        var first = Conditions.With((IEnumerable<V1PodCondition>?)null, new V1PodCondition { Type = "Ready", Status = "False" }, Now);
        var same = Conditions.With(first, new V1PodCondition { Type = "Ready", Status = "False", Reason = "Other" }, Now.AddHours(1));
        var flipped = Conditions.With(same, new V1PodCondition { Type = "Ready", Status = "True" }, Now.AddHours(2));
        Assert.Equal(Now.UtcDateTime, same[0].LastTransitionTime);
        Assert.Equal("Other", same[0].Reason);
        Assert.Equal(Now.AddHours(2).UtcDateTime, flipped[0].LastTransitionTime);
        Assert.Equal("False", first[0].Status);
        Assert.Null(first[0].Reason);
    }

    [Fact]
    public void Available_NeedsReadinessForLongEnough()
    {
        var pod = Pod("p").Ready();
        pod.Status.Conditions.Single(condition => condition.Type == "Ready").LastTransitionTime = Now.UtcDateTime;
        Assert.True(PodState.IsAvailable(pod, TimeSpan.Zero, Now));
        Assert.False(PodState.IsAvailable(pod, TimeSpan.FromSeconds(10), Now.AddSeconds(9)));
        Assert.True(PodState.IsAvailable(pod, TimeSpan.FromSeconds(10), Now.AddSeconds(10)));
        Assert.False(PodState.IsAvailable(Pod("p"), TimeSpan.Zero, Now));
    }

    [Fact]
    public void Owner_IsJudgedByUid()
    {
        var owner = ReplicaSet("r").WithUid("u1");
        var pod = Pod("p").ControlledBy(owner);
        Assert.True(pod.IsControlledBy(owner));
        Assert.False(pod.IsControlledBy(ReplicaSet("r").WithUid("u2")));
        Assert.Equal(("apps/v1", "ReplicaSet", "r", true), (pod.ControllerOwner()!.ApiVersion, pod.ControllerOwner()!.Kind, pod.ControllerOwner()!.Name, pod.ControllerOwner()!.BlockOwnerDeletion));
        Assert.Null(Pod("p").ControllerOwner());
    }

    [Fact]
    public void Qos_FollowsRequestsAndLimits()
    {
        Assert.Equal("BestEffort", PodState.QosClass(Pod("p")));
        Assert.Equal("Burstable", PodState.QosClass(Pod("p").Requests("1")));
        var guaranteed = Pod("p").Requests("1", "1Gi");
        guaranteed.Spec.Containers[0].Resources.Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1000m"), ["memory"] = new("1Gi") };
        Assert.Equal("Guaranteed", PodState.QosClass(guaranteed));
    }

    [Fact]
    public void PodRequests_TakeTheGreaterOfInitAndApp_WithSidecarsInBoth()
    {
        var pod = Pod("p").Requests("1", "1Gi");
        pod.Spec.InitContainers =
        [
            Init("side", "500m", always: true),
            Init("setup", "2"),
        ];
        pod.Spec.Overhead = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m") };
        var requests = PodRequests.Of(pod);
        Assert.Equal(2600, Quantities.MilliValue(requests["cpu"]));
        Assert.Equal(1L << 30, Quantities.Value(requests["memory"]));

        static V1Container Init(string name, string cpu, bool always = false) => new()
        {
            Name = name,
            RestartPolicy = always ? "Always" : null,
            Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) } },
        };
    }
}
