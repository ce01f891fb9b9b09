using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Subresources;
using Orch.Security;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>Whose token is this?</summary>
/// <remarks>Only service account tokens may be meant for others than this server; every other token is good for its audiences alone.</remarks>
internal sealed class TokenReviewHandler(ServiceAccountAuthenticator serviceAccounts, ServiceAccountTokens tokens, TokenAuthentication everybody)
    : Review<V1TokenReview>("tokenreviews", ResourceScope.Cluster)
{
    protected override async ValueTask AnswerAsync(V1TokenReview review, CreateCall call, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(review.Spec?.Token)) { throw ApiErrors.BadRequest("token is required for TokenReview in authentication"); }
        var token = review.Spec.Token;
        var asked = review.Spec.Audiences is { Count: > 0 } named ? named.ToList() : null;
        try
        {
            var (user, audiences) = tokens.IsOurs(token)
                ? (await serviceAccounts.AuthenticateAsync(token, asked ?? tokens.Audiences).ConfigureAwait(false),
                    await serviceAccounts.AudiencesOfAsync(token, asked ?? tokens.Audiences).ConfigureAwait(false))
                : (await everybody(token, cancellationToken).ConfigureAwait(false), (asked ?? tokens.Audiences).Intersect(tokens.Audiences).ToList());
            if (user is null || audiences.Count == 0)
            {
                // That nobody here knows a token is no fault of it: another authenticator of who asks may.
                review.Status = new V1TokenReviewStatus { Authenticated = false, User = new V1UserInfo(), Error = user is null ? null : "the token is meant for another audience" };
                return;
            }

            review.Status = new V1TokenReviewStatus { Authenticated = true, User = UserInfos.ToModel(user), Audiences = [.. audiences] };
        }
        catch (AuthenticationFailedException refused)
        {
            review.Status = new V1TokenReviewStatus { Authenticated = false, User = new V1UserInfo(), Error = refused.Message };
        }
    }
}

/// <summary>All authenticators, asked about a token.</summary>
internal delegate ValueTask<UserInfo?> TokenAuthentication(string token, CancellationToken cancellationToken);
