using k8s.Models;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>Files and directories of the node itself.</summary>
internal sealed class HostPathVolumes : IVolumePlugin
{
    private const UnixFileMode DirectoryMode = (UnixFileMode)0x1ed;
    private const UnixFileMode FileMode = (UnixFileMode)0x1a4;

    public string Name => "kubernetes.io/host-path";

    public bool Supports(V1Volume volume) => volume.HostPath is not null;

    public Task<MountedVolume> SetUpAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        var path = request.Volume.HostPath.Path;
        switch (request.Volume.HostPath.Type ?? string.Empty)
        {
            case "": MakeDirectoryUnlessThere(path); break;
            case "DirectoryOrCreate":
                MakeDirectoryUnlessThere(path);
                Require(Directory.Exists(path), path, "directory");
                break;
            case "Directory": Require(Directory.Exists(path), path, "directory"); break;
            case "FileOrCreate":
                if (!Path.Exists(path))
                {
                    File.Create(path).Dispose();
                    File.SetUnixFileMode(path, FileMode);
                }

                Require(File.Exists(path), path, "file");
                break;
            case "File": Require(File.Exists(path), path, "file"); break;
            case "Socket": Require(Kind(path) == 's', path, "socket file"); break;
            case "CharDevice": Require(Kind(path) == 'c', path, "character device"); break;
            case "BlockDevice": Require(Kind(path) == 'b', path, "block device"); break;
            case var other: throw new VolumeException($"hostPath type \"{other}\" is not supported");
        }

        return Task.FromResult(new MountedVolume(path));
    }

    // What is on the node is not the pod's: nothing to take down.
    public Task TearDownAsync(string directory, CancellationToken cancellationToken) => Task.CompletedTask;

    private static void MakeDirectoryUnlessThere(string path)
    {
        if (Path.Exists(path)) { return; }
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, DirectoryMode);
    }

    private static void Require(bool holds, string path, string kind)
    {
        if (!holds) { throw new VolumeException($"hostPath type check failed: {path} is not a {kind}"); }
    }

    private static char Kind(string path) => Native.FileType(path) switch
    {
        0xc000 => 's',
        0x2000 => 'c',
        0x6000 => 'b',
        _ => '-',
    };
}
