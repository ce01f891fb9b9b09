using System.Globalization;
using System.Runtime.InteropServices;

namespace Orch.Kubelet.Nodes;

/// <summary>What the kernel tells about the machine.</summary>
internal static class Machine
{
    public static long MemoryBytes => MemoryField("MemTotal:");

    public static long AvailableMemoryBytes => MemoryField("MemAvailable:");

    public static string KernelVersion => Read("/proc/sys/kernel/osrelease");

    public static string BootId => Read("/proc/sys/kernel/random/boot_id");

    public static string MachineId => Read("/etc/machine-id") is { Length: > 0 } id ? id : Read("/var/lib/dbus/machine-id");

    public static string SystemUuid => Read("/sys/class/dmi/id/product_uuid") is { Length: > 0 } id ? id : MachineId;

    public static string OperatingSystemImage
        => ReadLines("/etc/os-release").FirstOrDefault(static l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)) is { } line
            ? line["PRETTY_NAME=".Length..].Trim('"') : "Linux";

    /// <summary>As Go calls it: <c>amd64</c>, <c>arm64</c>.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLower(CultureInfo.InvariantCulture),
    };

    /// <summary>Threads that exist, and that may.</summary>
    public static (long Used, long Limit) Processes
    {
        get
        {
            var load = Read("/proc/loadavg").Split(' ');
            var used = load.Length > 3 && long.TryParse(load[3].Split('/')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
            var limit = long.TryParse(Read("/proc/sys/kernel/pid_max"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : long.MaxValue;
            return (used, limit);
        }
    }

    /// <summary>The disk that holds a directory, which need not exist yet.</summary>
    public static (long Total, long Free) DiskBytes(string directory)
    {
        var existing = directory;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) { existing = parent; }
        var drive = new DriveInfo(existing);
        return (drive.TotalSize, drive.AvailableFreeSpace);
    }

    private static long MemoryField(string name)
    {
        var line = ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        var fields = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > 1 && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : 0;
    }

    private static string Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : string.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private static string[] ReadLines(string path) => Read(path).Split('\n');
}
