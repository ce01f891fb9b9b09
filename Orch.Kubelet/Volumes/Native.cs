using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orch.Kubelet.Volumes;

/// <summary>The few system calls that volumes need and .NET does not offer.</summary>
internal static partial class Native
{
    private const int LazyDetach = 2;
    private const int CurrentDirectory = -100;
    private const uint StatType = 1;
    private const int NoSuchFile = 2;
    private const int InvalidArgument = 22;

    /// <summary>Atomically puts a file or link in another's place.</summary>
    public static void Rename(string from, string to) => Check(RenameCore(from, to), $"rename {from} to {to}");

    /// <summary>Changes owners of a file or link itself; -1 keeps one.</summary>
    public static void ChangeOwner(string path, long user, long group) => Check(LChown(path, unchecked((uint)user), unchecked((uint)group)), $"chown {path}");

    public static void MountTmpfs(string directory, string options) => Check(Mount("tmpfs", directory, "tmpfs", 0, options), $"mount tmpfs at {directory}");

    /// <summary>No error if nothing is mounted there.</summary>
    public static void Unmount(string directory)
    {
        if (Umount2(directory, LazyDetach) == 0) { return; }
        var error = Marshal.GetLastPInvokeError();
        if (error is not (NoSuchFile or InvalidArgument)) { throw new IOException($"unmount {directory}: {new Win32Exception(error).Message}"); }
    }

    /// <summary>The type bits of a file's mode, links followed; 0 if there is none.</summary>
    public static unsafe int FileType(string path)
    {
        // struct statx has the same layout on every architecture: 256 bytes, the mode at offset 28.
        var buffer = stackalloc byte[256];
        return Statx(CurrentDirectory, path, 0, StatType, buffer) == 0 ? *(ushort*)(buffer + 28) & 0xf000 : 0;
    }

    /// <summary>Paths of all mounts at or under a directory, the deepest first.</summary>
    public static IReadOnlyList<string> MountsUnder(string directory)
    {
        var prefix = directory.TrimEnd('/') + "/";
        return [.. File.ReadLines("/proc/self/mountinfo")
            .Select(static line => Unescape(line.Split(' ')[4]))
            .Where(path => path == directory || path.StartsWith(prefix, StringComparison.Ordinal))
            .OrderByDescending(static path => path.Length)];
    }

    private static string Unescape(string path)
        => path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);

    private static void Check(int result, string action)
    {
        if (result != 0) { throw new IOException($"{action}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"); }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameCore(string from, string to);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LChown(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Umount2(string target, int flags);
}
