using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Nodes;
using Orch.Runtime;

namespace Orch.Kubelet.Images;

/// <summary>Removes images that nothing uses any more, the longest unused first, while the disk is too full.</summary>
/// <remarks>Only images that pods of this node have used: the engine may be shared with people who want to keep theirs.</remarks>
internal sealed partial class ImageCollector(IContainerRuntime runtime, IOptions<KubeletOptions> options, TimeProvider time, ILogger<ImageCollector> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(2);
    private readonly Dictionary<ImageId, Seen> _seen = [];

    /// <summary>For tests: the disk's state.</summary>
    public Func<string, (long Total, long Free)> Disk { get; set; } = Machine.DiskBytes;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Period, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await CollectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.CollectionFailed(logger, e);
            }
        }
    }

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var images = await runtime.ListImagesAsync(cancellationToken).ConfigureAwait(false);
        var containers = await runtime.ListContainersAsync(new Dictionary<string, string>(), cancellationToken).ConfigureAwait(false);
        var used = containers.SelectMany(static c => new[] { c.Image, c.ImageReference }).ToHashSet();
        foreach (var image in images)
        {
            var isUsed = used.Contains(image.Id.Value) || image.Tags.Any(used.Contains) || image.Digests.Any(used.Contains);
            if (isUsed) { _seen[image.Id] = (_seen.GetValueOrDefault(image.Id) ?? new Seen(now, now)) with { UsedAt = now }; }
        }

        foreach (var gone in _seen.Keys.Except(images.Select(static i => i.Id)).ToList()) { _seen.Remove(gone); }

        var (total, free) = Disk(options.Value.RootDirectory);
        var excess = (long)((total - free) - (total * options.Value.ImageCollectionUsedShare));
        foreach (var image in images.Where(i => _seen.ContainsKey(i.Id)).OrderBy(i => _seen[i.Id].UsedAt))
        {
            if (excess <= 0) { return; }
            if (_seen[image.Id].UsedAt == now || now - _seen[image.Id].FirstAt < LeastAge) { continue; }
            try
            {
                await runtime.RemoveImageAsync(image.Id, cancellationToken).ConfigureAwait(false);
                excess -= image.SizeBytes;
                Log.ImageRemoved(logger, image.Id);
            }
            catch (RuntimeException e) when (e.Code == RuntimeErrorCode.InvalidArgument)
            {
                // Another user of the engine has it in use.
            }
        }
    }

    private sealed record Seen(DateTimeOffset FirstAt, DateTimeOffset UsedAt);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Image {Image} was removed to free disk space")]
        public static partial void ImageRemoved(ILogger logger, ImageId image);

        [LoggerMessage(LogLevel.Warning, "Unused images could not be collected")]
        public static partial void CollectionFailed(ILogger logger, Exception exception);
    }
}
