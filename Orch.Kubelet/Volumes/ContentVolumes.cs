using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using k8s.Models;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>What volumes made of API objects have in common: files that are replaced all at once when their source changes.</summary>
internal abstract class ContentVolumes(IOptions<KubeletOptions> options, TimeProvider time) : IVolumePlugin
{
    // What was written last, so that an unchanged volume costs no disk access.
    private readonly ConcurrentDictionary<string, IReadOnlyCollection<VolumeFile>> _written = new();

    public abstract string Name { get; }

    /// <summary>Secrets: kept in memory where the agent may mount.</summary>
    protected virtual bool IsSensitive => false;

    public abstract bool Supports(V1Volume volume);

    public async Task<MountedVolume> SetUpAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        var content = await CollectAsync(request, cancellationToken).ConfigureAwait(false);
        if (!_written.TryGetValue(request.Directory, out var last) || !IsSame(last, content.Files))
        {
            if (IsSensitive && options.Value.UseTmpfs && !IsMounted(request.Directory))
            {
                Directory.CreateDirectory(request.Directory);
                Native.MountTmpfs(request.Directory, "mode=0755");
            }

            AtomicDirectory.Write(request.Directory, content.Files, request.FilesystemGroup, time);
            _written[request.Directory] = content.Files;
        }

        return new MountedVolume(request.Directory) { IsReadOnly = true, RefreshAfter = content.RefreshAfter };
    }

    public Task TearDownAsync(string directory, CancellationToken cancellationToken)
    {
        _written.TryRemove(directory, out _);
        VolumeDirectories.Remove(directory);
        return Task.CompletedTask;
    }

    protected abstract Task<VolumeContent> CollectAsync(VolumeRequest request, CancellationToken cancellationToken);

    private static bool IsMounted(string directory) => Directory.Exists(directory) && Native.MountsUnder(directory).Contains(directory);

    private static bool IsSame(IReadOnlyCollection<VolumeFile> left, IReadOnlyCollection<VolumeFile> right)
        => left.Count == right.Count && left.Zip(right).All(static p => p.First.Path == p.Second.Path && p.First.Mode == p.Second.Mode && p.First.Content.Span.SequenceEqual(p.Second.Content.Span));
}

/// <summary>What a volume shall show.</summary>
/// <param name="Files">In a stable order.</param>
/// <param name="RefreshAfter">When to collect it anew; null for the ordinary period.</param>
internal sealed record VolumeContent(IReadOnlyCollection<VolumeFile> Files, TimeSpan? RefreshAfter = null);
