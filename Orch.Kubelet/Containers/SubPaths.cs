using Orch.Volumes;

namespace Orch.Kubelet.Containers;

/// <summary>Paths inside volumes; never lead out of them, whatever links a container has made.</summary>
internal static class SubPaths
{
    /// <exception cref="ContainerConfigException">It leads out of the volume, or cannot be made.</exception>
    public static string Resolve(MountedVolume volume, string subPath, long? group)
    {
        if (subPath.StartsWith('/') || subPath.Split('/').Contains("..")) { throw new ContainerConfigException($"subPath \"{subPath}\" must be relative and must not contain '..'"); }

        var root = Real(volume.HostPath);
        var current = root;
        foreach (var part in subPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(current, part);
            if (!Path.Exists(next) && new FileInfo(next).LinkTarget is null)
            {
                if (volume.IsReadOnly) { throw new ContainerConfigException($"subPath \"{subPath}\" does not exist in the volume"); }
                Directory.CreateDirectory(next);
                File.SetUnixFileMode(next, group is null ? (UnixFileMode)0x1ed : (UnixFileMode)0x5fd);
                if (group is not null && System.Environment.IsPrivilegedProcess) { Volumes.Native.ChangeOwner(next, -1, group.Value); }
            }

            current = Real(next);
            if (current != root && !current.StartsWith(root + "/", StringComparison.Ordinal)) { throw new ContainerConfigException($"subPath \"{subPath}\" leads out of the volume"); }
        }

        return current;
    }

    // Resolves every link on the way, as realpath(3) does.
    private static string Real(string path)
    {
        var resolved = "/";
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (var links = 0; pending.TryPop(out var part);)
        {
            if (part == ".") { continue; }
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > 40) { throw new ContainerConfigException($"too many links in {path}"); }
            if (target.StartsWith('/')) { resolved = "/"; }
            foreach (var piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) { pending.Push(piece); }
        }

        return resolved;
    }
}
