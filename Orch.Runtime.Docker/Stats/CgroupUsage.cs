using System.Globalization;

namespace Orch.Runtime.Docker.Stats;

/// <summary>What a process's cgroup has used, from the kernel's own files.</summary>
/// <param name="CpuTime">Since the cgroup was made.</param>
/// <param name="MemoryBytes">Charged, file cache included.</param>
/// <param name="InactiveFileBytes">File cache that can go at once.</param>
internal readonly record struct CgroupUsage(TimeSpan CpuTime, long MemoryBytes, long InactiveFileBytes)
{
    /// <returns>Null when the process is gone, or its cgroup cannot be seen from here.</returns>
    /// <param name="procRoot">By custom <c>/proc</c>.</param>
    /// <param name="cgroupRoot">By custom <c>/sys/fs/cgroup</c>.</param>
    public static CgroupUsage? TryRead(long processId, string procRoot = "/proc", string cgroupRoot = "/sys/fs/cgroup")
    {
        try
        {
            var paths = ReadPaths(string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{processId}/cgroup"));
            return paths.TryGetValue("memory", out var memory) && (paths.GetValueOrDefault("cpuacct") ?? paths.GetValueOrDefault("cpu")) is { } cpu
                ? ReadV1($"{cgroupRoot}/cpuacct{cpu}", $"{cgroupRoot}/memory{memory}")
                : paths.TryGetValue(string.Empty, out var unified) ? ReadV2(cgroupRoot + unified) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    // Lines such as 4:cpu,cpuacct:/docker/ID (version 1) and 0::/docker/ID (version 2).
    private static Dictionary<string, string> ReadPaths(string file)
    {
        var paths = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(file))
        {
            if (line.Split(':', 3) is [_, var controllers, var path])
            {
                foreach (var controller in controllers.Split(','))
                {
                    paths[controller] = path;
                }
            }
        }

        return paths;
    }

    private static CgroupUsage ReadV1(string cpu, string memory) => new(
        TimeSpan.FromTicks(ReadNumber(cpu + "/cpuacct.usage") / 100),
        ReadNumber(memory + "/memory.usage_in_bytes"),
        ReadField(memory + "/memory.stat", "total_inactive_file"));

    private static CgroupUsage ReadV2(string path) => new(
        TimeSpan.FromMicroseconds(ReadField(path + "/cpu.stat", "usage_usec")),
        ReadNumber(path + "/memory.current"),
        ReadField(path + "/memory.stat", "inactive_file"));

    private static long ReadNumber(string file) => long.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture);

    private static long ReadField(string file, string name)
    {
        var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] == ' ');
        return line is null ? 0 : long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
    }
}
