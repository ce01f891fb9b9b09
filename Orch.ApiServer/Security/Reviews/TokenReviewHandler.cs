using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Subresources;
using Orch.Security;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>Whose token is this?</summary>
/// <remarks>
/// Only service account tokens may be meant for others than this server; every other token is good for its audiences alone. A token that names one of our
/// issuers need not be of ours: where it does not hold as such, the other authenticators are asked like about any other.
/// </remarks>
internal sealed class TokenReviewHandler(ServiceAccountAuthenticator serviceAccounts, ServiceAccountTokens tokens, TokenAuthentication everybody)
    : Review<V1TokenReview>("tokenreviews", ResourceScope.Cluster)
{
    protected override async ValueTask AnswerAsync(V1TokenReview review, CreateCall call, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(review.Spec?.Token)) { throw ApiErrors.BadRequest("token is required for TokenReview in authentication"); }
        var token = review.Spec.Token;
        var asked = review.Spec.Audiences is { Count: > 0 } named ? (IReadOnlyList<string>)[.. named] : tokens.Audiences;
        AuthenticationFailedException? refused = null;
        if (tokens.IsOurs(token))
        {
            try
            {
                var user = await serviceAccounts.AuthenticateAsync(token, asked).ConfigureAwait(false);
                review.Status = Known(user, await serviceAccounts.AudiencesOfAsync(token, asked).ConfigureAwait(false));
                return;
            }
            catch (AuthenticationFailedException failed) { refused = failed; }
        }

        try
        {
            var ours = asked.Intersect(tokens.Audiences).ToList();
            var user = ours.Count == 0 ? null : await everybody(token, cancellationToken).ConfigureAwait(false);
            if (user is not null) { review.Status = Known(user, ours); return; }
        }
        catch (AuthenticationFailedException failed) { refused ??= failed; }

        review.Status = new V1TokenReviewStatus { Authenticated = false, User = new V1UserInfo(), Error = refused?.Message ?? "invalid bearer token" };
    }

    private static V1TokenReviewStatus Known(UserInfo user, IEnumerable<string> audiences)
        => new() { Authenticated = true, User = UserInfos.ToModel(user), Audiences = [.. audiences] };
}

/// <summary>All authenticators, asked about a token.</summary>
internal delegate ValueTask<UserInfo?> TokenAuthentication(string token, CancellationToken cancellationToken);
