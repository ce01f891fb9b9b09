namespace Orch.ApiServer.Health;

/// <summary>The server answers at all.</summary>
internal sealed class PingCheck : IHealthCheck
{
    /// <inheritdoc />
    public string Name => "ping";

    /// <inheritdoc />
    public bool IsLiveness => true;

    /// <inheritdoc />
    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new((string?)null);
}
