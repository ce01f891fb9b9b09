using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Storage;
using Orch.Store.Memory;
using Orch.Testing.Time;

namespace Orch.Encryption.Kms.Tests;

/// <summary>A whole API server whose secrets are encrypted by a plugin behind a socket.</summary>
public sealed class EncryptionByPluginTests
{
    private const string Prefix = "/registry/core/secrets/";

    [Fact]
    public async Task Secrets_AreEncryptedByThePluginsKey_AcrossItsRotationAndARestart()
    {
        await using var plugin = await TestPlugin.StartAsync();
        var store = await MemoryAsync();
        using (store)
        {
            using (var server = await StartAsync(store, plugin))
            {
                await CreateAsync(server, "a");
                await CreateAsync(server, "b");
                Assert.Equal(1, plugin.Encryptions);
                Assert.All(await RawAsync(store), static raw => Assert.StartsWith("k8s:enc:kms:v2:vault:", raw, StringComparison.Ordinal));
                Assert.All(await RawAsync(store), static raw => Assert.DoesNotContain("very-plain", raw, StringComparison.Ordinal));
                await server.StopAsync();
            }

            plugin.KeyId = "key-2";
            using (var server = await StartAsync(store, plugin, rewrites: true))
            {
                Assert.Equal("very-plain", await ReadAsync(server, "a"));
                await Patience.UntilAsync(async () => (await RawAsync(store)).All(static raw => raw.Contains("key-2", StringComparison.Ordinal)), "all secrets to be rewritten by the new key");
                Assert.Equal("very-plain", await ReadAsync(server, "b"));
                await server.StopAsync();
            }
        }
    }

    [Fact]
    public async Task Start_WithoutThePlugin_ServesTheRestAndTheSecretsOnceItIsThere()
    {
        await using var plugin = await TestPlugin.StartAsync();
        var store = await MemoryAsync();
        using (store)
        {
            using (var server = await StartAsync(store, plugin))
            {
                await CreateAsync(server, "a");
                await server.StopAsync();
            }

            await plugin.StopAsync();
            var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
            using (var server = await StartAsync(store, plugin, time: time))
            {
                var error = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(server, "a"));
                Assert.Contains("/registry/core/secrets/default/a cannot be decrypted now: the plugin \"vault\" failed: Unavailable", error.Message, StringComparison.Ordinal);
                var maps = Client(server).Resource<V1ConfigMap>();
                await maps.CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "plain", NamespaceProperty = "default" } }, CancellationToken.None);
                Assert.Single((await maps.ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None)).Items, static item => item.Metadata.Name == "plain");

                await plugin.ServeAsync();
                await Patience.UntilAsync(
                    async () =>
                    {
                        time.Advance(TimeSpan.FromSeconds(10));
                        try { return await ReadAsync(server, "a") == "very-plain"; }
                        catch (ApiException) { return false; }
                    },
                    "the secret to be readable");
                await server.StopAsync();
            }
        }
    }

    private static async Task<IHost> MemoryAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchMemoryStore();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<IHost> StartAsync(IHost store, TestPlugin plugin, bool rewrites = false, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        if (time is not null) { builder.Services.AddSingleton(time); }
        builder.Services.AddSingleton<IStore>(new Shared(store.Services.GetRequiredService<MemoryStore>()));
        builder.Services.AddOrchKmsPlugins();
        builder.Services.AddOrchEncryptionAtRest(options =>
        {
            options.RewritesAtStart = rewrites;
            options.Configuration = $"""
                kind: EncryptionConfiguration
                apiVersion: apiserver.config.k8s.io/v1
                resources:
                - resources: [secrets]
                  providers:
                  - kms: {"{"}apiVersion: v2, name: vault, endpoint: '{plugin.Endpoint}', timeout: 3s{"}"}
                """;
        });
        builder.Services.AddOrchApiServer(static options =>
        {
            options.Listens = false;
            options.BindAddress = "127.0.0.1";
            options.Port = 0;
        });
        var host = builder.Build();
        await host.StartAsync().Within("the server to start");
        return host;
    }

    private static IClusterClient Client(IHost server) => server.Services.GetRequiredService<IClusterClientFactory>().CreateClient(ClientIdentity.Admin);

    private static Task<V1Secret> CreateAsync(IHost server, string name)
        => Client(server).Resource<V1Secret>().CreateAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Data = new Dictionary<string, byte[]> { ["k"] = "very-plain"u8.ToArray() } }, CancellationToken.None);

    private static async Task<string> ReadAsync(IHost server, string name)
        => Encoding.UTF8.GetString((await Client(server).Resource<V1Secret>().GetAsync(new ObjectKey("default", name), CancellationToken.None)).Data["k"]);

    private static async Task<List<string>> RawAsync(IHost store)
        => [.. (await store.Services.GetRequiredService<MemoryStore>().RangeAsync(RangeRequest.Prefix(Prefix), CancellationToken.None)).Entries.Select(static entry => Encoding.Latin1.GetString(entry.Value.Span))];

    /// <summary>Outlives the server, which disposes what it registers.</summary>
    private sealed class Shared(IStore inner) : IStore
    {
        public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken) => inner.CommitAsync(request, cancellationToken);

        public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken) => inner.RangeAsync(request, cancellationToken);

        public IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, CancellationToken cancellationToken) => inner.WatchAsync(request, cancellationToken);

        public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken) => inner.CurrentRevisionAsync(cancellationToken);

        public Task CompactAsync(Revision revision, CancellationToken cancellationToken) => inner.CompactAsync(revision, cancellationToken);
    }
}
