using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Health;

/// <summary>The watch cache has loaded the store.</summary>
internal sealed class WatchCacheCheck(StoreMirror mirror) : IHealthCheck
{
    /// <inheritdoc />
    public string Name => "watch-cache";

    /// <inheritdoc />
    public bool IsLiveness => false;

    /// <inheritdoc />
    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new(mirror.Observed > 0 ? null : "not loaded yet");
}
