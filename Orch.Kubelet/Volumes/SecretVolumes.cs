using Microsoft.Extensions.Options;
using k8s.Models;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>A secret's keys as files in memory.</summary>
internal sealed class SecretVolumes(VolumeSources sources, IOptions<KubeletOptions> options, TimeProvider time) : ContentVolumes(options, time)
{
    public override string Name => "kubernetes.io/secret";

    protected override bool IsSensitive => true;

    public override bool Supports(V1Volume volume) => volume.Secret is not null;

    protected override async Task<VolumeContent> CollectAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        var source = request.Volume.Secret;
        var selection = new VolumeSources.Selection(source.Items, source.DefaultMode, source.Optional == true);
        return new VolumeContent([.. await sources.FromSecretAsync(request.Pod, source.SecretName, selection, cancellationToken).ConfigureAwait(false)]);
    }
}
