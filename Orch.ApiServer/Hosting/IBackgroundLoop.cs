namespace Orch.ApiServer.Hosting;

/// <summary>Something that the server does beside answering requests, from start to stop. Registered as a set.</summary>
internal interface IBackgroundLoop
{
    /// <summary>Runs until cancelled; does not throw but for that.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
