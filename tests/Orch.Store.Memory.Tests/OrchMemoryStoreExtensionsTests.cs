using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orch.Storage;

namespace Orch.Store.Memory.Tests;

public sealed class OrchMemoryStoreExtensionsTests
{
    [Fact]
    public async Task AddedTwice_IsOneStoreForBothContracts()
    {
        await using var provider = new ServiceCollection().AddOrchMemoryStore().AddOrchMemoryStore()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Assert.Same(provider.GetRequiredService<IStore>(), provider.GetRequiredService<IStoreSnapshots>());
        Assert.Single(provider.GetServices<IStore>());
        Assert.Single(provider.GetServices<IHostedService>().OfType<MemoryStoreService>());
    }

    [Fact]
    public async Task HostStart_OpensTheDirectory_AndDisposalFreesIt()
    {
        using var directory = new TemporaryDirectory();
        for (var i = 0; i < 2; i++)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddOrchMemoryStore(options => options.DataDirectory = directory.Path);
            using var host = builder.Build();
            await host.StartAsync();
            directory.Single("journal-*.log");
            await host.Services.GetRequiredService<IStore>().CommitAsync(CommitRequest.Create($"/{i}", default), default);
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        await using var store = new MemoryStore(new MemoryStoreOptions { DataDirectory = directory.Path });
        Assert.Equal(2, (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Count);
    }

    [Fact]
    public void Options_AllFaultsAreNamed()
    {
        var options = new MemoryStoreOptions { DataDirectory = " ", MaxHistoryRevisions = 1, MaxHistoryBytes = 0, CheckpointBytes = -1, MaxHistoryAge = TimeSpan.Zero };
        var result = new MemoryStoreOptionsValidator().Validate(null, options);
        foreach (var property in typeof(MemoryStoreOptions).GetProperties())
        {
            Assert.Contains(result.Failures!, failure => failure.StartsWith(property.Name, StringComparison.Ordinal));
        }

        Assert.True(new MemoryStoreOptionsValidator().Validate(null, new MemoryStoreOptions()).Succeeded);
    }

    [Fact]
    public void InvalidOptions_StopTheHostAtStart()
    {
        using var provider = new ServiceCollection().AddOrchMemoryStore(options => options.MaxHistoryRevisions = 0).BuildServiceProvider();
        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
    }
}
