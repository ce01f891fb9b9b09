using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orch.ApiServer;
using Orch.Controllers;
using Orch.Host.Composition;
using Orch.Scheduling.Framework;

namespace Orch.Host.Tests.Composition;

public sealed class ConfigurationTests
{
    public static TheoryData<string, string, string> Faults() => new()
    {
        { "Orch:Name", "Not A Name", "Orch:Name \"Not A Name\" must be" },
        { "Orch:Port", "70000", "Orch:Port \"70000\" must be 1 to 65535" },
        { "Orch:KubeletPort", "6443", "is the API server's port too" },
        { "Orch:BindAddress", "localhost", "Orch:BindAddress \"localhost\" is no IP address" },
        { "Orch:ServiceCidr", "10.96.0.1", "Orch:ServiceCidr \"10.96.0.1\" is no IPv4 range" },
        { "Orch:ServiceCidr", "10.96.0.0/30", "must have a prefix of /8 to /24" },
        { "Orch:PodCidr", "10.96.0.0/16", "Orch:PodCidr \"10.96.0.0/16\" overlaps Orch:ServiceCidr" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Options_WithAFault_NameKeyAndFix(string key, string value, string expected)
    {
        using var host = Build((key, value));

        var failure = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<OrchClusterOptions>>().Value);

        Assert.Contains(failure.Failures, fault => fault.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Sections_OfTheParts_AreBoundAndWinOverWhatFollowsFromTheCluster()
    {
        using var host = Build(
            ("Orch:ServiceCidr", "10.97.0.0/16"), ("Orch:ApiServer:MaxReadsInFlight", "17"), ("Orch:Scheduling:InitialBackoff", "00:00:02"), ("Orch:Controllers:NodeCidrMaskSizeIPv4", "26"));

        var server = host.Services.GetRequiredService<IOptions<ApiServerOptions>>().Value;
        Assert.Equal("10.97.0.0/16", server.ServiceCidr);
        Assert.Equal(17, server.MaxReadsInFlight);
        Assert.Equal(TimeSpan.FromSeconds(2), host.Services.GetRequiredService<IOptions<SchedulingOptions>>().Value.InitialBackoff);
        Assert.Equal(26, host.Services.GetRequiredService<IOptions<ControllersOptions>>().Value.NodeCidrMaskSizeIPv4);
    }

    [Theory]
    [InlineData("10.96.0.0/16", 1, "10.96.0.1")]
    [InlineData("10.96.0.0/16", 10, "10.96.0.10")]
    [InlineData("10.96.0.0/16", 300, "10.96.1.44")]
    public void ServiceAddress_Offset_CarriesOver(string range, int offset, string address)
        => Assert.Equal(address, new OrchClusterOptions { ServiceCidr = range }.ServiceAddress(offset).ToString());

    private static IHost Build(params (string Key, string Value)[] values)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(values.ToDictionary(value => value.Key, value => (string?)value.Value));
        builder.Services.AddOrchCluster(cluster => cluster.UseSimulatedNodes());
        return builder.Build();
    }
}
