using Orch.Client.Http;
using Orch.Contracts.Client;
using Orch.Testing.Fakes;

namespace Orch.Client.Tests.Http;

public sealed class HttpClusterClientContractTests : ClusterClientContract
{
    private readonly FakeCluster _cluster = new();
    private FakeApiServer _server = null!;
    private HttpClusterClient _client = null!;

    protected override async Task<(IClusterClient Client, string Namespace)> PrepareAsync()
    {
        _server = await FakeApiServer.StartAsync(_cluster);
        _client = new HttpClusterClient(_server.Connection, TimeProvider.System);
        return (_client, "contract");
    }

    protected override async Task CleanUpAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    protected override Task<bool> ExpireVersionsAsync()
    {
        _cluster.ExpireVersions();
        return Task.FromResult(true);
    }
}
