using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.ApiServer;
using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.Host.Tests.Composition;

public sealed class OfficialClientTests
{
    private const string Encryption = """
        kind: EncryptionConfiguration
        apiVersion: apiserver.config.k8s.io/v1
        resources: [{resources: [secrets], providers: [{aesgcm: {keys: [{name: one, secret: c2VjcmV0IGlzIHNlY3VyZQ==}]}}, {identity: {}}]}]
        """;

    [Fact]
    public async Task OfficialClient_InTheProcess_WorksOnAClusterWhoseSecretsLieEncrypted()
    {
        MemoryStore? store = null;
        using var cluster = new EmbeddedCluster("official", builder =>
        {
            builder.Services.Configure<EncryptionOptions>(options => options.Configuration = Encryption);
            builder.Services.AddSingleton<IStartupProbe>(provider => new StartupProbe(() => store = provider.GetRequiredService<MemoryStore>()));
            builder.Services.AddHostedService(provider => provider.GetRequiredService<IStartupProbe>());
        });
        await cluster.StartAsync();
        using var client = cluster.Cluster.CreateKubernetes();

        Assert.Equal(2, (await client.CoreV1.ListNodeAsync()).Items.Count);
        await client.CoreV1.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "s" }, StringData = new Dictionary<string, string> { ["k"] = "plain-text" } }, "default");
        Assert.Equal("plain-text"u8.ToArray(), (await client.CoreV1.ReadNamespacedSecretAsync("s", "default")).Data["k"]);

        var raw = (await store!.RangeAsync(RangeRequest.Key("/registry/core/secrets/default/s"), CancellationToken.None)).Entries.Single().Value;
        Assert.StartsWith("k8s:enc:aesgcm:v1:one:", Encoding.Latin1.GetString(raw.Span), StringComparison.Ordinal);
        await cluster.StopAsync();
    }

    [Fact]
    public async Task Encryption_WithAMistake_StopsTheStart()
    {
        using var cluster = new EmbeddedCluster("mistaken", builder => builder.Services.Configure<EncryptionOptions>(options => options.Configuration = "kind: Nothing"));
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => cluster.StartAsync());
        Assert.Contains(failure.Failures, fault => fault.Contains("must be of kind EncryptionConfiguration", StringComparison.Ordinal));
    }

    private interface IStartupProbe : Microsoft.Extensions.Hosting.IHostedService;

    private sealed class StartupProbe(Action start) : IStartupProbe
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
