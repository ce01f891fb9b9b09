using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Contracts.Client;
using Orch.Storage;

namespace Orch.ApiServer.Tests.InProcess;

/// <summary>The client contract against a real server.</summary>
public abstract class ServerClientContract : ClusterClientContract
{
    private protected TestServer Server { get; private set; } = null!;

    private protected abstract Task<TestServer> StartAsync();

    private protected abstract IClusterClient MakeClient();

    protected override async Task<(IClusterClient Client, string Namespace)> PrepareAsync()
    {
        Server = await StartAsync();
        await Server.Admin.Resource<V1Namespace>().CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "contract" } }, CancellationToken.None);
        var account = new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "contract" } };
        await Server.Admin.Resource<V1ServiceAccount>().CreateAsync(account, CancellationToken.None);
        return (MakeClient(), "contract");
    }

    protected override async Task CleanUpAsync() => await Server.DisposeAsync();

    protected override async Task<bool> ExpireVersionsAsync()
    {
        var store = Server.Services.GetRequiredService<IStore>();
        var mirror = Server.Services.GetRequiredService<StoreMirror>();
        for (var count = 0; count < 3; count++) { await store.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/test/tick/t", "{}"u8.ToArray())]), CancellationToken.None); }
        var revision = await store.CurrentRevisionAsync(CancellationToken.None);
        await mirror.WaitForAsync(revision.Value, CancellationToken.None);
        await store.CompactAsync(revision, CancellationToken.None);
        foreach (var cache in mirror.Caches) { cache.Load(cache.Snapshot.Objects, revision.Value); }
        return true;
    }
}
