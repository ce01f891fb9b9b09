namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>The two-tier sample, applied once to the shared cluster.</summary>
public sealed class TwoTierApp(ClusterFixture cluster)
{
    private Kubectl? _kubectl;

    public Uri ByNodePort { get; private set; } = null!;

    public Uri ByClusterAddress { get; private set; } = null!;

    /// <summary>The sample, but for its fixed port, which may be another cluster's on this machine.</summary>
    public static async Task<string> ManifestAsync()
        => (await File.ReadAllTextAsync(Path.Combine(Machine.Root, "samples/two-tier/two-tier.yaml"))).Replace(", nodePort: 30080", "", StringComparison.Ordinal);

    public async Task<Kubectl> EnsureAsync()
    {
        if (_kubectl is not null) { return _kubectl; }
        var kubectl = await cluster.NamespaceAsync("shop");
        await kubectl.ApplyAsync(await ManifestAsync());
        await kubectl.RolledOutAsync("deployment/backend");
        await kubectl.RolledOutAsync("deployment/web");
        var port = await kubectl.RunAsync("get", "service", "web", "-o", "jsonpath={.spec.ports[0].nodePort}");
        ByNodePort = new Uri($"http://{await cluster.NodeAddressAsync()}:{port}/cgi-bin/index.cgi");
        ByClusterAddress = new Uri($"http://{await kubectl.RunAsync("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")}/cgi-bin/index.cgi");
        return _kubectl = kubectl;
    }

    /// <summary>Whether the web tier answered and got its answer from the back end.</summary>
    public static bool IsGood(string answer) => answer.StartsWith("web v", StringComparison.Ordinal) && answer.Contains("hello from the back end", StringComparison.Ordinal);
}
