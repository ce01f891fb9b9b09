using System.Security.Cryptography;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class TokenReviewTests : IDisposable
{
    private static readonly UserInfo Admin = new("admin", ["system:masters"]);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FakeLookup _objects = new(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "shop", Uid = "account-1" } });
    private readonly ServiceAccountTokens _tokens;
    private readonly ServiceAccountTokens _strange;

    public TokenReviewTests()
    {
        _tokens = new ServiceAccountTokens(_key, ["https://issuer"]);
        _strange = new ServiceAccountTokens(_other, ["https://issuer"]);
    }

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Token_OfOurs_IsKnownWithoutAskingOthers()
    {
        var status = await ReviewAsync(await IssueAsync(_tokens), _ => throw new InvalidOperationException("asked in vain"));
        Assert.Equal((true, "system:serviceaccount:shop:web", "https://issuer"), (status.Authenticated, status.User?.Username, Assert.Single(status.Audiences)));
    }

    [Fact]
    public async Task Token_OfOursForAnotherAudience_IsKnownToWhoAsksForThat()
    {
        var token = await IssueAsync(_tokens, "vault");
        Assert.Equal(["vault"], (await ReviewAsync(token, Nobody, "vault", "else")).Audiences);
        var refused = await ReviewAsync(token, Nobody);
        Assert.Equal((false, "token of service account shop/web does not hold: it is meant for vault"), (refused.Authenticated, refused.Error));
    }

    [Fact]
    public async Task Token_ThatNamesOurIssuerButIsOfAnotherKey_IsAskedOfAll()
    {
        var token = await IssueAsync(_strange);
        var status = await ReviewAsync(token, asked => asked == token ? new UserInfo("jane", ["system:authenticated"]) : null);
        Assert.Equal((true, "jane", "https://issuer"), (status.Authenticated, status.User?.Username, Assert.Single(status.Audiences)));
        var refused = await ReviewAsync(token, Nobody);
        Assert.False(refused.Authenticated);
        Assert.StartsWith("service account token does not hold: ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_OfOursThatIsOver_MayBeKnownToAnother()
    {
        var token = await IssueAsync(_tokens);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.False((await ReviewAsync(token, Nobody)).Authenticated);
        Assert.Equal("jane", (await ReviewAsync(token, static _ => new UserInfo("jane", []))).User.Username);
    }

    [Fact]
    public async Task Token_ThatIsNotOurs_IsAskedOfAllForOurAudiencesAlone()
    {
        var asked = 0;
        UserInfo Jane(string token)
        {
            asked++;
            return new UserInfo("jane", ["g"]);
        }

        Assert.Equal(["https://issuer"], (await ReviewAsync("opaque", Jane, "https://issuer", "vault")).Audiences);
        Assert.Equal(["https://issuer"], (await ReviewAsync("opaque", Jane)).Audiences);
        Assert.Equal(2, asked);
        var refused = await ReviewAsync("opaque", Jane, "vault");
        Assert.Equal((false, "invalid bearer token", 2), (refused.Authenticated, refused.Error, asked));
        Assert.Equal("invalid bearer token", (await ReviewAsync("opaque", Nobody)).Error);
        Assert.Equal("it does not hold", (await ReviewAsync("opaque", static _ => throw new AuthenticationFailedException("it does not hold"))).Error);
    }

    [Fact]
    public async Task Review_OfNoToken_IsRefused()
        => Assert.Equal("token is required for TokenReview in authentication", (await Assert.ThrowsAsync<ApiException>(() => ReviewAsync(string.Empty, Nobody))).Message);

    private static UserInfo? Nobody(string token) => null;

    private async Task<V1TokenReviewStatus> ReviewAsync(string token, Func<string, UserInfo?> everybody, params string[] audiences)
    {
        var handler = new TokenReviewHandler(new ServiceAccountAuthenticator(_tokens, _objects, _time), _tokens, (asked, _) => new ValueTask<UserInfo?>(everybody(asked)));
        var review = new V1TokenReview { Spec = new V1TokenReviewSpec { Token = token, Audiences = audiences } };
        return ((V1TokenReview)await handler.CreateAsync(new CreateCall(Admin, ObjectKey.Cluster(string.Empty), review, false), CancellationToken.None)).Status;
    }

    private async Task<string> IssueAsync(ServiceAccountTokens issuer, string? audience = null)
    {
        var request = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = audience is null ? [] : [audience], ExpirationSeconds = 3600 } };
        var answer = await new TokenRequestHandler(issuer, _objects, _time).CreateAsync(new CreateCall(Admin, new ObjectKey("shop", "web"), request, false), CancellationToken.None);
        return ((Authenticationv1TokenRequest)answer).Status.Token;
    }
}
