using Docker.DotNet.Models;
using Orch.Runtime.Docker.Containers;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Stats;

/// <summary>Usage from the cgroups' own files, and from the engine where they are not to be seen.</summary>
/// <remarks>The engine answers only at its next sample, up to a second later for each container.</remarks>
internal sealed class DockerStats(DockerEngine engine, EngineContainers containers, TimeProvider time) : IRuntimeStats
{
    private const int AtOnce = 8;

    public async Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(
        IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var running = await containers.ListAsync("container", labels, isRunningOnly: true, cancellationToken).ConfigureAwait(false);
        var stats = new ContainerStats?[running.Count];
        await Parallel.ForAsync(
            0,
            running.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, token) => stats[i] = await TryReadAsync(running[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. stats.Where(stat => stat is not null).Select(stat => stat!)];
    }

    private async Task<ContainerStats?> TryReadAsync(EngineContainers.Entry entry, CancellationToken cancellationToken)
    {
        var processId = await containers.ProcessIdOfAsync(entry.Id, cancellationToken).ConfigureAwait(false);
        return processId == 0 ? null
            : CgroupUsage.TryRead(processId) is { } usage
                ? ToStats(entry, time.GetUtcNow(), usage)
                : await TryAskAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private static ContainerStats ToStats(EngineContainers.Entry entry, DateTimeOffset at, CgroupUsage usage) =>
        new(new ContainerId(entry.Id), at, entry.Identity.Labels)
        {
            CpuTime = usage.CpuTime,
            MemoryUsageBytes = usage.MemoryBytes,
            MemoryWorkingSetBytes = Math.Max(0, usage.MemoryBytes - usage.InactiveFileBytes),
        };

    private async Task<ContainerStats?> TryAskAsync(EngineContainers.Entry entry, CancellationToken cancellationToken)
    {
        ContainerStatsResponse? answer = null;
        try
        {
            await engine.CallAsync(
                $"stats of container {EngineContainers.Short(entry.Id)}",
                (client, token) => client.Containers.GetContainerStatsAsync(
                    entry.Id,
                    new ContainerStatsParameters { Stream = false, OneShot = true },
                    new SynchronousProgress<ContainerStatsResponse>(response => answer = response),
                    token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.Code is RuntimeErrorCode.NotFound or RuntimeErrorCode.NotRunning)
        {
            return null;
        }

        if (answer?.MemoryStats?.Usage is not { } usage)
        {
            return null; // It ended meanwhile: the engine answers with zeros.
        }

        return ToStats(
            entry,
            answer.Read.Year > 1 ? EngineTime.From(answer.Read) : time.GetUtcNow(),
            new CgroupUsage(
                TimeSpan.FromTicks((long)((answer.CPUStats?.CPUUsage?.TotalUsage ?? 0) / 100)),
                (long)usage,
                (long)InactiveFile(answer.MemoryStats.Stats)));
    }

    // The first is cgroup v1's name of what cgroup v2 calls by the second.
    private static ulong InactiveFile(IDictionary<string, ulong>? stats) =>
        stats is null ? 0
        : stats.TryGetValue("total_inactive_file", out var v1) ? v1
        : stats.TryGetValue("inactive_file", out var v2) ? v2
        : 0;
}
