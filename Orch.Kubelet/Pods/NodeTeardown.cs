using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Volumes;
using Orch.Networking;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Takes away all that the agent would otherwise leave for its next start: containers, the pod network, mounts.</summary>
internal sealed partial class NodeTeardown(
    IContainerRuntime runtime, IPodNetwork network, IOptions<KubeletOptions> options, ILogger<NodeTeardown> logger)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync("pods", RemovePodsAsync, cancellationToken).ConfigureAwait(false);
        await TryAsync("the pod network", network.TearDownNodeAsync, cancellationToken).ConfigureAwait(false);
        await TryAsync("volumes", _ => Task.Run(() => VolumeDirectories.Remove(new VolumeDirectories(options.Value.RootDirectory).Pods), CancellationToken.None), cancellationToken).ConfigureAwait(false);
    }

    private async Task RemovePodsAsync(CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string> { [RuntimeLabels.Node] = options.Value.NodeName };
        var containers = (await runtime.ListContainersAsync(labels, cancellationToken).ConfigureAwait(false)).ToLookup(container => container.Sandbox);
        var sandboxes = await runtime.ListSandboxesAsync(labels, cancellationToken).ConfigureAwait(false);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(sandboxes, limits, async (sandbox, token) =>
        {
            await Task.WhenAll(containers[sandbox.Id].Select(container => RemoveContainerAsync(container.Id, token))).ConfigureAwait(false);
            await runtime.StopSandboxAsync(sandbox.Id, token).ConfigureAwait(false);
            await runtime.RemoveSandboxAsync(sandbox.Id, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task RemoveContainerAsync(ContainerId container, CancellationToken cancellationToken)
    {
        await runtime.StopContainerAsync(container, Grace, cancellationToken).ConfigureAwait(false);
        await runtime.RemoveContainerAsync(container, cancellationToken).ConfigureAwait(false);
    }

    // What one part cannot take away must not keep the others from it; a person reads what is left.
    private async Task TryAsync(string what, Func<CancellationToken, Task> remove, CancellationToken cancellationToken)
    {
        try { await remove(cancellationToken).ConfigureAwait(false); }
        catch (Exception failure) when (failure is not OperationCanceledException) { Log.NotRemoved(logger, what, failure); }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Not all of {What} could be removed at the end")]
        public static partial void NotRemoved(ILogger logger, string what, Exception exception);
    }
}
