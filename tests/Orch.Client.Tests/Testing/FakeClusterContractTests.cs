using Orch.Contracts.Client;
using Orch.Testing.Fakes;

namespace Orch.Client.Tests.Testing;

/// <summary>The fake behaves as the API does.</summary>
public sealed class FakeClusterContractTests : ClusterClientContract
{
    private readonly FakeCluster _cluster = new();

    protected override Task<(IClusterClient Client, string Namespace)> PrepareAsync() => Task.FromResult<(IClusterClient, string)>((_cluster, "contract"));

    protected override Task<bool> ExpireVersionsAsync()
    {
        _cluster.ExpireVersions();
        return Task.FromResult(true);
    }
}
