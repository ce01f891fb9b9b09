using Orch.ApiServer.Hosting;

namespace Orch.ApiServer.Bootstrap;

/// <summary>The first priority levels and flow schemas.</summary>
internal sealed class FlowControlStep(FlowControlKeeper keeper) : IBootstrapStep
{
    /// <inheritdoc />
    public int Order => 2;

    /// <inheritdoc />
    public Task RunAsync(CancellationToken cancellationToken) => keeper.KeepAsync(cancellationToken);
}
