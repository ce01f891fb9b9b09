using System.Runtime.InteropServices;

namespace Orch.Runtime.Docker.Streams;

/// <summary>Processes as this machine's kernel sees them; the engine cannot kill an exec.</summary>
internal static partial class HostProcess
{
    private const int Kill = 9;

    /// <summary>Kills a process if it belongs to the container: its number may have been given to another since.</summary>
    public static void TryKill(int processId, string containerId)
    {
        try
        {
            if (File.ReadAllText($"/proc/{processId}/cgroup").Contains(containerId, StringComparison.Ordinal))
            {
                _ = SendSignal(processId, Kill);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended by itself, or the engine's processes are not seen from here.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
