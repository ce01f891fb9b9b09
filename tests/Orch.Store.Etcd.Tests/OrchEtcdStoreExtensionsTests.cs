using Microsoft.Extensions.DependencyInjection;
using Orch.Storage;
using Orch.Store.Etcd.Watching;

namespace Orch.Store.Etcd.Tests;

public sealed class OrchEtcdStoreExtensionsTests
{
    [Fact]
    public void Added_IsTheStore()
    {
        using var provider = new ServiceCollection().AddOrchEtcdStore(options => options.Endpoints.Add("http://127.0.0.1:1")).AddOrchEtcdStore()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Assert.IsType<EtcdStore>(Assert.Single(provider.GetServices<IStore>()));
    }

    [Fact]
    public void Options_AllFaultsAreNamed()
    {
        var options = new EtcdStoreOptions
        {
            KeyPrefix = "orch/",
            CertificateAuthorityFile = "/nowhere/ca.pem",
            ClientCertificateFile = "/nowhere/client.pem",
            RequestTimeout = TimeSpan.Zero,
            CompactionInterval = TimeSpan.FromSeconds(-1),
        };
        options.Endpoints.Add("10.0.0.1:2379");
        options.Endpoints.Add("https://10.0.0.1:2379");
        options.Endpoints.Add("http://10.0.0.1:2379");
        var failures = new EtcdStoreOptionsValidator().Validate(null, options).Failures!.ToList();
        foreach (var start in new[]
        {
            "Endpoints[0]", "Endpoints mixes", "KeyPrefix", "ClientCertificateFile and", "CertificateAuthorityFile is", "ClientCertificateFile is", "RequestTimeout", "CompactionInterval",
        })
        {
            Assert.Contains(failures, failure => failure.StartsWith(start, StringComparison.Ordinal));
        }

        Assert.True(new EtcdStoreOptionsValidator().Validate(null, new EtcdStoreOptions()).Succeeded);
    }

    [Theory]
    [InlineData("3.3.99", false)]
    [InlineData("3.4.23", false)]
    [InlineData("3.4.31", true)]
    [InlineData("3.5.12", false)]
    [InlineData("3.5.13", true)]
    [InlineData("3.6.0-rc.1", true)]
    [InlineData("4.0.0", true)]
    [InlineData("", false)]
    public void Progress_IsAskedForOnlyWhereItIsReliable(string version, bool isReliable) => Assert.Equal(isReliable, EtcdVersion.IsReliable(version));

    [Fact]
    public void ProgressDemand_CompletesOnceMoreIsWanted()
    {
        var demand = new ProgressDemand();
        var beyond5 = demand.ExceedsAsync(5);
        demand.Raise(3);
        Assert.True(demand.ExceedsAsync(2).IsCompleted);
        var again = demand.ExceedsAsync(5);
        Assert.False(again.IsCompleted);
        demand.Raise(7);
        Assert.True(again.IsCompleted && demand.ExceedsAsync(6).IsCompleted && beyond5.IsCompleted);
        demand.Raise(4);
        Assert.Equal(7, demand.Wanted);
    }
}
