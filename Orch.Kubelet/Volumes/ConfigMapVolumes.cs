using Microsoft.Extensions.Options;
using k8s.Models;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>A config map's keys as files.</summary>
internal sealed class ConfigMapVolumes(VolumeSources sources, IOptions<KubeletOptions> options, TimeProvider time) : ContentVolumes(options, time)
{
    public override string Name => "kubernetes.io/configmap";

    public override bool Supports(V1Volume volume) => volume.ConfigMap is not null;

    protected override async Task<VolumeContent> CollectAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        var source = request.Volume.ConfigMap;
        var selection = new VolumeSources.Selection(source.Items, source.DefaultMode, source.Optional == true);
        return new VolumeContent([.. await sources.FromConfigMapAsync(request.Pod, source.Name, selection, cancellationToken).ConfigureAwait(false)]);
    }
}
