using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Client.Http;
using Orch.Resources;
using Orch.Testing.Builders;

namespace Orch.ApiServer.Tests.InProcess;

public sealed class HttpsClientContractTests : ServerClientContract
{
    private HttpClusterClient? _client;

    private protected override Task<TestServer> StartAsync() => TestServer.ListenAsync();

    private protected override IClusterClient MakeClient()
        => _client = new HttpClusterClient(
            new ClusterConnection { Server = Server.Address, TrustedAuthorities = [Server.Certificates.Authority], Token = new StaticToken("admin/system:masters") }, TimeProvider.System);

    [Fact]
    public async Task Metadata_AreAllThatIsSent()
    {
        var maps = ((HttpClusterClient)Client).Metadata(new GroupVersionResource(string.Empty, "v1", "configmaps"));
        await Client.Resource<V1ConfigMap>().CreateAsync(Build.ConfigMap("a", Namespace, ("k", "v")), CancellationToken.None);
        var one = await maps.GetAsync(new ObjectKey(Namespace, "a"), CancellationToken.None);
        var many = await maps.ListAsync(new ListRequest { Namespace = Namespace }, CancellationToken.None);
        Assert.Equal(("meta.k8s.io/v1", "PartialObjectMetadata"), (one.ApiVersion, one.Kind));
        Assert.Equal(("meta.k8s.io/v1", "PartialObjectMetadata"), (Assert.Single(many.Items).ApiVersion, many.Items[0].Kind));
    }

    protected override async Task CleanUpAsync()
    {
        _client?.Dispose();
        await base.CleanUpAsync();
    }
}
