using k8s;
using Orch.Samples.Tests.Running;
using Orch.Testing.Time;

namespace Orch.Samples.Tests;

public sealed class CustomDistributionTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("orch-custom-");

    [Fact]
    public async Task Up_WithTheDistributionsParts_ServesItsNodesAndEndsCleanly()
    {
        using var program = RunningProgram.Start("custom", "up", "--data-dir", _data.FullName, "--port", "0");
        await program.SaysAsync("the cluster is ready");

        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Path.Combine(_data.FullName, "admin.kubeconfig")));
        await Patience.UntilAsync(async () => (await client.CoreV1.ListNodeAsync()).Items.Count == 4, "four nodes");
        var nodes = await client.CoreV1.ListNodeAsync().Within("the list of nodes");

        Assert.Equal(
            [("practice-0", "left"), ("practice-1", "right"), ("practice-2", "left"), ("practice-3", "right")],
            nodes.Items.Select(node => (node.Metadata.Name, node.Metadata.Labels["example.com/rack"])));
        Assert.Equal("127.0.0.1", client.BaseUri.Host);
        Assert.Equal(0, await program.InterruptAsync());
        await program.SaysAsync("stopped");
    }

    [Fact]
    public async Task Help_OfTheDistribution_NamesTheCommands()
    {
        using var program = RunningProgram.Start("custom", "--help");

        await program.SaysAsync(@"\bup\b");
        await program.SaysAsync(@"\bkubeconfig\b");
    }

    public void Dispose() => _data.Delete(recursive: true);
}
