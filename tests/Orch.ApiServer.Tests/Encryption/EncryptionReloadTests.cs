using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Encryption;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Storage;
using Orch.Store.Memory;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Encryption;

public sealed class EncryptionReloadTests : IDisposable
{
    private const string Key = "/registry/core/secrets/default/a";
    private static readonly string One = Convert.ToBase64String(Encoding.ASCII.GetBytes("0123456789abcdef"));
    private static readonly string Two = Convert.ToBase64String(Encoding.ASCII.GetBytes("fedcba9876543210"));
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task Reload_OfASoundFile_TakesItsPlaceAndOfAFaultyOne_LeavesWhatHeld()
    {
        Write(Providers(("one", One)));
        using var chains = Chains();
        Assert.Null(await chains.ReloadAsync(CancellationToken.None));
        var stored = await StoreAsync(chains);

        await File.WriteAllTextAsync(_file, "{");
        Assert.Equal(["Orch:ApiServer:Encryption: the configuration is neither YAML nor JSON."], await chains.ReloadAsync(CancellationToken.None));
        await File.WriteAllTextAsync(_file, " ");
        Assert.Equal(["Orch:ApiServer:Encryption: the configuration is empty."], await chains.ReloadAsync(CancellationToken.None));
        Write("{aesgcm: {keys: [{name: two, secret: bad}]}}");
        Assert.Equal("Orch:ApiServer:Encryption: resources[0].providers[0].aesgcm.keys[0].secret: Invalid value: REDACTED: must be base64 of 16, 24 or 32 bytes.", (await chains.ReloadAsync(CancellationToken.None))![0]);
        File.Delete(_file);
        Assert.StartsWith("Orch:ApiServer:Encryption:ConfigurationFile", Assert.Single((await chains.ReloadAsync(CancellationToken.None))!), StringComparison.Ordinal);
        Assert.StartsWith("k8s:enc:aesgcm:v1:one:", await StoreAsync(chains), StringComparison.Ordinal);

        Write(Providers(("two", Two), ("one", One)));
        Assert.Empty((await chains.ReloadAsync(CancellationToken.None))!);
        Assert.Null(await chains.ReloadAsync(CancellationToken.None));
        Assert.StartsWith("k8s:enc:aesgcm:v1:two:", await StoreAsync(chains), StringComparison.Ordinal);
        Assert.True((await chains.Find(string.Empty, "secrets")!.FromStoredAsync(Key, Encoding.Latin1.GetBytes(stored), CancellationToken.None)).IsStale);
    }

    [Fact]
    public async Task Server_TakesInAChangedFile_RewritesAndReadsWhatItCouldNot()
    {
        Write(Providers(("one", One)));
        await using var server = await TestServer.StartAsync(null, services => services.AddOrchEncryptionAtRest(options =>
        {
            options.ConfigurationFile = _file;
            options.ReloadInterval = TimeSpan.FromMilliseconds(20);
            options.RewritesAtStart = true;
        }));
        var secrets = server.Admin.Resource<V1Secret>();
        await secrets.CreateAsync(Secret("a"), CancellationToken.None);
        var inner = server.Services.GetRequiredService<MemoryStore>();
        using var others = Chains(Providers(("two", Two)));
        await inner.CommitAsync(CommitRequest.Create("/registry/core/secrets/default/b", await others.Find(string.Empty, "secrets")!.ToStoredAsync("/registry/core/secrets/default/b", Json("b"), CancellationToken.None)), CancellationToken.None);
        await Assert.ThrowsAsync<ApiException>(async () => await secrets.GetAsync(new ObjectKey("default", "b"), CancellationToken.None));

        Write(Providers(("two", Two), ("one", One)));
        await Patience.UntilAsync(async () => Encoding.Latin1.GetString((await inner.RangeAsync(RangeRequest.Key(Key), CancellationToken.None)).Entries.Single().Value.Span).StartsWith("k8s:enc:aesgcm:v1:two:", StringComparison.Ordinal), "the secret to be rewritten");
        var cache = server.Services.GetRequiredService<StoreMirror>().CacheOf("/registry/core/secrets/");
        await Patience.UntilAsync(async () =>
        {
            // Any news of the store lets the mirror look again.
            await inner.CommitAsync(new CommitRequest([], [StoreWrite.Put("/registry/core/configmaps/default/news", Json("news"))]), CancellationToken.None);
            return cache.Unreadable.Count == 0;
        }, "the other secret to be readable");
        Assert.Equal("b", (await secrets.GetAsync(new ObjectKey("default", "b"), CancellationToken.None)).Metadata.Name);
        Assert.Equal("a", (await secrets.GetAsync(new ObjectKey("default", "a"), CancellationToken.None)).Metadata.Name);
    }

    public void Dispose() => File.Delete(_file);

    private static async Task<string> StoreAsync(EncryptionChains chains)
        => Encoding.Latin1.GetString((await chains.Find(string.Empty, "secrets")!.ToStoredAsync(Key, Json("a"), CancellationToken.None)).Span);

    private static string Providers(params (string Name, string Secret)[] keys)
        => $"{{aesgcm: {{keys: [{string.Join(", ", keys.Select(static key => $"{{name: {key.Name}, secret: {key.Secret}}}"))}]}}}}";

    private static string Text(string providers) => $"kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources: [{{resources: [secrets], providers: [{providers}]}}]";

    private static EncryptionChains Chains(string providers)
        => new(Options.Create(new EncryptionOptions { Configuration = Text(providers) }), [], TimeProvider.System);

    private static V1Secret Secret(string name) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } };

    private static byte[] Json(string name) => Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{name}}","namespace":"default","uid":"u"},"type":"Opaque"}""");

    private EncryptionChains Chains() => new(Options.Create(new EncryptionOptions { ConfigurationFile = _file }), [], TimeProvider.System);

    // In one step, as a mounted secret changes.
    private void Write(string providers)
    {
        var next = _file + ".next";
        File.WriteAllText(next, Text(providers));
        File.Move(next, _file, overwrite: true);
    }
}
