using Microsoft.Extensions.Time.Testing;
using Orch.Security;
using Orch.Testing.Time;

namespace Orch.Encryption.Kms.Tests;

public sealed class KmsPluginTests
{
    private static readonly byte[] Seed = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public async Task Plugin_WrapsAndUnwraps_WithItsAnnotationsAndKeyId()
    {
        await using var plugin = await TestPlugin.StartAsync();
        using var client = Connect(plugin);
        Assert.Equal("key-1", await client.CurrentKeyIdAsync(CancellationToken.None));
        var wrapped = await client.WrapAsync(Seed, CancellationToken.None);
        Assert.Equal("key-1", wrapped.KeyId);
        Assert.Equal("by key-1"u8.ToArray(), wrapped.Annotations["stamp.plugin.example.com"].ToArray());
        plugin.KeyId = "key-2";
        Assert.Equal("key-2", await client.CurrentKeyIdAsync(CancellationToken.None));
        Assert.Equal(Seed, (await client.UnwrapAsync(wrapped, CancellationToken.None)).ToArray());

        var error = await Assert.ThrowsAsync<KmsException>(async () => await client.UnwrapAsync(wrapped with { KeyId = "key-2" }, CancellationToken.None));
        Assert.Equal("the plugin \"test\" failed: InvalidArgument: the annotation is not there", error.Message);
    }

    [Theory]
    [InlineData("v3", "ok", "key", "the plugin \"test\" speaks version \"v3\", not v2.")]
    [InlineData("v2", "the vault is sealed", "key", "the plugin \"test\" is not healthy: the vault is sealed")]
    [InlineData("v2", "ok", "", "the plugin \"test\" has no key id.")]
    public async Task Status_OfAPluginThatDoesNotServe_SaysWhy(string version, string health, string keyId, string message)
    {
        await using var plugin = await TestPlugin.StartAsync();
        (plugin.Version, plugin.Health, plugin.KeyId) = (version, health, keyId);
        using var client = Connect(plugin);
        Assert.Equal(message, (await Assert.ThrowsAsync<KmsException>(async () => await client.CurrentKeyIdAsync(CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Call_ThatGetsNoAnswer_EndsAtItsTimeout()
    {
        await using var plugin = await TestPlugin.StartAsync();
        plugin.Hold = new TaskCompletionSource();
        var time = new FakeTimeProvider();
        using var client = Connect(plugin, time);
        var asked = client.CurrentKeyIdAsync(CancellationToken.None).AsTask();
        await Patience.UntilAsync(() => plugin.Statuses == 1, "the plugin to be asked");
        Assert.False(asked.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("the plugin \"test\" did not answer within 3 s.", (await Assert.ThrowsAsync<KmsException>(() => asked).Within("the call to end")).Message);

        using var cancelled = new CancellationTokenSource();
        var second = client.CurrentKeyIdAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second).Within("the cancelled call to end");
        plugin.Hold.SetResult();
    }

    [Fact]
    public async Task Plugin_ThatWasAway_IsFoundAgain()
    {
        await using var plugin = await TestPlugin.StartAsync();
        using var client = Connect(plugin);
        await client.CurrentKeyIdAsync(CancellationToken.None);
        await plugin.StopAsync();
        Assert.StartsWith("the plugin \"test\" failed: Unavailable:", (await Assert.ThrowsAsync<KmsException>(async () => await client.CurrentKeyIdAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        await plugin.ServeAsync();
        Assert.Equal("key-1", await client.CurrentKeyIdAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("unix:///run/kms.sock", true)]
    [InlineData("unix:///@kms", true)]
    [InlineData("unix://run/kms.sock", false)]
    [InlineData("unix:///", false)]
    [InlineData("tcp://127.0.0.1:1", false)]
    [InlineData("", false)]
    public void Address_OfAUnixSocket_IsHandled(string address, bool isHandled) => Assert.Equal(isHandled, new KmsPluginConnector(TimeProvider.System).Handles(address));

    private static KmsPlugin Connect(TestPlugin plugin, TimeProvider? time = null)
        => (KmsPlugin)new KmsPluginConnector(time ?? TimeProvider.System).Connect(new KeyManagementEndpoint("test", plugin.Endpoint, TimeSpan.FromSeconds(3)));
}
