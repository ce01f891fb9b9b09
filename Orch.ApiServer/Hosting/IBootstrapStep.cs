namespace Orch.ApiServer.Hosting;

/// <summary>Makes objects that must be there before the server is ready; run at each start, in order, idempotent. Registered as a set.</summary>
internal interface IBootstrapStep
{
    /// <summary>From this order on the server listens and knows its address.</summary>
    const int Listening = 100;

    /// <summary>Steps run in this order; namespaces are 0.</summary>
    int Order { get; }

    /// <summary>Makes what is missing.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
