using Microsoft.Extensions.Options;
using k8s.Models;
using Orch.Resources;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>Empty directories that live as long as their pod, on disk or in memory.</summary>
internal sealed class EmptyDirVolumes(IOptions<KubeletOptions> options) : IVolumePlugin
{
    private const UnixFileMode Open = (UnixFileMode)0x1ff;

    public string Name => "kubernetes.io/empty-dir";

    public bool Supports(V1Volume volume) => volume.EmptyDir is not null;

    public Task<MountedVolume> SetUpAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        var isNew = !Directory.Exists(request.Directory);
        Directory.CreateDirectory(request.Directory);
        if (request.Volume.EmptyDir.Medium == "Memory" && options.Value.UseTmpfs && Native.MountsUnder(request.Directory).Count == 0)
        {
            var limit = Quantities.Value(request.Volume.EmptyDir.SizeLimit) is > 0 and var bytes ? FormattableString.Invariant($",size={bytes}") : string.Empty;
            Native.MountTmpfs(request.Directory, "mode=0777" + limit);
            isNew = true;
        }

        if (isNew)
        {
            File.SetUnixFileMode(request.Directory, Open);
            if (request.FilesystemGroup is { } group) { FilesystemOwnership.GiveTo(request.Directory, group); }
        }

        return Task.FromResult(new MountedVolume(request.Directory));
    }

    public Task TearDownAsync(string directory, CancellationToken cancellationToken)
    {
        VolumeDirectories.Remove(directory);
        return Task.CompletedTask;
    }
}
