using Orch.Contracts.Storage;
using Orch.Storage;

namespace Orch.Store.Etcd.Tests;

[Trait("Needs", "Etcd")]
public sealed class EtcdStoreContractTests(EtcdServer server) : StoreContract, IClassFixture<EtcdServer>
{
    private EtcdStore? _store;

    protected override Task<IStore> OpenAsync()
    {
        EtcdServer.SkipIfMissing();
        _store = server.NewStore();
        return Task.FromResult<IStore>(_store);
    }

    protected override Task CloseAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }
}
