using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Subresources;
using Orch.Security;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>Whose token is this?</summary>
internal sealed class TokenReviewHandler(ServiceAccountAuthenticator serviceAccounts, ServiceAccountTokens tokens)
    : Review<V1TokenReview>("tokenreviews", ResourceScope.Cluster)
{
    protected override async ValueTask AnswerAsync(V1TokenReview review, CreateCall call, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(review.Spec?.Token)) { throw ApiErrors.BadRequest("token is required for TokenReview in authentication"); }
        var audiences = review.Spec.Audiences is { Count: > 0 } asked ? [.. asked] : tokens.Audiences;
        try
        {
            if (!tokens.IsOurs(review.Spec.Token)) { throw new AuthenticationFailedException("the token is of no known issuer"); }
            var user = await serviceAccounts.AuthenticateAsync(review.Spec.Token, audiences).ConfigureAwait(false);
            review.Status = new V1TokenReviewStatus
            {
                Authenticated = true,
                User = UserInfos.ToModel(user),
                Audiences = [.. await serviceAccounts.AudiencesOfAsync(review.Spec.Token, audiences).ConfigureAwait(false)],
            };
        }
        catch (AuthenticationFailedException refused)
        {
            review.Status = new V1TokenReviewStatus { Authenticated = false, Error = refused.Message };
        }
    }
}
