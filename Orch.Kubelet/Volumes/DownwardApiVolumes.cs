using Microsoft.Extensions.Options;
using k8s.Models;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>A pod's own fields as files.</summary>
internal sealed class DownwardApiVolumes(VolumeSources sources, IOptions<KubeletOptions> options, TimeProvider time) : ContentVolumes(options, time)
{
    public override string Name => "kubernetes.io/downward-api";

    public override bool Supports(V1Volume volume) => volume.DownwardAPI is not null;

    protected override Task<VolumeContent> CollectAsync(VolumeRequest request, CancellationToken cancellationToken)
        => Task.FromResult(new VolumeContent([.. sources.FromFields(request.Pod, request.Volume.DownwardAPI.Items, request.Volume.DownwardAPI.DefaultMode)]));
}
