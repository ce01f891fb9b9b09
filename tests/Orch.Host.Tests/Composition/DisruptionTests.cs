using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Time;

namespace Orch.Host.Tests.Composition;

/// <summary>A budget in a whole cluster: counted by its controller, kept by evictions.</summary>
public sealed class DisruptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Budget_RefusesWhatIsTooMuch_AndLetsOneGoAfterTheOther()
    {
        using var cluster = new EmbeddedCluster("disruption");
        await cluster.StartAsync();
        var client = cluster.Cluster.CreateClient();
        var (pods, budgets) = (client.Resource<V1Pod>(), client.Resource<V1PodDisruptionBudget>());
        var deployment = Build.Deployment("web", 3);
        deployment.Spec.Template.Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "web:1" }], TerminationGracePeriodSeconds = 1 };
        await client.Resource<V1Deployment>().CreateAsync(deployment, default);
        await budgets.CreateAsync(
            new V1PodDisruptionBudget
            {
                Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
                Spec = new V1PodDisruptionBudgetSpec { MinAvailable = 3, Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } } },
            },
            default);

        await UntilAsync(budgets, static status => status.CurrentHealthy == 3);
        var names = (await pods.ListAsync(new ListRequest { LabelSelector = "app=web" }, default)).Items.Select(static pod => pod.Metadata.Name).ToList();
        var refusal = await Assert.ThrowsAsync<ApiException>(() => EvictAsync(pods, names[0]));
        Assert.Equal((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (refusal.Code, refusal.Reason, refusal.Message));
        var cause = Assert.Single(refusal.Status.Details.Causes);
        Assert.Equal(("DisruptionBudget", "The disruption budget web needs 3 healthy pods and has 3 currently"), (cause.Reason, cause.Message));

        await budgets.PatchAsync(new ObjectKey("default", "web"), new ResourcePatch(PatchKind.Merge, """{"spec":{"minAvailable":null,"maxUnavailable":1}}"""u8.ToArray()), default);
        await UntilAllowedAsync(budgets);
        var status = (await budgets.GetAsync(new ObjectKey("default", "web"), default)).Status;
        Assert.Equal((3, 2, 3, 1, 2L), (status.CurrentHealthy, status.DesiredHealthy, status.ExpectedPods, status.DisruptionsAllowed, status.ObservedGeneration));
        await EvictAsync(pods, names[0]);
        await UntilAllowedAsync(budgets);
        await EvictAsync(pods, names[1]);
        await cluster.StopAsync();
    }

    private static Task UntilAllowedAsync(IResourceClient<V1PodDisruptionBudget> budgets)
        => UntilAsync(budgets, static status => status.DisruptionsAllowed == 1 && (status.DisruptedPods?.Count ?? 0) == 0);

    private static Task UntilAsync(IResourceClient<V1PodDisruptionBudget> budgets, Predicate<V1PodDisruptionBudgetStatus> isSo)
        => Patience.UntilAsync(async () => (await budgets.GetAsync(new ObjectKey("default", "web"), default)).Status is { } status && isSo(status), "the budget to be counted", Limit);

    private static async Task EvictAsync(IResourceClient<V1Pod> pods, string name)
        => await pods.CreateSubresourceAsync(new ObjectKey("default", name), "eviction", new V1Eviction { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } }, default);
}
