namespace Orch.ApiServer.Health;

/// <summary>What the server makes at its start (namespaces and the like) is there.</summary>
internal sealed class StartupCheck : IHealthCheck
{
    private int _isDone;

    /// <inheritdoc />
    public string Name => "poststarthook/bootstrap-objects";

    /// <inheritdoc />
    public bool IsLiveness => false;

    /// <summary>It is there.</summary>
    public void Done() => Volatile.Write(ref _isDone, 1);

    /// <summary>The server is going down: no more requests should be sent.</summary>
    public void Leave() => Volatile.Write(ref _isDone, 2);

    /// <inheritdoc />
    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
        => new(Volatile.Read(ref _isDone) switch { 0 => "not finished", 1 => null, _ => "the server is shutting down" });
}
