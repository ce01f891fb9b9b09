using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.Host.Composition;
using HostFactory = Microsoft.Extensions.Hosting.Host;

namespace Orch.Host.Tests.Composition;

public sealed class OrchClusterOptionsTests
{
    public static TheoryData<string, string?, string> Faults => new()
    {
        { "Name", "My cluster", "Orch:Name \"My cluster\" must be 1 to 63 lower case letters, digits and dashes, such as \"orch-1\"." },
        { "Name", "-a", "Orch:Name \"-a\" must be 1 to 63 lower case letters, digits and dashes, such as \"orch-1\"." },
        { "NodeName", "node_1", "Orch:NodeName \"node_1\" must be 1 to 63 lower case letters, digits and dashes, such as \"orch-1\"." },
        { "BindAddress", "localhost", "Orch:BindAddress \"localhost\" is no IP address; give one such as \"192.0.2.10\"." },
        { "AdvertiseAddress", "me", "Orch:AdvertiseAddress \"me\" is no IP address; give one such as \"192.0.2.10\"." },
        { "Port", "70000", "Orch:Port \"70000\" must be 1 to 65535, or 0 for a free port." },
        { "KubeletPort", "-1", "Orch:KubeletPort \"-1\" must be 1 to 65535, or 0 for a free port." },
        { "KubeletPort", "6443", "Orch:KubeletPort \"6443\" is the API server's port too; give the two different ports." },
        { "ServiceCidr", "10.96.0.1/16", "Orch:ServiceCidr \"10.96.0.1/16\" is no IPv4 range; give one such as \"10.96.0.0/16\", its host bits zero." },
        { "ServiceCidr", "10.96.0.0/28", "Orch:ServiceCidr \"10.96.0.0/28\" must have a prefix of /8 to /24." },
        { "PodCidr", "fd00::/64", "Orch:PodCidr \"fd00::/64\" is no IPv4 range; give one such as \"10.96.0.0/16\", its host bits zero." },
        { "PodCidr", "10.96.4.0/24", "Orch:PodCidr \"10.96.4.0/24\" overlaps Orch:ServiceCidr \"10.96.0.0/16\"; take ranges apart from each other." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Start_WithAFaultInConfiguration_NamesKeyAndFix(string key, string? value, string message)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new() { [$"Orch:{key}"] = value }));

        Assert.Equal([message], refused.Failures);
    }

    [Fact]
    public async Task Start_WithSeveralFaults_ListsThemAll()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new() { ["Orch:Name"] = "X", ["Orch:Port"] = "-5", ["Orch:PodCidr"] = "all" }));

        Assert.Equal(["Orch:Name", "Orch:Port", "Orch:PodCidr"], refused.Failures.Select(fault => fault.Split(' ')[0]));
    }

    [Fact]
    public void Options_FromConfigurationAndCode_AreJoinedAndCodeWins()
    {
        using var provider = Services(
            new() { ["Orch:Name"] = "configured", ["Orch:Port"] = "1", ["Orch:ExtraServerNames:0"] = "orch.example.com" },
            cluster => cluster.Configure(options => options.Port = 2)).BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<OrchClusterOptions>>().Value;

        Assert.Equal(("configured", 2), (options.Name, options.Port));
        Assert.Equal(["orch.example.com"], options.ExtraServerNames);
    }

    private static async Task StartAsync(Dictionary<string, string?> configuration)
    {
        var builder = HostFactory.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddOrchCluster(cluster => cluster.UseMemoryStore().UseNoNodes());
        using var host = builder.Build();
        await host.StartAsync(CancellationToken.None);
        await host.StopAsync(CancellationToken.None);
    }

    private static ServiceCollection Services(Dictionary<string, string?> configuration, Action<OrchClusterBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        services.AddOrchCluster(configure);
        return services;
    }
}
