namespace Orch.Kubelet.Volumes;

/// <summary>Gives a volume's files to a pod's <c>fsGroup</c>.</summary>
internal static class FilesystemOwnership
{
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.SetGroup;

    /// <summary>Everything in the directory becomes the group's, readable and writable; new files inherit it.</summary>
    public static void GiveTo(string directory, long group)
    {
        if (!System.Environment.IsPrivilegedProcess) { return; }

        Give(directory, group, isDirectory: true);
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        {
            if (entry.LinkTarget is not null) { Native.ChangeOwner(entry.FullName, -1, group); }
            else { Give(entry.FullName, group, entry is DirectoryInfo); }
        }
    }

    private static void Give(string path, long group, bool isDirectory)
    {
        Native.ChangeOwner(path, -1, group);
        var mode = File.GetUnixFileMode(path) | ReadWrite;
        File.SetUnixFileMode(path, isDirectory ? mode | Enter : mode);
    }
}
