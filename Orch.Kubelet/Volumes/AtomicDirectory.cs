using System.Globalization;
using Orch.Volumes;

namespace Orch.Kubelet.Volumes;

/// <summary>A directory whose whole content changes at once.</summary>
/// <remarks>
/// Files live in a fresh hidden directory; <c>..data</c> is a link to it, and the visible names are links through <c>..data</c>. Renaming
/// a new link over <c>..data</c> is the one step that readers see. A crash leaves at most a hidden directory, which the next write removes.
/// </remarks>
internal static class AtomicDirectory
{
    private const string Data = "..data";
    private const string NewData = "..data_tmp";
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes the directory show exactly these files.</summary>
    /// <param name="group">Whom files shall belong to; null for the process's own.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="VolumeException">A path leads out of the volume.</exception>
    public static bool Write(string directory, IReadOnlyCollection<VolumeFile> files, long? group, TimeProvider time)
    {
        foreach (var file in files) { Check(file.Path); }

        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, DirectoryMode);
        if (group is not null) { GiveTo(directory, group.Value, isDirectory: true); }
        var data = Path.Combine(directory, Data);
        var previous = new DirectoryInfo(data).LinkTarget;
        var isSame = previous is not null && Directory.Exists(data) && Holds(data, files, group);
        if (!isSame)
        {
            var name = $"..{time.GetUtcNow().ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture)}.{Guid.NewGuid():N}";
            Fill(Path.Combine(directory, name), files, group);
            var link = Path.Combine(directory, NewData);
            File.Delete(link);
            File.CreateSymbolicLink(link, name);
            Native.Rename(link, data);
            previous = name;
        }

        Link(directory, files);
        Clean(directory, files, previous!);
        return !isSame;
    }

    private static void Check(string path)
    {
        var parts = path.Split('/');
        if (path.Length == 0 || path.StartsWith('/') || parts.Contains("..") || parts[0].StartsWith("..", StringComparison.Ordinal))
        {
            throw new VolumeException($"invalid path '{path}': must be relative, not contain '..' and not start with '..'");
        }
    }

    private static bool Holds(string data, IReadOnlyCollection<VolumeFile> files, long? group)
    {
        var existing = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(data, f)).ToHashSet();
        return existing.Count == files.Count && files.All(file =>
        {
            var path = Path.Combine(data, file.Path);
            return existing.Contains(file.Path)
                && (File.GetUnixFileMode(path) & ~GroupRead(group)) == (file.Mode & ~GroupRead(group))
                && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Content.Span);
        });
    }

    private static UnixFileMode GroupRead(long? group) => group is null ? UnixFileMode.None : UnixFileMode.GroupRead;

    private static void Fill(string directory, IReadOnlyCollection<VolumeFile> files, long? group)
    {
        void MakeDirectory(string path)
        {
            if (Directory.Exists(path)) { return; }
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, DirectoryMode);
            if (group is not null) { GiveTo(path, group.Value, isDirectory: true); }
        }

        MakeDirectory(directory);
        foreach (var file in files)
        {
            var path = Path.Combine(directory, file.Path);
            var parents = new Stack<string>();
            for (var parent = Path.GetDirectoryName(path)!; parent.Length > directory.Length; parent = Path.GetDirectoryName(parent)!) { parents.Push(parent); }
            foreach (var parent in parents) { MakeDirectory(parent); }
            File.WriteAllBytes(path, file.Content.Span);
            File.SetUnixFileMode(path, file.Mode);
            if (group is not null) { GiveTo(path, group.Value, isDirectory: false); }
        }
    }

    private static void GiveTo(string path, long group, bool isDirectory)
    {
        if (!System.Environment.IsPrivilegedProcess) { return; }
        Native.ChangeOwner(path, -1, group);
        var mode = File.GetUnixFileMode(path) | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, isDirectory ? mode | UnixFileMode.GroupExecute | UnixFileMode.SetGroup : mode);
    }

    private static void Link(string directory, IReadOnlyCollection<VolumeFile> files)
    {
        foreach (var name in files.Select(static f => f.Path.Split('/', 2)[0]).Distinct())
        {
            var link = Path.Combine(directory, name);
            if (new FileInfo(link).LinkTarget is null)
            {
                File.CreateSymbolicLink(link, Path.Combine(Data, name));
            }
        }
    }

    private static void Clean(string directory, IReadOnlyCollection<VolumeFile> files, string current)
    {
        var visible = files.Select(static f => f.Path.Split('/', 2)[0]).ToHashSet();
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry.Name == Data || entry.Name == current || visible.Contains(entry.Name)) { continue; }
            if (entry.LinkTarget is null && entry is DirectoryInfo old) { old.Delete(recursive: true); }
            else { File.Delete(entry.FullName); }
        }
    }
}
