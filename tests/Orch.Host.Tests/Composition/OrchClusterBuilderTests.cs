using Microsoft.Extensions.DependencyInjection;
using Orch.Host.Composition;

namespace Orch.Host.Tests.Composition;

public sealed class OrchClusterBuilderTests
{
    public static TheoryData<string, string, Action<OrchClusterBuilder>> SlotsTakenTwice => new()
    {
        { "UseMemoryStore", "UseMemoryStore", cluster => cluster.UseMemoryStore().UseMemoryStore() },
        { "UseEtcdStore", "UseMemoryStore", cluster => cluster.UseMemoryStore().UseEtcdStore(etcd => etcd.Endpoints.Add("http://127.0.0.1:2379")) },
        { "UseStore", "UseEtcdStore", cluster => cluster.UseEtcdStore(etcd => etcd.Endpoints.Add("http://127.0.0.1:2379")).UseStore(_ => { }) },
        { "UseDockerRuntime", "UseSimulatedNodes", cluster => cluster.UseSimulatedNodes().UseDockerRuntime() },
        { "UseRuntime", "UseDockerRuntime", cluster => cluster.UseDockerRuntime().UseRuntime(_ => { }) },
        { "UseNoNodes", "UseRuntime", cluster => cluster.UseRuntime(_ => { }).UseNoNodes() },
        { "UseSimulatedNodes", "UseNoNodes", cluster => cluster.UseNoNodes().UseSimulatedNodes() },
        { "UseProxy", "UseNftablesProxy", cluster => cluster.UseNftablesProxy().UseProxy(_ => { }) },
    };

    [Theory]
    [MemberData(nameof(SlotsTakenTwice))]
    public void Use_OfATakenSlot_NamesBothCalls(string second, string first, Action<OrchClusterBuilder> configure)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddOrchCluster(configure));

        Assert.Equal($"{second} was called, but {first} has chosen that part already; keep one of the two calls.", refused.Message);
    }

    [Fact]
    public void AddOrchCluster_Twice_IsRefused()
    {
        var services = new ServiceCollection().AddOrchCluster(cluster => cluster.UseSimulatedNodes());

        var refused = Assert.Throws<InvalidOperationException>(() => services.AddOrchCluster());

        Assert.Contains("AddOrchCluster was called twice", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cluster_WithItsDefaultParts_CanBeBuilt(bool simulated)
    {
        var services = new ServiceCollection().AddOrchCluster(cluster =>
        {
            if (simulated) { cluster.UseSimulatedNodes(); }
            cluster.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostApplicationLifetime, NoLifetime>();
        });

        using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.NotNull(provider);
    }

    private sealed class NoLifetime : Microsoft.Extensions.Hosting.IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
