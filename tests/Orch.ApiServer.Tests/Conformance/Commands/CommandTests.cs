using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.Conformance.Commands;

/// <summary>What upstream's <c>test/cmd</c> does with kubectl: a server and controllers, no scheduler and no node agent.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public static TheoryData<string> Scripts => ["apply", "apps", "core", "custom", "generic", "objects"];

    public async Task InitializeAsync() => _server = await TestServer.ListenAsync(
        // As the scripts expect it: with endpoints of its own, without accounts in pods and ranges of addresses of nodes.
        static options =>
        {
            options.AdvertiseAddress = "192.0.2.1";
            options.DisabledAdmissionPlugins.Add("ServiceAccount");
        },
        static services => services.AddOrchControllers(static options => options.Controllers.Add("-node-ipam-controller")));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableTheory]
    [MemberData(nameof(Scripts))]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_DoingAsUpstreamsScript_FindsWhatItLooksFor(string script)
    {
        using var kubectl = new KubectlSession(_server.Address, release: KubectlSession.Versions()[^1]);
        await CommandScript.RunAsync(kubectl, script);
    }
}
