using System.Globalization;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>One cluster for all tests that do not stop it.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private OrchProcess? _cluster;
    private string? _missing;

    public ClusterFixture() => TwoTier = new TwoTierApp(this);

    public TwoTierApp TwoTier { get; }

    public OrchProcess Cluster
    {
        get
        {
            Skip.If(_missing is not null, _missing);
            return _cluster!;
        }
    }

    public async Task InitializeAsync()
    {
        _missing = await Machine.WhatIsMissingAsync();
        if (_missing is not null) { return; }
        _cluster = await OrchProcess.PrepareAsync();
        await _cluster.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) { await _cluster.DisposeAsync(); }
    }

    /// <summary>A new namespace, named after its use.</summary>
    public async Task<Kubectl> NamespaceAsync(string use)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{use}-{Random.Shared.Next(0x1000, 0xffff):x}");
        await Cluster.Kubectl().RunAsync("create", "namespace", name);
        var kubectl = Cluster.Kubectl(name);
        await kubectl.UntilAsync("the default service account", output => output.Contains("default", StringComparison.Ordinal), "get", "serviceaccounts", "-o", "name");
        return kubectl;
    }

    public async Task<string> NodeAddressAsync()
        => await Cluster.Kubectl().RunAsync("get", "nodes", "-o", "jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}");
}
