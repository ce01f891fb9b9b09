using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>Where pods' files and volumes live under the root directory.</summary>
/// <remarks><c>pods/UID/volumes/PLUGIN/NAME</c> with <c>~</c> for the slash in a plugin's name, as upstream lays it out.</remarks>
internal sealed class VolumeDirectories(string root)
{
    public string Pods { get; } = Path.Combine(root, "pods");

    public string Pod(string uid) => Path.Combine(Pods, uid);

    public string Volumes(string uid) => Path.Combine(Pods, uid, "volumes");

    public string Volume(string uid, IVolumePlugin plugin, string name) => Path.Combine(Volumes(uid), plugin.Name.Replace('/', '~'), name);

    /// <summary>Unmounts all that is mounted at or under a directory, then removes it; never follows into a mount.</summary>
    public static void Remove(string directory)
    {
        if (!Directory.Exists(directory)) { return; }
        foreach (var mount in Native.MountsUnder(directory)) { Native.Unmount(mount); }
        Directory.Delete(directory, recursive: true);
    }
}
