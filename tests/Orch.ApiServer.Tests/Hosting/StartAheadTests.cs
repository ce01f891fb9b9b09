using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Hosting;

public sealed class StartAheadTests
{
    [Fact]
    public async Task Construct_WhatItNeedsCannotBeMade_LeavesTheFaultToOthers()
    {
        await using var nothing = new ServiceCollection().BuildServiceProvider();

        var ahead = new StartAhead(nothing);

        await ahead.StartAsync(CancellationToken.None).Within("its start");
        await ahead.StopAsync(CancellationToken.None).Within("its end");
    }

    [Fact]
    public async Task Construct_MakesWhatOthersThenFind()
    {
        var made = 0;
        using var certificates = new TestCertificates();
        var services = new ServiceCollection().AddOrchMemoryStore().AddOrchApiServer(options => options.ServingCertificate = certificates.Server);
        services.AddOptions<ApiServerOptions>().PostConfigure(_ => Interlocked.Increment(ref made));
        await using var provider = services.BuildServiceProvider();

        var ahead = provider.GetServices<IHostedService>().OfType<StartAhead>().Single();
        await ahead.StopAsync(CancellationToken.None).Within("its work");

        Assert.Equal(1, made);
        _ = provider.GetRequiredService<IOptions<ApiServerOptions>>().Value;
        Assert.NotNull(provider.GetRequiredService<ServiceAccountTokens>());
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task Start_OptionsAreInvalid_SaysSo()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchMemoryStore().AddOrchApiServer(options => options.Port = -1);
        using var host = builder.Build();

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("Port", fault.Message, StringComparison.Ordinal);
    }
}
