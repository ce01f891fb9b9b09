using CsCheck;
using k8s.Models;
using Orch.Controllers.Deployments;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Deployments;

public sealed class RolloutPlanTests
{
    private static readonly Gen<string> Share = Gen.OneOf(Gen.Int[0, 5].Select(number => $"{number}"), Gen.Int[0, 100].Select(percent => $"{percent}%"));

    [Fact]
    public void RollingUpdate_InWhateverOrderPodsComeUp_KeepsItsBoundsAndConverges()
        => Gen.Select(Gen.Int[1, 25], Share, Share, Gen.Int[0, int.MaxValue]).Sample((replicas, surge, unavailable, seed) =>
        {
            var random = new Random(seed);
            var rollout = new SimulatedRollout(replicas, surge, unavailable);
            rollout.Settle();
            var limits = RolloutLimits.For(rollout.Deployment);
            for (var version = 2; version < 5; version++)
            {
                rollout.Deploy($"app:{version}");
                for (var step = 0; !rollout.IsComplete; step++)
                {
                    Assert.True(step < 2000, "the rollout does not converge");
                    rollout.RandomStep(random);
                    // A new template may come before the last rollout is through.
                    Assert.True(rollout.Wanted <= replicas + limits.MaxSurge, $"{rollout.Wanted} pods are wanted, {replicas} + {limits.MaxSurge} allowed");
                    Assert.True(rollout.Available >= replicas - limits.MaxUnavailable, $"{rollout.Available} pods are available, {replicas} - {limits.MaxUnavailable} promised");
                    if (random.Next(30) == 0 && version < 4) { break; }
                }
            }

            rollout.Settle();
            Assert.Equal(replicas, rollout.Available);
            rollout.AssertNothingLeftToDo();
        }, iter: 60);

    [Fact]
    public void Scaling_InTheMiddleOfARollout_IsSharedOutExactly()
        => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 60], Gen.Int[0, int.MaxValue]).Sample((replicas, target, seed) =>
        {
            var random = new Random(seed);
            var rollout = new SimulatedRollout(replicas, "25%", "25%");
            rollout.Settle();
            rollout.Deploy("app:2");
            for (var step = random.Next(12); step > 0; step--) { rollout.RandomStep(random); }
            rollout.Scale(target);
            rollout.Apply();
            Assert.True(rollout.Wanted <= target + RolloutLimits.For(rollout.Deployment).MaxSurge, $"{rollout.Wanted} pods for {target}");
            rollout.Settle();
            Assert.Equal(target, rollout.Wanted);
            rollout.AssertNothingLeftToDo();
        }, iter: 60);

    [Fact]
    public void Recreate_NeverRunsTwoTemplatesAtOnce()
        => Gen.Select(Gen.Int[1, 10], Gen.Int[0, int.MaxValue]).Sample((replicas, seed) =>
        {
            var random = new Random(seed);
            var rollout = new SimulatedRollout(replicas, "0", "0", recreate: true);
            rollout.Settle();
            rollout.Deploy("app:2");
            for (var step = 0; !rollout.IsComplete; step++)
            {
                Assert.True(step < 1000, "the rollout does not converge");
                rollout.RandomStep(random);
                Assert.True(rollout.SetsWithPods <= 1, "pods of two templates run");
            }
        }, iter: 40);

    [Theory]
    [InlineData(10, "25%", "25%", 3, 2)]
    [InlineData(1, "25%", "25%", 1, 0)]
    [InlineData(3, "0", "0%", 0, 1)]
    [InlineData(4, "1", "100%", 1, 4)]
    [InlineData(2, "0", "5", 0, 2)]
    [InlineData(0, "25%", "25%", 0, 0)]
    public void Limits_RoundAsUpstream(int replicas, string surge, string unavailable, int maxSurge, int maxUnavailable)
        => Assert.Equal(new RolloutLimits(maxSurge, maxUnavailable), RolloutLimits.For(new SimulatedRollout(replicas, surge, unavailable).Deployment));

    [Fact]
    public void ProportionalScaling_OfUpstreamsExample_AddsByShare()
    {
        // 10 replicas, surge 3, unavailable 2: 8 old and 5 new; to 15 gives 3 to the larger old set and 2 to the new one.
        var rollout = new SimulatedRollout(10, "3", "2");
        rollout.Settle();
        rollout.Deploy("app:broken");
        for (var step = 0; step < 10; step++) { rollout.Apply(); rollout.RunReplicaSets(ready: false); }
        Assert.Equal([8, 5], rollout.Sizes);
        rollout.Scale(15);
        rollout.Apply();
        Assert.Equal([11, 7], rollout.Sizes);
    }

    [Fact]
    public void PausedDeployment_DoesNotRollButScales()
    {
        var rollout = new SimulatedRollout(3, "1", "1");
        rollout.Settle();
        rollout.Change(deployment => deployment.Spec.Paused = true);
        rollout.Deploy("app:2");
        rollout.Settle();
        Assert.Equal([3], rollout.Sizes);
        Assert.Equal("DeploymentPaused", rollout.Progressing.Reason);
        rollout.Scale(5);
        rollout.Settle();
        Assert.Equal([5], rollout.Sizes);
        rollout.Change(deployment => deployment.Spec.Paused = false);
        rollout.Apply();
        Assert.NotEqual("DeploymentPaused", rollout.Progressing.Reason);
        rollout.Settle();
        Assert.Equal([0, 5], rollout.Sizes);
    }

    [Fact]
    public void RollBack_ReusesTheOldSetWithANewRevision_AndRemembersTheOldOne()
    {
        var rollout = new SimulatedRollout(2, "1", "0");
        rollout.Settle();
        rollout.Deploy("app:2");
        rollout.Settle();
        rollout.Deploy("app:1");
        rollout.Settle();
        Assert.Equal(2, rollout.Sets.Count);
        var first = rollout.Sets[0];
        Assert.Equal(("3", "1"), (first.Metadata.Annotations[DeploymentAnnotations.Revision], first.Metadata.Annotations[DeploymentAnnotations.RevisionHistory]));
        Assert.Equal("3", rollout.Deployment.Metadata.Annotations[DeploymentAnnotations.Revision]);
    }

    [Fact]
    public void History_BeyondItsLimit_IsDeletedOldestFirst()
    {
        var rollout = new SimulatedRollout(1, "1", "0");
        rollout.Change(deployment => deployment.Spec.RevisionHistoryLimit = 2);
        for (var version = 1; version <= 6; version++) { rollout.Deploy($"app:{version}"); rollout.Settle(); }
        Assert.Equal(["4", "5", "6"], rollout.Sets.Select(set => set.Metadata.Annotations[DeploymentAnnotations.Revision]));
    }

    [Fact]
    public void Progress_GoesThroughUpstreamsReasons()
    {
        var rollout = new SimulatedRollout(2, "1", "0");
        rollout.Apply();
        Assert.Equal(("True", "NewReplicaSetCreated"), (rollout.Progressing.Status, rollout.Progressing.Reason));
        Assert.Equal("False", rollout.Condition("Available").Status);
        rollout.RunReplicaSets(ready: false);
        rollout.Apply();
        Assert.Equal("ReplicaSetUpdated", rollout.Progressing.Reason);
        rollout.RunReplicaSets(ready: true);
        rollout.Apply();
        Assert.Equal(("True", "NewReplicaSetAvailable"), (rollout.Progressing.Status, rollout.Progressing.Reason));
        Assert.Matches("^ReplicaSet \"web-[a-z0-9]+\" has successfully progressed\\.$", rollout.Progressing.Message);
        Assert.Equal("MinimumReplicasAvailable", rollout.Condition("Available").Reason);

        rollout.Deploy("app:broken");
        for (var step = 0; step < 5; step++) { rollout.Apply(); rollout.RunReplicaSets(ready: false); }
        rollout.Pass(rollout.Apply().NextCheck!.Value);
        rollout.Apply();
        Assert.Equal(("False", "ProgressDeadlineExceeded"), (rollout.Progressing.Status, rollout.Progressing.Reason));
        Assert.Equal(2, rollout.Available);
    }

    [Fact]
    public void Template_IsComparedWithoutItsHashLabelAndKeyOrder()
    {
        var hash = new PodTemplateHash();
        var left = Deployment("web").Spec.Template;
        var right = Deployment("web").Spec.Template;
        left.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" };
        right.Metadata.Labels = new Dictionary<string, string> { [PodTemplateHash.Label] = "x", ["b"] = "2", ["a"] = "1" };
        Assert.True(hash.AreEqual(left, right));
        Assert.Equal(hash.Compute(left, null), hash.Compute(right, null));
        Assert.NotEqual(hash.Compute(left, null), hash.Compute(left, 1));
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]+$", hash.Compute(left, null));
        right.Spec.Containers[0].Image = "other";
        Assert.False(hash.AreEqual(left, Deployment("web").Image("other").Spec.Template));
    }
}
