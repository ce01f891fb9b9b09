using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;

namespace Orch.ApiServer.Tests.InProcess;

public sealed class InProcessClientContractTests : ServerClientContract
{
    private protected override Task<TestServer> StartAsync() => TestServer.StartAsync();

    private protected override IClusterClient MakeClient() => Server.Admin;
}
