using k8s.Models;
using Orch.Controllers.Disruption;
using Orch.Serialization;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Disruption;

public sealed class BudgetStatusPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3, 3, 2, 3, 1, "True", "SufficientPods")]
    [InlineData(3, 3, 3, 3, 0, "False", "InsufficientPods")]
    [InlineData(3, 1, 2, 3, 0, "False", "InsufficientPods")]
    [InlineData(3, 3, 0, 0, 0, "False", "InsufficientPods")]
    [InlineData(0, 0, 0, 0, 0, "False", "InsufficientPods")]
    [InlineData(5, 5, 0, 5, 5, "True", "SufficientPods")]
    public void Status_SaysHowManyMayGo(int pods, int ready, int desired, int expected, int allowed, string status, string reason)
    {
        var budget = Budget();
        var plan = BudgetStatusPlan.For(budget, [.. Enumerable.Range(0, pods).Select(number => Pod($"p{number}").Ready(number < ready))], new ExpectedPods(expected, desired, false), Now);

        Assert.Equal((ready, desired, expected, allowed, 7L), (plan.Status!.CurrentHealthy, plan.Status.DesiredHealthy, plan.Status.ExpectedPods, plan.Status.DisruptionsAllowed, plan.Status.ObservedGeneration));
        var condition = Assert.Single(plan.Status.Conditions);
        Assert.Equal(("DisruptionAllowed", status, reason, string.Empty, 7L, Now.UtcDateTime), (condition.Type, condition.Status, condition.Reason, condition.Message, condition.ObservedGeneration, condition.LastTransitionTime));
    }

    [Fact]
    public void Status_ThatIsRight_IsNotWrittenAgain()
    {
        var budget = Budget();
        V1Pod[] pods = [Pod("a").Ready(), Pod("b").Ready()];
        budget.Status = BudgetStatusPlan.For(budget, pods, new ExpectedPods(2, 1, false), Now).Status;
        Assert.Null(BudgetStatusPlan.For(budget, pods, new ExpectedPods(2, 1, false), Now.AddHours(1)).Status);

        budget.Metadata.Generation = 8;
        Assert.Equal(8, BudgetStatusPlan.For(budget, pods, new ExpectedPods(2, 1, false), Now).Status?.ObservedGeneration);
    }

    [Fact]
    public void Condition_KeepsItsTimeWhileItsStatusStays()
    {
        var budget = Budget();
        budget.Status = BudgetStatusPlan.For(budget, [Pod("a").Ready(), Pod("b").Ready()], new ExpectedPods(2, 0, false), Now).Status;
        var same = BudgetStatusPlan.For(budget, [Pod("a").Ready()], new ExpectedPods(1, 0, false), Now.AddHours(1)).Status!;
        Assert.Equal(Now.UtcDateTime, Assert.Single(same.Conditions).LastTransitionTime);
        var other = BudgetStatusPlan.For(budget, [Pod("a")], new ExpectedPods(1, 0, false), Now.AddHours(1)).Status!;
        Assert.Equal(Now.AddHours(1).UtcDateTime, Assert.Single(other.Conditions).LastTransitionTime);
    }

    [Fact]
    public void GrantedEvictions_CountAsGone_UntilTheyAreLate()
    {
        var budget = Budget();
        budget.Status = new V1PodDisruptionBudgetStatus
        {
            DisruptedPods = new Dictionary<string, DateTime?>
            {
                ["going"] = Now.AddSeconds(-30).UtcDateTime, ["on-time"] = Now.AddMinutes(-2).UtcDateTime, ["late"] = Now.AddSeconds(-121).UtcDateTime,
                ["gone"] = Now.UtcDateTime, ["ending"] = Now.UtcDateTime,
            },
        };
        V1Pod[] pods = [Pod("going").Ready(), Pod("on-time").Ready(), Pod("late").Ready(), Pod("ending").Ready().DeletedAt(Now), Pod("other").Ready()];
        var plan = BudgetStatusPlan.For(budget, pods, new ExpectedPods(5, 1, false), Now);

        Assert.Equal(["going", "on-time"], plan.Status!.DisruptedPods.Keys);
        // The one whose time is just up counts again, and is struck off a moment later.
        Assert.Equal((3, 2), (plan.Status.CurrentHealthy, plan.Status.DisruptionsAllowed));
        Assert.Equal(["late"], plan.NotDeleted.Select(pod => pod.Metadata.Name));
        Assert.Equal(TimeSpan.FromMilliseconds(1), plan.NextCheck);
    }

    [Fact]
    public void Failed_ForbidsAllAndKeepsTheRest()
    {
        var budget = Budget();
        budget.Status = new V1PodDisruptionBudgetStatus { CurrentHealthy = 3, DesiredHealthy = 1, ExpectedPods = 3, DisruptionsAllowed = 2, ObservedGeneration = 6 };
        var before = ApiJson.Serialize(budget);
        var failed = BudgetStatusPlan.Failed(budget, "no luck", Now);

        Assert.Equal((3, 1, 3, 0, 6L), (failed.CurrentHealthy, failed.DesiredHealthy, failed.ExpectedPods, failed.DisruptionsAllowed, failed.ObservedGeneration));
        var condition = Assert.Single(failed.Conditions);
        Assert.Equal(("False", "SyncFailed", "no luck", 6L), (condition.Status, condition.Reason, condition.Message, condition.ObservedGeneration));
        Assert.Equal(before, ApiJson.Serialize(budget));
    }

    [Fact]
    public void Selector_IsShownAsGoShowsIt()
    {
        var selector = new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
            MatchExpressions = [new V1LabelSelectorRequirement { Key = "tier", OperatorProperty = "In", Values = ["x", "y"] }, new V1LabelSelectorRequirement { Key = "old", OperatorProperty = "DoesNotExist" }],
        };
        Assert.Equal(
            "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:In,Values:[x y],},LabelSelectorRequirement{Key:old,Operator:DoesNotExist,Values:[],},},}",
            SelectorText.Of(selector));
        Assert.Equal("&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}", SelectorText.Of(new V1LabelSelector()));
    }

    private static V1PodDisruptionBudget Budget() => new() { Metadata = new V1ObjectMeta { Name = "b", NamespaceProperty = "default", Generation = 7 } };
}
