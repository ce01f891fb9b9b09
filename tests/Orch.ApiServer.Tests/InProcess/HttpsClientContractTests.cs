using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Client.Http;

namespace Orch.ApiServer.Tests.InProcess;

public sealed class HttpsClientContractTests : ServerClientContract
{
    private HttpClusterClient? _client;

    private protected override Task<TestServer> StartAsync() => TestServer.ListenAsync();

    private protected override IClusterClient MakeClient()
        => _client = new HttpClusterClient(
            new ClusterConnection { Server = Server.Address, TrustedAuthorities = [Server.Certificates.Authority], Token = new StaticToken("admin/system:masters") }, TimeProvider.System);

    protected override async Task CleanUpAsync()
    {
        _client?.Dispose();
        await base.CleanUpAsync();
    }
}
