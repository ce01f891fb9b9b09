using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Controllers.Tests.Hosting;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Disruption;

public sealed class DisruptionControllerTests
{
    private static readonly ObjectKey Key = new("default", "b");

    public static TheoryData<string, string, int, int, int> Owned => new()
    {
        // What controls the pods, the limit, and then expected, desired, allowed: of 4 pods 3 are ready.
        { "deployment", "max 1", 10, 9, 0 },
        { "deployment", "max 70%", 10, 3, 0 },
        { "deployment", "max 75%", 10, 2, 1 },
        { "deployment", "min 15%", 10, 2, 1 },
        { "deployment", "min 2", 4, 2, 1 },
        { "replicaset", "max 50%", 5, 2, 1 },
        { "replicaset", "max 100", 5, 0, 3 },
        { "replicationcontroller", "max 50%", 6, 3, 0 },
        { "statefulset", "max 5", 7, 2, 1 },
        { "fleet", "max 7", 8, 1, 2 },
        { "bare", "min 1", 4, 1, 2 },
        { "bare", "none", 0, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Owned))]
    public async Task Budget_ReckonsWithWhatTheControllersWant(string kind, string limit, int expected, int desired, int allowed)
    {
        await using var running = await StartAsync(Family(kind, ready: 3, pods: 4));
        running.Cluster.Add(Budget(limit));

        await UntilAsync(running, status => status.ObservedGeneration is not null && status.Conditions?.Count == 1);
        var status = Status(running);
        Assert.Equal((3, desired, expected, allowed), (status.CurrentHealthy, status.DesiredHealthy, status.ExpectedPods, status.DisruptionsAllowed));
        Assert.Equal(allowed > 0 ? ("True", "SufficientPods") : ("False", "InsufficientPods"), (status.Conditions[0].Status, status.Conditions[0].Reason));
        Assert.All(running.Cluster.Writes, action => Assert.Equal("system:serviceaccount:kube-system:disruption-controller", action.Identity.UserName));
    }

    [Fact]
    public async Task Pods_ThatComeGoAndAreReady_AreCounted()
    {
        await using var running = await StartAsync(Family("replicaset", ready: 0, pods: 2));
        running.Cluster.Add(Budget("max 4"));
        await UntilAsync(running, status => status is { ExpectedPods: 5, DesiredHealthy: 1, CurrentHealthy: 0, DisruptionsAllowed: 0 });
        running.MakeReady();
        await UntilAsync(running, status => status is { CurrentHealthy: 2, DisruptionsAllowed: 1 });
        running.Cluster.Change<V1Pod>(new ObjectKey("default", "p0"), pod => pod.Metadata.Labels = new Dictionary<string, string>());
        await UntilAsync(running, status => status is { CurrentHealthy: 1, DisruptionsAllowed: 0 });
        running.Cluster.Change<V1Pod>(new ObjectKey("default", "p0"), pod => pod.WithLabel("app", "web"));
        await UntilAsync(running, status => status is { CurrentHealthy: 2 });
        running.Cluster.Remove<V1Pod>(new ObjectKey("default", "p1"));
        await UntilAsync(running, status => status is { CurrentHealthy: 1 });
    }

    [Fact]
    public async Task Spec_Changed_IsObserved()
    {
        await using var running = await StartAsync(Family("bare", ready: 3, pods: 3));
        running.Cluster.Add(Budget("min 1"), Pod("stranger").WithLabel("app", "db").Ready());
        await UntilAsync(running, status => status is { CurrentHealthy: 3, DisruptionsAllowed: 2 });
        running.Cluster.Change<V1PodDisruptionBudget>(Key, budget => (budget.Spec.Selector.MatchLabels["app"], budget.Metadata.Generation) = ("db", 2));
        await UntilAsync(running, status => status is { CurrentHealthy: 1, DisruptionsAllowed: 0, ObservedGeneration: 2 });
    }

    [Fact]
    public async Task Pods_OfNoBudget_AndChangesThatDoNotMatter_CauseNothing()
    {
        await using var running = await StartAsync(Family("bare", ready: 1, pods: 2));
        running.Cluster.Add(Budget("min 1"));
        await UntilAsync(running, status => status.CurrentHealthy == 1);
        await FakeTimeDriver.SettleAsync();
        running.Cluster.ClearActions();

        running.Cluster.Add(Pod("stranger").Ready(), Pod("elsewhere", "other").WithLabel("app", "web").Ready());
        running.Cluster.Change<V1Pod>(new ObjectKey("default", "p0"), pod => pod.Status.PodIP = "10.0.0.9");
        await FakeTimeDriver.SettleAsync();
        Assert.Empty(running.Cluster.Writes);
    }

    [Theory]
    [InlineData("job", "jobs.batch does not implement the scale subresource")]
    [InlineData("unscaled", "fleets.example.com does not implement the scale subresource")]
    [InlineData("stranger", "no matches for kind \"Widget\" in version \"nowhere.example.com/v1\"")]
    [InlineData("gone", "found no controllers for pod \"p0\"")]
    [InlineData("another", "found no controllers for pod \"p0\"")]
    public async Task Budget_ThatCannotBeReckoned_ForbidsAll(string kind, string reason)
    {
        await using var running = await StartAsync(Family(kind, ready: 2, pods: 2));
        running.Cluster.Add(Budget("max 1", new V1PodDisruptionBudgetStatus { DisruptionsAllowed = 5, CurrentHealthy = 9, ObservedGeneration = 1 }));

        await UntilAsync(running, status => status.DisruptionsAllowed == 0);
        var status = Status(running);
        Assert.Equal((9, "DisruptionAllowed", "False", "SyncFailed", reason), (status.CurrentHealthy, status.Conditions[0].Type, status.Conditions[0].Status, status.Conditions[0].Reason, status.Conditions[0].Message));
        await running.UntilAsync(() => running.Events("b").Contains($"Warning CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: {reason}"));
    }

    [Fact]
    public async Task Scale_ThatCannotBeRead_IsAskedForAgain()
    {
        await using var running = await StartAsync(cluster => cluster.FailNext(1, "get", "fleets"), Family("fleet", ready: 3, pods: 4));
        running.Cluster.Add(Budget("max 7"));
        await running.Driver.RunUntilAsync(() => running.Cluster.Find<V1PodDisruptionBudget>(Key)!.Status is { DisruptionsAllowed: 2 }, "another look", TimeSpan.FromMinutes(5));
        await running.UntilAsync(() => running.Events("b").Contains("Warning CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: Internal error occurred: injected fault"));
    }

    [Fact]
    public async Task Events_TellOfNoPods_AndOfUnmanagedOnes()
    {
        await using var running = await StartAsync();
        running.Cluster.Add(Budget("max 1"));
        await running.UntilAsync(() => running.Events("b").Contains("Normal NoPods No matching pods found"));
        running.Cluster.Add(Family("bare", ready: 1, pods: 1));
        await running.UntilAsync(() => running.Events("b").Any(text => text.StartsWith(
            "Warning UnmanagedPods Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged.", StringComparison.Ordinal)));
        await UntilAsync(running, status => status is { ExpectedPods: 0, CurrentHealthy: 1, DisruptionsAllowed: 0 });
    }

    [Fact]
    public async Task Pod_OfTwoBudgets_CountsForBoth_AndSaysSo()
    {
        await using var running = await StartAsync();
        running.Cluster.Add(Budget("min 0"), Budget("min 1", name: "c"));
        await running.UntilAsync(() => running.Events("c").Count > 0 && running.Events("b").Count > 0);
        running.Cluster.Add(Family("bare", ready: 1, pods: 1));
        await UntilAsync(running, status => status.DisruptionsAllowed == 1);
        await running.UntilAsync(() => running.Cluster.Find<V1PodDisruptionBudget>("default", "c")!.Status?.CurrentHealthy == 1);
        await running.UntilAsync(() => running.Events("p0").Contains("Warning MultiplePodDisruptionBudgets Pod \"default\"/\"p0\" matches multiple PodDisruptionBudgets.  Chose \"b\" arbitrarily."));
    }

    [Fact]
    public async Task GrantedEviction_ThatDoesNotHappen_IsForgottenAfterTwoMinutes()
    {
        await using var running = await StartAsync(Family("bare", ready: 2, pods: 2));
        running.Cluster.Add(Budget("min 1", new V1PodDisruptionBudgetStatus { DisruptedPods = new Dictionary<string, DateTime?> { ["p0"] = running.Driver.Now.UtcDateTime, ["gone"] = running.Driver.Now.UtcDateTime } }));

        await UntilAsync(running, status => status is { CurrentHealthy: 1, DisruptionsAllowed: 0 } && status.DisruptedPods.Keys.SequenceEqual(["p0"]));
        var passed = await running.Driver.RunUntilAsync(() => Status(running).DisruptionsAllowed == 1, "the eviction to be forgotten", TimeSpan.FromMinutes(3));
        Assert.True(passed >= TimeSpan.FromMinutes(2) && passed < TimeSpan.FromSeconds(121), $"after {passed}");
        Assert.Empty(Status(running).DisruptedPods ?? new Dictionary<string, DateTime?>());
        await running.Driver.RunUntilAsync(() => running.Events("p0").Contains("Warning NotDeleted Pod was expected by PDB default/default to be deleted but it wasn't"), "the event");
    }

    [Fact]
    public async Task StatusWrite_OverAnEvictionMeanwhile_IsDecidedAnew()
    {
        await using var running = await StartAsync(
            cluster =>
            {
                var left = 1;
                cluster.Intercept((action, _) =>
                {
                    if (action is { Verb: "update", Subresource: "status", Resource.Resource: "poddisruptionbudgets" } && Interlocked.Decrement(ref left) == 0)
                    {
                        cluster.Change<V1PodDisruptionBudget>(Key, budget => budget.Status = new V1PodDisruptionBudgetStatus { DisruptedPods = new Dictionary<string, DateTime?> { ["p0"] = cluster.Time.GetUtcNow().UtcDateTime } });
                    }

                    return Task.CompletedTask;
                });
            },
            Family("bare", ready: 2, pods: 2));
        running.Cluster.Add(Budget("min 1"));
        await UntilAsync(running, status => status is { CurrentHealthy: 1, DisruptionsAllowed: 0 } && status.DisruptedPods?.Count == 1);
        Assert.DoesNotContain(Status(running).Conditions, condition => condition.Reason == "SyncFailed");
    }

    [Theory]
    [InlineData("EvictionByEvictionAPI", "Running", true)]
    [InlineData("TerminationByKubelet", "Running", false)]
    [InlineData("EvictionByEvictionAPI", "Failed", false)]
    public async Task DisruptionTarget_ThatCameToNothing_IsTakenBackAfterTwoMinutes(string reason, string phase, bool isTakenBack)
    {
        await using var running = await StartAsync();
        var pod = Pod("p").WithPhase(phase);
        pod.Status.Conditions = [new V1PodCondition { Type = "DisruptionTarget", Status = "True", Reason = reason, Message = "why", LastTransitionTime = running.Driver.Now.UtcDateTime }];
        running.Cluster.Add(pod);
        await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(119));
        Assert.Equal("True", Target().Status);
        await running.Driver.AdvanceAsync(TimeSpan.FromSeconds(5));
        if (!isTakenBack)
        {
            Assert.Equal("True", Target().Status);
            return;
        }

        await running.UntilAsync(() => Target().Status == "False");
        Assert.True(string.IsNullOrEmpty(Target().Reason) && string.IsNullOrEmpty(Target().Message));

        V1PodCondition Target() => Assert.Single(running.Cluster.Find<V1Pod>("default", "p")!.Status.Conditions);
    }

    private static Task<RunningControllers> StartAsync(params IKubernetesObject<V1ObjectMeta>[] objects) => StartAsync(static _ => { }, objects);

    private static Task<RunningControllers> StartAsync(Action<FakeCluster> prepare, params IKubernetesObject<V1ObjectMeta>[] objects)
    {
        var driver = new FakeTimeDriver();
        var cluster = new FakeCluster(driver.Time).Add(objects);
        prepare(cluster);
        return RunningControllers.StartAsync(driver, cluster, static _ => { }, ControllerNames.Disruption);
    }

    private static Task UntilAsync(RunningControllers running, Func<V1PodDisruptionBudgetStatus, bool> condition)
        => running.UntilAsync(() => running.Cluster.Find<V1PodDisruptionBudget>(Key)?.Status is { } status && condition(status), "the budget's status");

    private static V1PodDisruptionBudgetStatus Status(RunningControllers running) => running.Cluster.Find<V1PodDisruptionBudget>(Key)!.Status;

    private static V1PodDisruptionBudget Budget(string limit, V1PodDisruptionBudgetStatus? status = null, string name = "b")
    {
        var spec = new V1PodDisruptionBudgetSpec { Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } } };
        if (limit.StartsWith("min ", StringComparison.Ordinal)) { spec.MinAvailable = limit[4..]; }
        if (limit.StartsWith("max ", StringComparison.Ordinal)) { spec.MaxUnavailable = limit[4..]; }
        return new V1PodDisruptionBudget { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Generation = 1 }, Spec = spec, Status = status };
    }

    private static IKubernetesObject<V1ObjectMeta>[] Family(string kind, int ready, int pods)
    {
        IKubernetesObject<V1ObjectMeta>[] above = kind switch
        {
            "deployment" => Rollout(),
            "replicaset" or "another" => [ReplicaSet("web", 5).WithUid("owner")],
            "gone" => [ReplicaSet("other", 5).WithUid("owner")],
            "replicationcontroller" => [new V1ReplicationController { ApiVersion = "v1", Kind = "ReplicationController", Metadata = Meta(), Spec = new V1ReplicationControllerSpec { Replicas = 6 } }],
            "statefulset" => [new V1StatefulSet { ApiVersion = "apps/v1", Kind = "StatefulSet", Metadata = Meta(), Spec = new V1StatefulSetSpec { Replicas = 7, Selector = new V1LabelSelector(), Template = new V1PodTemplateSpec() } }],
            "job" => [new V1Job { ApiVersion = "batch/v1", Kind = "Job", Metadata = Meta(), Spec = new V1JobSpec { Template = new V1PodTemplateSpec() } }],
            "fleet" => [Fleet.Definition(), Fleet.Named("web", 8).WithUid("owner")],
            "unscaled" => [Fleet.Definition(), Fleet.Named("web", null).WithUid("owner")],
            _ => [],
        };
        var reference = kind switch
        {
            "bare" => null,
            "stranger" => new V1OwnerReference { ApiVersion = "nowhere.example.com/v1", Kind = "Widget", Name = "web", Uid = "owner", Controller = true },
            "gone" => new V1OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "web", Uid = "owner", Controller = true },
            _ => new V1OwnerReference { ApiVersion = above[^1].ApiVersion, Kind = above[^1].Kind, Name = "web", Uid = kind == "another" ? "not-it" : "owner", Controller = true },
        };
        var below = Enumerable.Range(0, pods).Select(number =>
        {
            var pod = Pod($"p{number}").WithLabel("app", "web").Ready(number < ready);
            // Two sets of one deployment.
            if (reference is not null) { pod.Metadata.OwnerReferences = [kind == "deployment" && number == 0 ? reference with { Name = "old", Uid = "old" } : reference]; }
            return pod;
        });
        return [.. above, .. below];
    }

    private static IKubernetesObject<V1ObjectMeta>[] Rollout()
    {
        var deployment = Deployment("front", 10).WithUid("front");
        return [deployment, ReplicaSet("old", 1).WithUid("old").ControlledBy(deployment), ReplicaSet("web", 3).WithUid("owner").ControlledBy(deployment)];
    }

    private static V1ObjectMeta Meta() => new() { Name = "web", NamespaceProperty = "default", Uid = "owner" };
}
