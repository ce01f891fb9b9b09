using k8s.Models;
using Orch.ApiServer.Configuration;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Asks another server whose a token is, by <c>TokenReview</c>.</summary>
/// <remarks>
/// Answers, both good and bad, are remembered by a hash of the token; failures to answer are not.
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication
/// </remarks>
internal sealed class WebhookTokenAuthenticator(WebhookQuestion? server, IReadOnlyList<string> audiences, TimeSpan memory, TimeProvider time) : IAuthenticator, IDisposable
{
    private const int MaxRemembered = 4096;
    private readonly ExpiringCache<TokenHash, UserInfo?> _answers = new(MaxRemembered, time);

    public string Name => "Webhook";

    public async ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
    {
        if (server is null || credentials.BearerToken is not { } token) { return null; }
        var hash = TokenHash.Of(token);
        if (_answers.TryGet(hash, out var known)) { return known; }
        V1TokenReviewStatus? status;
        try
        {
            var review = new V1TokenReview { ApiVersion = "authentication.k8s.io/v1", Kind = "TokenReview", Spec = new V1TokenReviewSpec { Token = token, Audiences = [.. audiences] } };
            status = (await server.AskAsync(review, cancellationToken).ConfigureAwait(false)).Status;
        }
        catch (WebhookFailedException failed)
        {
            throw new AuthenticationFailedException($"the token webhook did not answer: {failed.Message}", failed);
        }

        var user = status?.Authenticated == true && IsMeantForUs(status) ? UserOf(status.User) : null;
        _answers.Set(hash, user, memory);
        return user;
    }

    /// <inheritdoc />
    public void Dispose() => server?.Dispose();

    // A server that does not know audiences names none.
    private bool IsMeantForUs(V1TokenReviewStatus status) => status.Audiences is not { Count: > 0 } named || named.Any(audiences.Contains);

    private static UserInfo? UserOf(V1UserInfo? user)
    {
        if (string.IsNullOrEmpty(user?.Username)) { return null; }
        return new UserInfo(user.Username, UserGroups.Of(user.Username, [.. user.Groups ?? []]))
        {
            Uid = user.Uid ?? string.Empty,
            Extra = (user.Extra ?? new Dictionary<string, IList<string>>()).ToDictionary(static entry => entry.Key, static entry => (IReadOnlyList<string>)[.. entry.Value]),
        };
    }
}
