using Microsoft.Extensions.Hosting;

namespace Orch.Store.Memory;

/// <summary>Opens the store when the host starts, so that a fault in its data stops the start with its message.</summary>
internal sealed class MemoryStoreService(MemoryStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
