using CsCheck;
using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Controllers.ReplicaSets;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.ReplicaSets;

public sealed class ReplicaPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, V1Pod, V1Pod> DeletionPairs() => new()
    {
        { "unassigned before assigned", Old("a"), Old("b").OnNode("n") },
        { "pending before running", Old("a").OnNode("n").WithPhase("Pending"), Old("b").OnNode("n").WithPhase("Running") },
        { "unknown before running", Old("a").OnNode("n").WithPhase("Unknown"), Old("b").OnNode("n").WithPhase("Running") },
        { "not ready before ready", Old("a").OnNode("n").Ready(false), ReadyPod("b") },
        { "lower deletion cost first", ReadyPod("a").WithAnnotation("controller.kubernetes.io/pod-deletion-cost", "-5"), ReadyPod("b") },
        { "an invalid cost counts as none", ReadyPod("a"), ReadyPod("b").WithAnnotation("controller.kubernetes.io/pod-deletion-cost", "7") },
        { "crowded node first", ReadyPod("a").OnNode("crowded"), ReadyPod("b") },
        { "later ready first", ReadyPod("a", readyFor: TimeSpan.FromSeconds(2)), ReadyPod("b", readyFor: TimeSpan.FromHours(5)) },
        { "more restarts first", ReadyPod("a").With(pod => pod.Status.ContainerStatuses = [new V1ContainerStatus { Name = "main", RestartCount = 3 }]), ReadyPod("b") },
        { "newer first", Old("a").CreatedAt(Now.AddSeconds(-2)), Old("b") },
    };

    [Theory]
    [MemberData(nameof(DeletionPairs))]
    public void Order_OfTwoPods_GivesUpTheFirst(string rule, V1Pod first, V1Pod second)
    {
        var order = new DeletionOrder(new Dictionary<string, int> { ["n"] = 1, ["crowded"] = 2 }, Now);
        Assert.True(order.Compare(first, second) < 0, rule);
        Assert.True(order.Compare(second, first) > 0, rule);
    }

    [Fact]
    public void Plan_ForAnyPods_BringsTheActiveCountToTheDesired()
        => Gen.Select(Gen.Int[0, 700], Gen.Int[0, 12], Gen.Int[0, 5], Gen.Int[0, 5]).Sample((desired, ready, ending, failed) =>
        {
            var set = ReplicaSet("web", desired);
            List<V1Pod> pods =
            [
                .. Enumerable.Range(0, ready).Select(index => ReadyPod($"r{index}")),
                .. Enumerable.Range(0, ending).Select(index => Old($"e{index}").DeletedAt(Now)),
                .. Enumerable.Range(0, failed).Select(index => Old($"f{index}").WithPhase("Failed")),
            ];
            var plan = ReplicaPlan.For(set, pods, () => pods, Now);
            Assert.All(plan.Delete, pod => Assert.True(pod.IsActive()));
            Assert.True(plan.Create <= ReplicaPlan.Burst && plan.Delete.Count <= ReplicaPlan.Burst);
            var after = ready + plan.Create - plan.Delete.Count;
            Assert.Equal(Math.Min(desired, ready + ReplicaPlan.Burst), after);
        });

    [Fact]
    public void Plan_OfADeletedSet_IsEmpty()
    {
        var plan = ReplicaPlan.For(ReplicaSet("web", 3).DeletedAt(Now), [], () => [], Now);
        Assert.Equal(0, plan.Create);
        Assert.Empty(plan.Delete);
    }

    [Fact]
    public void Status_CountsWhatIsThere_AndSaysWhenTheNextPodBecomesAvailable()
    {
        var set = ReplicaSet("web", 4).With(item => item.Spec.MinReadySeconds = 30);
        List<V1Pod> pods =
        [
            ReadyPod("a", readyFor: TimeSpan.FromMinutes(1)).WithLabel("app", "web"), ReadyPod("b", readyFor: TimeSpan.FromSeconds(10)), Old("c").Ready(false).WithLabel("app", "web"),
            ReadyPod("d").DeletedAt(Now), Old("e").WithPhase("Failed"),
        ];
        var (status, next) = ReplicaSetStatusPlan.For(set, pods, null, Now);
        Assert.Equal((3, 2, 2, 1, 1), (status.Replicas, status.FullyLabeledReplicas, status.ReadyReplicas, status.AvailableReplicas, status.TerminatingReplicas));
        Assert.Equal(TimeSpan.FromSeconds(20), next);
    }

    [Fact]
    public async Task SlowStart_WithACertainFailure_MeetsItOnce()
    {
        var tries = 0;
        var (succeeded, failure) = await SlowStart.RunAsync(500, () => { tries++; throw new InvalidOperationException("no"); });
        Assert.Equal((1, 0), (tries, succeeded));
        Assert.NotNull(failure);
    }

    [Fact]
    public async Task SlowStart_WhileAllGoesWell_Doubles()
    {
        var tries = 0;
        var (succeeded, failure) = await SlowStart.RunAsync(20, () => Interlocked.Increment(ref tries) == 6 ? Task.FromException(new InvalidOperationException("sixth")) : Task.CompletedTask);
        Assert.Equal((7, 6), (tries, succeeded)); // 1 + 2 + 4, of which one fails
        Assert.Equal("sixth", failure!.Message);
    }

    private static V1Pod Old(string name) => Pod(name).WithUid(name).CreatedAt(Now.AddHours(-10));

    private static V1Pod ReadyPod(string name, TimeSpan? readyFor = null)
        => Old(name).OnNode("n").Ready().With(pod => pod.Status.Conditions.Single(condition => condition.Type == "Ready").LastTransitionTime = (Now - (readyFor ?? TimeSpan.FromHours(9))).UtcDateTime);
}
