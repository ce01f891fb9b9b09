using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Subresources;

/// <summary>Evictions against disruption budgets.</summary>
public sealed class PodEvictionTests : IAsyncLifetime
{
    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static readonly ObjectKey Key = new("default", "p");
    private TestServer _server = null!;

    private IResourceClient<V1Pod> Pods => _server.Admin.Resource<V1Pod>();

    private IResourceClient<V1PodDisruptionBudget> Budgets => _server.Admin.Resource<V1PodDisruptionBudget>();

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Evict_WithoutBudget_MarksAndDeletes()
    {
        await RunningAsync(isReady: true);
        await EvictAsync();
        await Assert.ThrowsAsync<ApiException>(() => Pods.GetAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Evict_OnANode_SaysWhyBeforeItStops()
    {
        await RunningAsync(isReady: true, node: "n1");
        await EvictAsync();
        var pod = await Pods.GetAsync(Key, CancellationToken.None);

        Assert.NotNull(pod.Metadata.DeletionTimestamp);
        var condition = pod.Status.Conditions.Single(item => item.Type == "DisruptionTarget");
        Assert.Equal(("True", "EvictionByEvictionAPI", "Eviction API: evicting"), (condition.Status, condition.Reason, condition.Message));
    }

    [Fact]
    public async Task Evict_BudgetAllows_TakesOneAndNamesThePod()
    {
        await RunningAsync(isReady: true);
        await BudgetAsync("b", status => status.DisruptionsAllowed = 1);
        await EvictAsync();

        var budget = await Budgets.GetAsync(new ObjectKey("default", "b"), CancellationToken.None);
        Assert.Equal(0, budget.Status.DisruptionsAllowed);
        Assert.Contains("p", budget.Status.DisruptedPods.Keys);
        var condition = budget.Status.Conditions.Single();
        Assert.Equal(("DisruptionAllowed", "False", "InsufficientPods"), (condition.Type, condition.Status, condition.Reason));
    }

    [Fact]
    public async Task Evict_BudgetIsUsedUp_IsTooManyRequests()
    {
        await RunningAsync(isReady: true);
        await BudgetAsync("b", status => (status.DesiredHealthy, status.CurrentHealthy) = (2, 1));
        var error = await RefusedAsync();

        Assert.Equal((429, "TooManyRequests", Refusal), (error.Code, error.Reason, error.Message));
        var cause = error.Status.Details.Causes.Single();
        Assert.Equal(("DisruptionBudget", "The disruption budget b needs 2 healthy pods and has 1 currently"), (cause.Reason, cause.Message));
        Assert.Null(error.Status.Details.RetryAfterSeconds);
        Assert.Null((await Pods.GetAsync(Key, CancellationToken.None)).Metadata.DeletionTimestamp);
    }

    [Fact]
    public async Task Evict_BudgetNotYetSeen_AsksToComeAgain()
    {
        await RunningAsync(isReady: true);
        await BudgetAsync("b", status => (status.ObservedGeneration, status.DisruptionsAllowed) = (0, 5));
        var error = await RefusedAsync();

        Assert.Equal((429, 10, "The disruption budget b is still being processed by the server."), (error.Code, error.Status.Details.RetryAfterSeconds, error.Status.Details.Causes.Single().Message));
    }

    [Fact]
    public async Task Evict_SeveralBudgets_IsAnError()
    {
        await RunningAsync(isReady: true);
        await BudgetAsync("a", status => status.DisruptionsAllowed = 1);
        await BudgetAsync("b", status => status.DisruptionsAllowed = 1);
        var error = await RefusedAsync();

        Assert.Equal((500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."), (error.Code, error.Message));
    }

    [Fact]
    public async Task Evict_TooManyUnconfirmed_IsForbidden()
    {
        await RunningAsync(isReady: true);
        await BudgetAsync("b", status =>
        {
            status.DisruptionsAllowed = 1;
            status.DisruptedPods = Enumerable.Range(0, 2001).ToDictionary(number => $"p{number}", _ => (DateTime?)DateTime.UnixEpoch);
        });
        var error = await RefusedAsync();

        Assert.Equal((403, "poddisruptionbudget.policy \"b\" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("AlwaysAllow", 0, 0, true)]
    [InlineData(null, 2, 2, true)]
    [InlineData(null, 1, 2, false)]
    [InlineData("IfHealthyBudget", 0, 0, false)]
    public async Task Evict_UnhealthyPod_FollowsThePolicy(string? policy, int healthy, int desired, bool goes)
    {
        await RunningAsync(isReady: false);
        await BudgetAsync("b", status => (status.CurrentHealthy, status.DesiredHealthy) = (healthy, desired), policy);
        if (goes) { await EvictAsync(); }
        else { Assert.Equal(429, (await RefusedAsync()).Code); }
        Assert.Equal(0, (await Budgets.GetAsync(new ObjectKey("default", "b"), CancellationToken.None)).Status.DisruptedPods?.Count ?? 0);
    }

    [Fact]
    public async Task Evict_PodThatHasNotBegun_NeedsNoBudget()
    {
        await RunningAsync(isReady: false, phase: "Pending");
        await BudgetAsync("b", _ => { });
        await EvictAsync();
        await Assert.ThrowsAsync<ApiException>(() => Pods.GetAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Evict_DryRun_ChangesNothing()
    {
        await RunningAsync(isReady: true);
        await BudgetAsync("b", status => status.DisruptionsAllowed = 1);
        await EvictAsync(new V1DeleteOptions { DryRun = ["All"] });

        Assert.Equal(1, (await Budgets.GetAsync(new ObjectKey("default", "b"), CancellationToken.None)).Status.DisruptionsAllowed);
        Assert.DoesNotContain((await Pods.GetAsync(Key, CancellationToken.None)).Status.Conditions, item => item.Type == "DisruptionTarget");
    }

    [Fact]
    public async Task Evict_AnotherPodOfTheName_Conflicts()
    {
        await RunningAsync(isReady: true);
        var error = await Assert.ThrowsAsync<ApiException>(() => EvictAsync(new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = "other" } }));
        Assert.True(error.IsConflict);
        Assert.StartsWith("Operation cannot be fulfilled on Pod \"p\": the UID in the precondition (other) does not match the UID in record (", error.Message, StringComparison.Ordinal);
    }

    private async Task RunningAsync(bool isReady, string? node = null, string phase = "Running")
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["app"] = "web" } },
            Spec = new V1PodSpec { NodeName = node, Containers = [new V1Container { Name = "c", Image = "i" }] },
        };
        var made = Orch.Serialization.ApiJson.DeepCopy(await Pods.CreateAsync(pod, CancellationToken.None));
        made.Status.Phase = phase;
        made.Status.Conditions = [new V1PodCondition { Type = "Ready", Status = isReady ? "True" : "False" }];
        await Pods.UpdateStatusAsync(made, CancellationToken.None);
    }

    private async Task BudgetAsync(string name, Action<V1PodDisruptionBudgetStatus> status, string? policy = null)
    {
        var budget = new V1PodDisruptionBudget
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1PodDisruptionBudgetSpec { MinAvailable = 1, UnhealthyPodEvictionPolicy = policy, Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } } },
        };
        var made = Orch.Serialization.ApiJson.DeepCopy(await Budgets.CreateAsync(budget, CancellationToken.None));
        made.Status.ObservedGeneration = 1;
        status(made.Status);
        await Budgets.UpdateStatusAsync(made, CancellationToken.None);
    }

    private async Task EvictAsync(V1DeleteOptions? options = null)
        => await Pods.CreateSubresourceAsync(Key, "eviction", new V1Eviction { Metadata = new V1ObjectMeta { Name = "p" }, DeleteOptions = options }, CancellationToken.None);

    private async Task<ApiException> RefusedAsync() => await Assert.ThrowsAsync<ApiException>(() => EvictAsync());
}
