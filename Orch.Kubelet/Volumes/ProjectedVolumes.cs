using Microsoft.Extensions.Options;
using k8s.Models;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>Several sources in one directory, service-account tokens among them.</summary>
internal sealed class ProjectedVolumes(VolumeSources sources, IOptions<KubeletOptions> options, TimeProvider time) : ContentVolumes(options, time)
{
    public override string Name => "kubernetes.io/projected";

    protected override bool IsSensitive => true;

    public override bool Supports(V1Volume volume) => volume.Projected is not null;

    protected override async Task<VolumeContent> CollectAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        var mode = request.Volume.Projected.DefaultMode;
        // A later source wins a path.
        var files = new Dictionary<string, VolumeFile>();
        TimeSpan? refreshAfter = null;
        foreach (var source in request.Volume.Projected.Sources ?? [])
        {
            IEnumerable<VolumeFile> part;
            if (source.ConfigMap is { } map)
            {
                part = await sources.FromConfigMapAsync(request.Pod, map.Name, new(map.Items, mode, map.Optional == true), cancellationToken).ConfigureAwait(false);
            }
            else if (source.Secret is { } secret)
            {
                part = await sources.FromSecretAsync(request.Pod, secret.Name, new(secret.Items, mode, secret.Optional == true), cancellationToken).ConfigureAwait(false);
            }
            else if (source.DownwardAPI is { } fields)
            {
                part = sources.FromFields(request.Pod, fields.Items, mode);
            }
            else if (source.ServiceAccountToken is { } token)
            {
                var (file, after) = await sources.FromTokenAsync(request.Pod, token, mode, cancellationToken).ConfigureAwait(false);
                refreshAfter = refreshAfter is { } sooner && sooner < after ? sooner : after;
                part = [file];
            }
            else
            {
                throw new VolumeException($"projected volume \"{request.Volume.Name}\" has a source that this node does not support");
            }

            foreach (var file in part) { files[file.Path] = file; }
        }

        return new VolumeContent([.. files.Values.OrderBy(static f => f.Path, StringComparer.Ordinal)], refreshAfter);
    }
}
