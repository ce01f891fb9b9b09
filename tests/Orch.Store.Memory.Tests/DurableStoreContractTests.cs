using Orch.Contracts.Storage;
using Orch.Storage;

namespace Orch.Store.Memory.Tests;

public sealed class DurableStoreContractTests : StoreContract
{
    private readonly TemporaryDirectory _directory = new();
    private MemoryStore? _store;

    protected override Task<IStore> OpenAsync()
    {
        _store = new MemoryStore(new MemoryStoreOptions { DataDirectory = _directory.Path, CheckpointBytes = 50_000 });
        return Task.FromResult<IStore>(_store);
    }

    protected override async Task CloseAsync()
    {
        await _store!.DisposeAsync();
        _directory.Dispose();
    }
}
