using Orch.Testing.Kubectl;

namespace Orch.Kubelet.Tests.Streaming.Kubectl;

/// <summary>The kubectl binaries of this machine: the one on the path, some of the versions that lie beside it, and the newest that was fetched for the tests.</summary>
public static class KubectlBinaries
{
    /// <summary>Each binary with each road that a client of its version can take; a single empty entry where there is none.</summary>
    public static TheoryData<string, bool> Roads
    {
        get
        {
            var roads = new TheoryData<string, bool>();
            foreach (var binary in Find())
            {
                roads.Add(Path.GetFileName(binary), false);
                roads.Add(Path.GetFileName(binary), true);
            }

            if (roads.Count == 0)
            {
                roads.Add(string.Empty, false);
            }

            return roads;
        }
    }

    public static string PathOf(string name)
    {
        Skip.If(name.Length == 0, "kubectl is not on the path");
        return Find().Single(path => Path.GetFileName(path) == name);
    }

    private static IEnumerable<string> Find()
    {
        var first = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(dir => Path.Combine(dir, "kubectl")).FirstOrDefault(File.Exists);
        var newest = ClientCache.Kubectls().TakeLast(1);
        if (first is null)
        {
            return newest;
        }

        var real = File.ResolveLinkTarget(first, returnFinalTarget: true)?.FullName ?? first;
        return Directory.GetFiles(Path.GetDirectoryName(real)!, "kubectl.1.??").Order(StringComparer.Ordinal).Where((_, i) => i % 2 == 0).Append(real).Concat(newest);
    }
}
