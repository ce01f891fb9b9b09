using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orch.ApiServer.Encryption;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.ApiServer.Tests.Encryption;

public sealed class EncryptionTests
{
    private const string Key = "/registry/core/secrets/default/a";
    private const string Text = "very-plain-text";
    private static readonly string FirstKey = Convert.ToBase64String(Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));
    private static readonly string SecondKey = Convert.ToBase64String(Encoding.ASCII.GetBytes("fedcba9876543210"));

    [Theory]
    [InlineData("aesgcm", "k8s:enc:aesgcm:v1:one:")]
    [InlineData("aescbc", "k8s:enc:aescbc:v1:one:")]
    [InlineData("secretbox", "k8s:enc:secretbox:v1:one:")]
    public async Task Secret_AtRest_IsNotPlainAndReadsAsItWas(string kind, string prefix)
    {
        await using var server = await StartAsync($"{{{kind}: {{keys: [{{name: one, secret: {FirstKey}}}]}}}}");
        var secrets = server.Admin.Resource<V1Secret>();
        await secrets.CreateAsync(Secret("a"), CancellationToken.None);
        await server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = "default" }, Data = new Dictionary<string, string> { ["k"] = Text } }, CancellationToken.None);

        var raw = await RawAsync(server, Key);
        Assert.StartsWith(prefix, Encoding.Latin1.GetString(raw.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Text)), Encoding.Latin1.GetString(raw.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("\"metadata\"", Encoding.Latin1.GetString(raw.Span), StringComparison.Ordinal);
        Assert.Contains(Text, Encoding.UTF8.GetString((await RawAsync(server, "/registry/core/configmaps/default/a")).Span), StringComparison.Ordinal);

        Assert.Equal(Text, await ReadAsync(server));
        var changed = await secrets.UpdateAsync((await secrets.GetAsync(new ObjectKey("default", "a"), CancellationToken.None)) with { Data = new Dictionary<string, byte[]> { ["k"] = "other"u8.ToArray() } }, CancellationToken.None);
        Assert.Equal("other"u8.ToArray(), changed.Data["k"]);
        await secrets.DeleteAsync(new ObjectKey("default", "a"), new DeleteRequest(), CancellationToken.None);
        Assert.Empty((await secrets.ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Write_ThatChangesNothing_TakesTheNewKeyAllTheSame()
    {
        await using var server = await StartAsync(Keys("two", SecondKey, "one", FirstKey));
        await PutRawAsync(server, $"{{aesgcm: {{keys: [{{name: one, secret: {FirstKey}}}]}}}}");
        Assert.Equal(Text, await ReadAsync(server));
        Assert.StartsWith("k8s:enc:aesgcm:v1:one:", Encoding.Latin1.GetString((await RawAsync(server, Key)).Span), StringComparison.Ordinal);

        var secrets = server.Admin.Resource<V1Secret>();
        var same = await secrets.GetAsync(new ObjectKey("default", "a"), CancellationToken.None);
        var first = await secrets.UpdateAsync(same, CancellationToken.None);
        Assert.StartsWith("k8s:enc:aesgcm:v1:two:", Encoding.Latin1.GetString((await RawAsync(server, Key)).Span), StringComparison.Ordinal);
        Assert.NotEqual(same.Metadata.ResourceVersion, first.Metadata.ResourceVersion);

        // Once it is stored as it should be, the same write is none.
        var second = await secrets.UpdateAsync(first, CancellationToken.None);
        Assert.Equal(first.Metadata.ResourceVersion, second.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Rewrite_GoesThroughEverything_OnceAndFromPlainToo()
    {
        await using var server = await StartAsync(Keys("two", SecondKey, "one", FirstKey) + ", {identity: {}}");
        var inner = server.Services.GetRequiredService<MemoryStore>();
        for (var number = 0; number < 450; number++)
        {
            await inner.CommitAsync(CommitRequest.Create($"/registry/core/secrets/default/plain-{number}", Json($"plain-{number}")), CancellationToken.None);
        }

        var store = Assert.IsType<EncryptedStore>(server.Services.GetRequiredService<IStore>());
        Assert.Equal(new RewriteResult(450, 0), await store.RewriteAsync("/registry/core/secrets/", CancellationToken.None));
        Assert.Equal(new RewriteResult(0, 0), await store.RewriteAsync("/registry/", CancellationToken.None));
        foreach (var entry in (await inner.RangeAsync(RangeRequest.Prefix("/registry/core/secrets/"), CancellationToken.None)).Entries)
        {
            Assert.StartsWith("k8s:enc:aesgcm:v1:two:", Encoding.Latin1.GetString(entry.Value.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Value_MovedOrChangedOrOfAnUnknownKey_IsRefused()
    {
        var chain = Chain($"{{aesgcm: {{keys: [{{name: one, secret: {FirstKey}}}]}}}}");
        var stored = await chain.ToStoredAsync(Key, Json("a"), CancellationToken.None);
        Assert.Equal(Json("a"), (await chain.FromStoredAsync(Key, stored, CancellationToken.None)).Plain.ToArray());

        await RefusedAsync(chain, "/registry/core/secrets/default/b", stored, "does not decrypt");
        for (var index = "k8s:enc:aesgcm:v1:one:".Length; index < stored.Length; index += 7)
        {
            var changed = stored.ToArray();
            changed[index] ^= 1;
            await RefusedAsync(chain, Key, changed, "does not decrypt");
        }

        await RefusedAsync(chain, Key, stored[..30], "does not decrypt");
        await RefusedAsync(chain, Key, "k8s:enc:aesgcm:v1:nobody:xxxx"u8.ToArray(), "encrypted by a provider or key that the encryption configuration does not have");
        await RefusedAsync(chain, Key, Json("a"), "stored in plain text, which the encryption configuration does not allow");
        await RefusedAsync(Chain("{identity: {}}, " + $"{{aescbc: {{keys: [{{name: one, secret: {FirstKey}}}]}}}}"), Key, stored, "does not have");

        static async Task RefusedAsync(TransformerChain chain, string key, ReadOnlyMemory<byte> stored, string message)
        {
            var error = await Assert.ThrowsAsync<StoreException>(async () => await chain.FromStoredAsync(key, stored, CancellationToken.None));
            Assert.Equal(StoreErrorCode.Corrupt, error.Code);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task KeyManagement_WrapsOneSeedForManyAndANewOneForANewKey()
    {
        var keys = new FakeKeyManagement();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var chains = new EncryptionChains(Microsoft.Extensions.Options.Options.Create(Options("{kms: {apiVersion: v2, name: fake}}")), [keys], time);
        var chain = chains.Find(string.Empty, "secrets")!;
        var first = await chain.ToStoredAsync(Key, Json("a"), CancellationToken.None);
        var second = await chain.ToStoredAsync(Key, Json("a"), CancellationToken.None);
        Assert.StartsWith("k8s:enc:kms:v2:fake:", Encoding.Latin1.GetString(first.Span), StringComparison.Ordinal);
        Assert.NotEqual(first.ToArray(), second.ToArray());
        Assert.Equal(1, keys.Wraps);
        Assert.Equal((Encoding.UTF8.GetString(Json("a")), false), await PlainAsync(first));

        keys.KeyId = "k2";
        Assert.False((await PlainAsync(first)).IsStale);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((Encoding.UTF8.GetString(Json("a")), true), await PlainAsync(first));
        var third = await chain.ToStoredAsync(Key, Json("a"), CancellationToken.None);
        Assert.Equal((Encoding.UTF8.GetString(Json("a")), false), await PlainAsync(third));
        Assert.Equal(2, keys.Wraps);

        // Another server has to ask for each seed once.
        using var others = new EncryptionChains(Microsoft.Extensions.Options.Options.Create(Options("{kms: {apiVersion: v2, name: fake}}")), [keys], time);
        keys.Unwraps = 0;
        foreach (var stored in (ReadOnlyMemory<byte>[])[first, second, third]) { Assert.Equal(Json("a"), (await others.Find(string.Empty, "secrets")!.FromStoredAsync(Key, stored, CancellationToken.None)).Plain.ToArray()); }
        Assert.Equal(2, keys.Unwraps);

        async Task<(string, bool IsStale)> PlainAsync(ReadOnlyMemory<byte> stored)
        {
            var (plain, isStale) = await chain.FromStoredAsync(Key, stored, CancellationToken.None);
            return (Encoding.UTF8.GetString(plain.Span), isStale);
        }
    }

    [Fact]
    public async Task KeyManagement_ThatFails_FailsTheWriteAndWritesNothing()
    {
        var keys = new FakeKeyManagement { IsBroken = true };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchMemoryStore();
        using var host = builder.Build();
        await host.StartAsync();
        var inner = host.Services.GetRequiredService<MemoryStore>();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var chains = new EncryptionChains(Microsoft.Extensions.Options.Options.Create(Options("{kms: {apiVersion: v2, name: fake}}")), [keys], time);
        var store = new EncryptedStore(inner, chains.Find);
        var error = await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync(CommitRequest.Create(Key, Json("a")), CancellationToken.None));
        Assert.Equal(StoreErrorCode.Unavailable, error.Code);
        Assert.Empty((await inner.RangeAsync(RangeRequest.Key(Key), CancellationToken.None)).Entries);

        keys.IsBroken = false;
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await store.CommitAsync(CommitRequest.Create(Key, Json("a")), CancellationToken.None)).Succeeded);
        Assert.Equal(Json("a"), (await store.RangeAsync(RangeRequest.Key(Key), CancellationToken.None)).Entries.Single().Value.ToArray());
        await host.StopAsync();
    }

    [Fact]
    public async Task Unconfigured_NothingStandsBeforeTheStore()
    {
        await using var server = await TestServer.StartAsync(null, static services => services.AddOrchEncryptionAtRest());
        Assert.IsType<MemoryStore>(server.Services.GetRequiredService<IStore>());
    }

    [Fact]
    public void BeforeAnyStore_IsAMistakeThatTellsItsFix()
        => Assert.Contains("Register the store first", Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddOrchEncryptionAtRest()).Message, StringComparison.Ordinal);

    private static string Keys(string first, string firstKey, string second, string secondKey)
        => $"{{aesgcm: {{keys: [{{name: {first}, secret: {firstKey}}}, {{name: {second}, secret: {secondKey}}}]}}}}";

    private static EncryptionOptions Options(string providers)
        => new() { Configuration = $"kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources: [{{resources: [secrets], providers: [{providers}]}}]" };

    private static TransformerChain Chain(string providers)
    {
        using var chains = new EncryptionChains(Microsoft.Extensions.Options.Options.Create(Options(providers)), [], TimeProvider.System);
        return chains.Find(string.Empty, "secrets")!;
    }

    private static Task<TestServer> StartAsync(string providers)
        => TestServer.StartAsync(null, services => services.AddOrchEncryptionAtRest(options => options.Configuration = Options(providers).Configuration));

    private static V1Secret Secret(string name)
        => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Data = new Dictionary<string, byte[]> { ["k"] = Encoding.UTF8.GetBytes(Text) } };

    private static byte[] Json(string name)
        => Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{name}}","namespace":"default","uid":"u"},"data":{"k":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Text))}}"},"type":"Opaque"}""");

    // As an earlier configuration would have.
    private static async Task PutRawAsync(TestServer server, string providers)
        => await server.Services.GetRequiredService<MemoryStore>().CommitAsync(CommitRequest.Create(Key, await Chain(providers).ToStoredAsync(Key, Json("a"), CancellationToken.None)), CancellationToken.None);

    private static async Task<ReadOnlyMemory<byte>> RawAsync(TestServer server, string key)
        => (await server.Services.GetRequiredService<MemoryStore>().RangeAsync(RangeRequest.Key(key), CancellationToken.None)).Entries.Single().Value;

    private static async Task<string> ReadAsync(TestServer server)
        => Encoding.UTF8.GetString((await server.Admin.Resource<V1Secret>().GetAsync(new ObjectKey("default", "a"), CancellationToken.None)).Data["k"]);

    private sealed class FakeKeyManagement : IKeyManagement
    {
        public string KeyId { get; set; } = "k1";

        public bool IsBroken { get; set; }

        public int Wraps { get; private set; }

        public int Unwraps { get; set; }

        public string Name => "fake";

        public ValueTask<string> CurrentKeyIdAsync(CancellationToken cancellationToken) => new(KeyId);

        public ValueTask<WrappedSecret> WrapAsync(ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
        {
            if (IsBroken) { throw new CryptographicException("broken"); }
            Wraps++;
            return new(new WrappedSecret(KeyId, secret.ToArray().Select(static item => (byte)(item ^ 0x55)).ToArray()));
        }

        public ValueTask<ReadOnlyMemory<byte>> UnwrapAsync(WrappedSecret wrapped, CancellationToken cancellationToken)
        {
            Unwraps++;
            return new(wrapped.Ciphertext.ToArray().Select(static item => (byte)(item ^ 0x55)).ToArray());
        }
    }
}
