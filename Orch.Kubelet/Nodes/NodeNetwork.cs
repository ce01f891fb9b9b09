using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Networking;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Nodes;

/// <summary>Brings the pod network up as soon as the node has a range of addresses.</summary>
internal sealed partial class NodeNetwork(
    IPodNetwork network, IContainerRuntime runtime, NodeHealth health, NodeRegistration registration, IOptions<KubeletOptions> options, TimeProvider time, ILogger<NodeNetwork> logger)
{
    private const string Part = "network";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(10);
    private readonly Pods.Signal _changed = new(time);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _wanted = options.Value.PodCidr;

    /// <summary>Pods can be connected.</summary>
    public bool IsReady => _ready.Task.IsCompleted;

    /// <summary>Waits a little for a network that is about to come, so that an agent which was only restarted does not call its node unready.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (_wanted is null) { return; }
        try
        {
            await _ready.Task.WaitAsync(SettleTime, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Then the node says what is wrong.
        }
    }

    public void Observe(V1Node? node)
    {
        if (node?.Metadata.Name != options.Value.NodeName || string.IsNullOrEmpty(node.Spec?.PodCIDR)) { return; }
        _wanted = node.Spec.PodCIDR;
        _changed.Set();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? current = null;
        health.Report(Part, "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:the node has no pod CIDR yet");
        while (true)
        {
            TimeSpan? wait = null;
            if (_wanted is { } cidr && cidr != current)
            {
                try
                {
                    await network.SetUpNodeAsync(cidr, cancellationToken).ConfigureAwait(false);
                    var sandboxes = await runtime.ListSandboxesAsync(new Dictionary<string, string> { [RuntimeLabels.Node] = options.Value.NodeName }, cancellationToken).ConfigureAwait(false);
                    await network.RetainOnlyAsync(sandboxes.Where(static s => s.IsReady).Select(static s => s.Id.Value).ToHashSet(), cancellationToken).ConfigureAwait(false);
                    current = cidr;
                    health.Report(Part, null);
                    _ready.TrySetResult();
                    registration.Wake();
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    Log.SetUpFailed(logger, cidr, e);
                    health.Report(Part, $"container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:{e.Message}");
                    registration.Wake();
                    wait = Retry;
                }
            }

            await _changed.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The pod network {PodCidr} could not be set up, trying again")]
        public static partial void SetUpFailed(ILogger logger, string podCidr, Exception exception);
    }
}
