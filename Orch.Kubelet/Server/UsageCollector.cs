using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Nodes;
using Orch.Runtime;

namespace Orch.Kubelet.Server;

/// <summary>What pods use, with rates made from two looks.</summary>
internal sealed class UsageCollector(IContainerRuntime runtime, IOptions<KubeletOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<ContainerId, (ContainerStats Sample, long NanoCores)> _last = new();

    public DateTimeOffset Now => time.GetUtcNow();

    public static long NodeMemoryUsed => Machine.MemoryBytes - Machine.AvailableMemoryBytes;

    public async Task<IReadOnlyList<ContainerUsage>> CollectAsync(CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string> { [RuntimeLabels.Node] = options.Value.NodeName };
        var samples = await runtime.ListContainerStatsAsync(labels, cancellationToken).ConfigureAwait(false);
        var result = new List<ContainerUsage>();
        foreach (var sample in samples)
        {
            var rate = 0L;
            if (_last.TryGetValue(sample.Id, out var before))
            {
                var interval = sample.At - before.Sample.At;
                rate = interval < LeastInterval ? before.NanoCores : (long)((sample.CpuTime - before.Sample.CpuTime) / interval * 1e9);
                if (interval < LeastInterval)
                {
                    result.Add(Usage(sample, rate));
                    continue;
                }
            }

            _last[sample.Id] = (sample, Math.Max(0, rate));
            result.Add(Usage(sample, Math.Max(0, rate)));
        }

        foreach (var gone in _last.Keys.Except(samples.Select(static s => s.Id)).ToList()) { _last.TryRemove(gone, out _); }
        return result;
    }

    private static ContainerUsage Usage(ContainerStats sample, long nanoCores)
    {
        string Label(string name) => sample.Labels.TryGetValue(name, out var value) ? value : string.Empty;
        return new ContainerUsage(
            new PodReference(Label(RuntimeLabels.PodNamespace), Label(RuntimeLabels.PodName), Label(RuntimeLabels.PodUid)), Label(RuntimeLabels.ContainerName), sample, nanoCores);
    }
}

/// <summary>One container's usage.</summary>
internal sealed record ContainerUsage(PodReference Pod, string Container, ContainerStats Stats, long NanoCores);
