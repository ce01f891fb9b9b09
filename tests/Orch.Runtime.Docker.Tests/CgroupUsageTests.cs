using Orch.Runtime.Docker.Stats;

namespace Orch.Runtime.Docker.Tests;

public sealed class CgroupUsageTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("orch-cgroup-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void TryRead_OfVersion1_TakesEachControllersPath()
    {
        Write("proc/7/cgroup", "11:memory:/docker/a\n4:cpu,cpuacct:/docker/b\n0::/\n");
        Write("cg/cpuacct/docker/b/cpuacct.usage", "2000000000\n");
        Write("cg/memory/docker/a/memory.usage_in_bytes", "1000\n");
        Write("cg/memory/docker/a/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");

        Assert.Equal(new CgroupUsage(TimeSpan.FromSeconds(2), 1000, 300), Read());
    }

    [Fact]
    public void TryRead_OfVersion2_TakesTheOnePath()
    {
        Write("proc/7/cgroup", "0::/system.slice/docker-a.scope\n");
        Write("cg/system.slice/docker-a.scope/cpu.stat", "usage_usec 1500000\nuser_usec 1\n");
        Write("cg/system.slice/docker-a.scope/memory.current", "4096\n");
        Write("cg/system.slice/docker-a.scope/memory.stat", "inactive_file_x 9\ninactive_file 96\n");

        Assert.Equal(new CgroupUsage(TimeSpan.FromSeconds(1.5), 4096, 96), Read());
    }

    [Fact]
    public void TryRead_OfWhatIsNotThere_IsNull()
    {
        Assert.Null(Read());
        Write("proc/7/cgroup", "0::/gone\n");
        Assert.Null(Read());
    }

    private CgroupUsage? Read() => CgroupUsage.TryRead(7, Path.Combine(_root.FullName, "proc"), Path.Combine(_root.FullName, "cg"));

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
