namespace Orch.ApiServer.Hosting;

/// <summary>Something to do before the server stops, while it still answers. Registered as a set.</summary>
internal interface IShutdownStep
{
    /// <summary>Does it; harmless where the server never started. Cancelled when the stop cannot wait any longer.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
