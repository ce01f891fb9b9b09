using System.Net;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class LaggingDefinitionTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await _http.DefineAsync(Crds.Widgets());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Definition_ThatWasLetGo_IsNotServedAgainWhileACacheStillShowsIt()
    {
        var registry = _server.Services.GetRequiredService<CustomResourceRegistry>();
        var definition = await _server.Admin.Resource<V1CustomResourceDefinition>().GetAsync(ObjectKey.Cluster("widgets.example.com"), CancellationToken.None);
        registry.LetGo(definition);
        registry.Publish([definition]);
        Assert.Null(registry.Find(definition.Metadata.Name));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.SendAsync("GET", Crds.Path())).Code);

        // Held by somebody else's finalizer it is served on, for it is there.
        var held = ApiJson.DeepCopy(definition);
        held.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        held.Metadata.Finalizers = ["example.com/held"];
        registry.Publish([held]);
        Assert.NotNull(registry.Find(definition.Metadata.Name));
        registry.Remove(definition.Metadata.Name);

        // Once it is known to be gone nothing is remembered of it.
        registry.KeepLetGo([]);
        registry.Publish([definition]);
        Assert.NotNull(registry.Find(definition.Metadata.Name));
    }
}
