namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>What this machine has, lacks and holds.</summary>
internal static class Machine
{
    public static string Root { get; } = FindRoot();

    public static string Kubectl => Programs.Find("kubectl") ?? "kubectl";

    /// <summary>Why no real cluster can run here, or null.</summary>
    public static async Task<string?> WhatIsMissingAsync()
    {
        if (!Environment.IsPrivilegedProcess) { return "needs root"; }
        foreach (var tool in (string[])["kubectl", "docker", "nft", "ip", "iptables"])
        {
            if (Programs.Find(tool) is null) { return $"needs {tool}"; }
        }

        var engine = await Programs.RunAsync("docker", ["version", "--format", "{{.Server.Version}}"], limit: TimeSpan.FromSeconds(20));
        if (engine.ExitCode != 0) { return $"needs a Docker Engine that answers: {engine.Error.Trim()}"; }
        var image = await Programs.RunAsync("bash", [Path.Combine(Root, "eng/test-image.sh")], limit: TimeSpan.FromMinutes(3));
        return image.ExitCode == 0 ? null : $"needs the image busybox:1.36: {image.Error.Trim()}";
    }

    /// <summary>Second octets of 10.0.0.0/8 that no route here leads to.</summary>
    public static async Task<int> FreeOctetAsync(int count)
    {
        var routes = (await Programs.RunAsync("ip", ["-4", "route"])).Output;
        while (true)
        {
            var start = Random.Shared.Next(100, 240);
            if (Enumerable.Range(start, count).All(octet => !routes.Contains($"10.{octet}.", StringComparison.Ordinal))) { return start; }
        }
    }

    /// <summary>What on this machine bears the cluster's name: containers, interfaces, tables, rules and mounts.</summary>
    public static async Task<IReadOnlyList<string>> TracesAsync(string cluster, string directory)
    {
        var traces = new List<string>();
        await AddAsync("container", "docker", ["ps", "-a", "--format", "{{.Names}} {{.Status}}"], $"orch_{cluster}_");
        await AddAsync("interface", "ip", ["-br", "link"], cluster);
        await AddAsync("address", "ip", ["-4", "-br", "address"], cluster);
        await AddAsync("nft table", "nft", ["list", "tables"], cluster);
        await AddAsync("iptables rule", "iptables-save", [], cluster);
        await AddAsync("mount", "cat", ["/proc/mounts"], directory);
        return traces;

        async Task AddAsync(string kind, string program, string[] arguments, string mark)
        {
            var listed = await Programs.RunAsync(program, arguments);
            Assert.True(listed.ExitCode == 0, listed.ToString());
            traces.AddRange(listed.Output.Split('\n').Where(line => line.Contains(mark, StringComparison.Ordinal)).Select(line => $"{kind}: {line.Trim()}"));
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Orch.sln"))) { folder = folder.Parent; }
        return folder.FullName;
    }
}
