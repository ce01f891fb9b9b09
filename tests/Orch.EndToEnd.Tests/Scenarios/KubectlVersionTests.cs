namespace Orch.EndToEnd.Tests.Scenarios;

[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class KubectlVersionTests(ClusterFixture cluster)
{
    [SkippableTheory]
    [InlineData("1.27"), InlineData("1.28"), InlineData("1.29"), InlineData("1.30"), InlineData("1.31"), InlineData("1.32"), InlineData("1.33")]
    public async Task Each_version_applies_reads_enters_and_deletes(string version)
    {
        _ = cluster.Cluster;
        var program = Path.Combine(Path.GetDirectoryName(File.ResolveLinkTarget(Machine.Kubectl, returnFinalTarget: true)?.FullName ?? Machine.Kubectl)!, $"kubectl.{version}");
        Skip.IfNot(File.Exists(program), $"needs kubectl.{version} beside kubectl");
        var kubectl = (await cluster.NamespaceAsync("version")).By(program);

        Assert.Contains("pod/tool created", await kubectl.ApplyAsync(ToolPod.Manifest), StringComparison.Ordinal);
        await kubectl.RunAsync("wait", "pod/tool", "--for=condition=Ready", "--timeout=90s");
        Assert.Contains("pod/tool unchanged", await kubectl.ApplyAsync(ToolPod.Manifest), StringComparison.Ordinal);
        Assert.Contains("1/1", await kubectl.RunAsync("get", "pod", "tool"), StringComparison.Ordinal);
        Assert.Equal("inside\n", await kubectl.RunAsync("exec", "tool", "--", "echo", "inside"));
        Assert.Equal(5, (await kubectl.TryAsync("exec", "tool", "--", "sh", "-c", "exit 5")).ExitCode);
        Assert.StartsWith("line 0\n", await kubectl.RunAsync("logs", "tool"), StringComparison.Ordinal);
        Assert.Contains("deleted", await kubectl.RunAsync("delete", "pod", "tool"), StringComparison.Ordinal);
        Assert.NotEqual(0, (await kubectl.TryAsync("get", "pod", "tool")).ExitCode);
        await ToolPod.EndAsync(kubectl);
    }
}
