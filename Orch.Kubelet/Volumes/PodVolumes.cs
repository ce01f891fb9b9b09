using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Events;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>Sets up and takes down pods' volumes, whichever plugin makes them.</summary>
internal sealed class PodVolumes(IEnumerable<IVolumePlugin> plugins, IEvents events, IOptions<KubeletOptions> options)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(122);
    private readonly IVolumePlugin[] _plugins = [.. plugins];
    private readonly VolumeDirectories _directories = new(options.Value.RootDirectory);
    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>All volumes of a pod, brought up to date; or, where one cannot be, when to try again.</summary>
    public async Task<PodVolumesOutcome> SetUpAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var mounted = new Dictionary<string, MountedVolume>();
        TimeSpan? refreshAfter = null;
        var failed = false;
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            try
            {
                var plugin = _plugins.FirstOrDefault(p => p.Supports(volume)) ?? throw new VolumeException("no volume plugin matched");
                var request = new VolumeRequest(pod, volume, _directories.Volume(pod.Metadata.Uid, plugin, volume.Name)) { FilesystemGroup = pod.Spec.SecurityContext?.FsGroup };
                var result = await plugin.SetUpAsync(request, cancellationToken).ConfigureAwait(false);
                mounted[volume.Name] = result;
                if (result.RefreshAfter is { } after && (refreshAfter is null || after < refreshAfter)) { refreshAfter = after; }
            }
            catch (Exception e) when (e is VolumeException or IOException or UnauthorizedAccessException or Client.ApiException)
            {
                failed = true;
                events.Warning(pod, "FailedMount", $"MountVolume.SetUp failed for volume \"{volume.Name}\" : {e.Message}");
            }
        }

        if (!failed)
        {
            _failures.TryRemove(pod.Metadata.Uid, out _);
            return new PodVolumesOutcome(mounted, true, refreshAfter);
        }

        var count = _failures.AddOrUpdate(pod.Metadata.Uid, 1, static (_, n) => n + 1);
        var retry = TimeSpan.FromTicks(Math.Min(FirstRetry.Ticks << Math.Min(count - 1, 16), LongestRetry.Ticks));
        return new PodVolumesOutcome(mounted, false, retry);
    }

    /// <summary>Takes down what a pod's directory holds, as found on disk, so that it works for pods that are long gone.</summary>
    public async Task TearDownAsync(string uid, CancellationToken cancellationToken)
    {
        _failures.TryRemove(uid, out _);
        var volumes = _directories.Volumes(uid);
        if (!Directory.Exists(volumes)) { return; }
        foreach (var kind in Directory.GetDirectories(volumes))
        {
            var plugin = _plugins.FirstOrDefault(p => p.Name.Replace('/', '~') == Path.GetFileName(kind));
            foreach (var volume in Directory.GetDirectories(kind))
            {
                if (plugin is null) { VolumeDirectories.Remove(volume); }
                else { await plugin.TearDownAsync(volume, cancellationToken).ConfigureAwait(false); }
            }
        }

        VolumeDirectories.Remove(volumes);
    }

    /// <summary>Removes all that is left of a pod on disk.</summary>
    public async Task RemovePodAsync(string uid, CancellationToken cancellationToken)
    {
        await TearDownAsync(uid, cancellationToken).ConfigureAwait(false);
        VolumeDirectories.Remove(_directories.Pod(uid));
    }

    /// <summary>Uids of pods that have a directory.</summary>
    public IEnumerable<string> KnownPods()
        => Directory.Exists(_directories.Pods) ? Directory.EnumerateDirectories(_directories.Pods).Select(static d => Path.GetFileName(d)) : [];
}

/// <summary>Volumes as far as they could be set up.</summary>
/// <param name="Volumes">By name.</param>
/// <param name="IsComplete">All are there.</param>
/// <param name="After">When to come again; null for the ordinary period.</param>
internal sealed record PodVolumesOutcome(IReadOnlyDictionary<string, MountedVolume> Volumes, bool IsComplete, TimeSpan? After);
