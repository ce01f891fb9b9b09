using Orch.Contracts.Storage;
using Orch.Storage;

namespace Orch.Store.Memory.Tests;

public sealed class MemoryStoreContractTests : StoreContract
{
    private readonly MemoryStore _store = new();

    protected override Task<IStore> OpenAsync() => Task.FromResult<IStore>(_store);

    protected override async Task CloseAsync() => await _store.DisposeAsync();
}
