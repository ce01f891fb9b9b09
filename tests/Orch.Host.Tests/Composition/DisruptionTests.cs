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
    public async Task Budget_LetsOneGo_RefusesTheNext_AndLetsAnotherGoOnceThePodsAreBack()
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
                Spec = new V1PodDisruptionBudgetSpec { MaxUnavailable = 1, Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } } },
            },
            default);

        await UntilAllowedAsync(budgets);
        var status = (await budgets.GetAsync(new ObjectKey("default", "web"), default)).Status;
        Assert.Equal((3, 2, 3, 1, 1L), (status.CurrentHealthy, status.DesiredHealthy, status.ExpectedPods, status.DisruptionsAllowed, status.ObservedGeneration));

        var names = (await pods.ListAsync(new ListRequest { LabelSelector = "app=web" }, default)).Items.Select(static pod => pod.Metadata.Name).ToList();
        await EvictAsync(pods, names[0]);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => EvictAsync(pods, names[1]));
        Assert.Equal((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (refusal.Code, refusal.Reason, refusal.Message));
        var cause = Assert.Single(refusal.Status.Details.Causes);
        Assert.Equal("DisruptionBudget", cause.Reason);
        Assert.StartsWith("The disruption budget web needs 2 healthy pods and has ", cause.Message, StringComparison.Ordinal);

        await UntilAllowedAsync(budgets);
        await EvictAsync(pods, names[1]);
        await cluster.StopAsync();
    }

    private static Task UntilAllowedAsync(IResourceClient<V1PodDisruptionBudget> budgets)
        => Patience.UntilAsync(
            async () => (await budgets.GetAsync(new ObjectKey("default", "web"), default)).Status is { DisruptionsAllowed: 1 } status && (status.DisruptedPods?.Count ?? 0) == 0, "one pod to be allowed to go", Limit);

    private static async Task EvictAsync(IResourceClient<V1Pod> pods, string name)
        => await pods.CreateSubresourceAsync(new ObjectKey("default", name), "eviction", new V1Eviction { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } }, default);
}
