using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.Testing.Builders;
using static Orch.Testing.Builders.Build;

namespace Orch.Controllers.Tests.Hosting;

public sealed class ControllersOptionsTests
{
    [Fact]
    public void Faults_AreAllNamed()
    {
        var services = new ServiceCollection();
        services.AddOrchControllers(options =>
        {
            options.Controllers.Add("-nonsense");
            options.ClusterCidrs.Add("10.0.0.0");
            options.MaxEndpointsPerSlice = 0;
        });
        using var provider = services.BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<ControllersOptions>>().Value);
        Assert.Equal(3, fault.Failures.Count());
        Assert.Contains(fault.Failures, text => text.StartsWith("Controllers: \"-nonsense\" is not a controller", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("*", ControllerNames.Deployment, true)]
    [InlineData("*,-deployment-controller", ControllerNames.Deployment, false)]
    [InlineData("*,-deployment-controller", ControllerNames.ReplicaSet, true)]
    [InlineData("replicaset-controller", ControllerNames.Deployment, false)]
    [InlineData("replicaset-controller", ControllerNames.ReplicaSet, true)]
    public void Names_SwitchAsUpstream(string chosen, string name, bool isEnabled)
    {
        var options = new ControllersOptions();
        options.Controllers.Clear();
        foreach (var one in chosen.Split(',')) { options.Controllers.Add(one); }
        Assert.Equal(isEnabled, options.IsEnabled(name));
    }

    [Fact]
    public async Task Leader_WorksAlone_AndAnotherTakesOver()
    {
        await using var first = await RunningControllers.StartAsync(options => options.LeaderElect = true, ControllerNames.ServiceAccount);
        await first.UntilAsync(() => first.All<V1Lease>().Any(lease => lease.Metadata.Name == "kube-controller-manager" && !string.IsNullOrEmpty(lease.Spec.HolderIdentity)));
        var holder = first.All<V1Lease>().Single().Spec.HolderIdentity;
        await using var second = await RunningControllers.StartAsync(first.Driver, first.Cluster, options => options.LeaderElect = true, ControllerNames.ServiceAccount);
        first.Cluster.Add(Namespace("a"));
        await first.UntilAsync(() => first.All<V1ServiceAccount>().Count == 1);
        await first.DisposeAsync();
        await second.Driver.RunUntilAsync(() => second.All<V1Lease>().Single().Spec.HolderIdentity is { Length: > 0 } now && now != holder, "the other leads");
        second.Cluster.Add(Namespace("b"));
        await second.UntilAsync(() => second.All<V1ServiceAccount>().Count == 2);
    }
}
