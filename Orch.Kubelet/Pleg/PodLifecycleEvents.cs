using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Runtime;

namespace Orch.Kubelet.Pleg;

/// <summary>Notices what happens to containers: at once by the runtime's events, and by listing in case an event was lost.</summary>
/// <remarks>A missed event costs at most <see cref="KubeletOptions.RelistPeriod"/>; a failed list is made up for by the next one.</remarks>
internal sealed partial class PodLifecycleEvents(IContainerRuntime runtime, IOptions<KubeletOptions> options, TimeProvider time, ILogger<PodLifecycleEvents> logger)
{
    private static readonly TimeSpan Resubscribe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromMinutes(3);
    private Dictionary<string, string> _last = [];
    private DateTimeOffset? _relistedAt;

    /// <summary>Called with the uid of a pod of which something changed.</summary>
    public event Action<string>? Changed;

    /// <summary>The last list is recent enough to trust the node.</summary>
    public bool IsHealthy => _relistedAt is { } at && time.GetUtcNow() - at < HealthyWithin;

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(ListenAsync(cancellationToken), RelistAsync(cancellationToken));

    /// <summary>Lists once and tells the differences.</summary>
    public async Task RelistOnceAsync(CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string> { [RuntimeLabels.Node] = options.Value.NodeName };
        var sandboxes = await runtime.ListSandboxesAsync(labels, cancellationToken).ConfigureAwait(false);
        var containers = await runtime.ListContainersAsync(labels, cancellationToken).ConfigureAwait(false);
        var now = sandboxes.Select(static s => (Uid: s.Pod.Uid, Text: $"{s.Id}={s.IsReady}"))
            .Concat(containers.Select(static c => (Uid: c.Labels.TryGetValue(RuntimeLabels.PodUid, out var uid) ? uid : string.Empty, Text: $"{c.Id}={c.State}")))
            .GroupBy(static e => e.Uid)
            .ToDictionary(static g => g.Key, static g => string.Join(' ', g.Select(static e => e.Text).Order(StringComparer.Ordinal)));
        var changed = now.Where(p => !_last.TryGetValue(p.Key, out var before) || before != p.Value).Select(static p => p.Key)
            .Concat(_last.Keys.Where(uid => !now.ContainsKey(uid))).ToList();
        (_last, _relistedAt) = (now, time.GetUtcNow());
        foreach (var uid in changed) { Changed?.Invoke(uid); }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await foreach (var item in runtime.WatchEventsAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (item.Labels.TryGetValue(RuntimeLabels.Node, out var node) && node == options.Value.NodeName && item.Labels.TryGetValue(RuntimeLabels.PodUid, out var uid))
                    {
                        Changed?.Invoke(uid);
                    }
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.EventsBroke(logger, e);
            }

            await Task.Delay(Resubscribe, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RelistAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RelistOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.RelistFailed(logger, e);
            }

            await Task.Delay(options.Value.RelistPeriod, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The runtime's events broke off, subscribing anew")]
        public static partial void EventsBroke(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "The runtime could not be listed")]
        public static partial void RelistFailed(ILogger logger, Exception exception);
    }
}
