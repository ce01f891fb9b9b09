using System.Text;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authentication;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class BootstrapTokenTests
{
    private const string Token = "abcdef.0123456789abcdef";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<string, string, string?, bool> Cases() => new()
    {
        { "as it should be", "", null, true },
        { "without groups", "auth-extra-groups", null, true },
        { "not over yet", "expiration", "2026-01-01T00:00:00Z", true },
        { "not over yet elsewhere", "expiration", "2026-01-01T02:00:00+02:00", true },
        { "not over yet, by less than a second", "expiration", "2026-01-01T00:00:00.5Z", true },
        { "over elsewhere", "expiration", "2026-01-01T01:59:59+02:00", false },
        { "that ends on some day", "expiration", "2026-01-02", false },
        { "that ends in no zone", "expiration", "2026-01-02T00:00:00", false },
        { "with a group that ends in a line", "auth-extra-groups", "system:bootstrappers:a\n", false },
        { "with a group of no name", "auth-extra-groups", "system:bootstrappers:a,,system:bootstrappers:b", false },
        { "with the group of all alone", "auth-extra-groups", "system:bootstrappers", false },
        { "with no groups named", "auth-extra-groups", "", true },
        { "for authentication in other letters", "usage-bootstrap-authentication", "True", false },
        { "without a secret", "token-secret", null, false },
        { "without an id", "token-id", null, false },
        { "over", "expiration", "2025-12-31T23:59:59Z", false },
        { "of no known end", "expiration", "soon", false },
        { "not for authentication", "usage-bootstrap-authentication", "false", false },
        { "for signing alone", "usage-bootstrap-authentication", null, false },
        { "with another id", "token-id", "fedcba", false },
        { "with another secret", "token-secret", "0123456789abcdee", false },
        { "with a group of others", "auth-extra-groups", "system:masters", false },
        { "with a group that ends badly", "auth-extra-groups", "system:bootstrappers:", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Token_OfASecret_HoldsOnlyAsItShould(string situation, string key, string? value, bool holds)
    {
        var secret = Secret();
        if (value is not null) { secret.Data[key] = Encoding.ASCII.GetBytes(value); }
        else if (key.Length > 0) { secret.Data.Remove(key); }

        Assert.True(holds == (await AskAsync(Token, secret) is not null), situation);
    }

    [Fact]
    public async Task Token_Good_IsABootstrapper()
    {
        var user = (await AskAsync(Token, Secret()))!;

        Assert.Equal("system:bootstrap:abcdef", user.Name);
        Assert.Equal(["system:bootstrappers", "system:bootstrappers:nodes:all", "system:authenticated"], user.Groups);
    }

    [Theory]
    [InlineData("abcdef.0123456789abcdee")]
    [InlineData("fedcba.0123456789abcdef")]
    [InlineData("ABCDEF.0123456789abcdef")]
    [InlineData("abcdef-0123456789abcdef")]
    [InlineData("")]
    [InlineData("abcdef.0123456789abcdef\n")]
    [InlineData("abcdef.0123456789abcde\n")]
    public async Task Token_Other_IsNobodys(string token) => Assert.Null(await AskAsync(token, Secret()));

    [Fact]
    public async Task Secret_OfAnotherTypeOrPlace_IsNone()
    {
        var opaque = Secret();
        opaque.Type = "Opaque";
        Assert.Null(await AskAsync(Token, opaque));
        var elsewhere = Secret();
        elsewhere.Metadata.NamespaceProperty = "default";
        Assert.Null(await AskAsync(Token, elsewhere));
        var leaving = Secret();
        leaving.Metadata.DeletionTimestamp = _time.GetUtcNow().UtcDateTime;
        Assert.Null(await AskAsync(Token, leaving));
    }

    private async Task<UserInfo?> AskAsync(string token, V1Secret secret)
        => await new BootstrapTokenAuthenticator(new FakeLookup(secret), _time).AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None);

    private static V1Secret Secret() => new()
    {
        Metadata = new V1ObjectMeta { Name = "bootstrap-token-abcdef", NamespaceProperty = "kube-system" },
        Type = "bootstrap.kubernetes.io/token",
        Data = new Dictionary<string, string>
        {
            ["token-id"] = "abcdef", ["token-secret"] = "0123456789abcdef", ["expiration"] = "2026-01-02T00:00:00Z",
            ["usage-bootstrap-authentication"] = "true", ["auth-extra-groups"] = "system:bootstrappers:nodes:all",
        }.ToDictionary(entry => entry.Key, entry => Encoding.ASCII.GetBytes(entry.Value)),
    };
}
