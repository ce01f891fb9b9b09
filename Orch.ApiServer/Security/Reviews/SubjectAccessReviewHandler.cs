using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;
using Orch.Security;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>May somebody else?</summary>
internal sealed class SubjectAccessReviewHandler(AccessQuestion question)
    : Review<V1SubjectAccessReview>("subjectaccessreviews", ResourceScope.Cluster)
{
    protected override async ValueTask AnswerAsync(V1SubjectAccessReview review, CreateCall call, CancellationToken cancellationToken)
    {
        ReviewRules.Check(review);
        review.Status = await question.AskAsync(UserOf(review.Spec), review.Spec.ResourceAttributes, review.Spec.NonResourceAttributes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The user that a review asks about.</summary>
    internal static UserInfo UserOf(V1SubjectAccessReviewSpec spec) => new(spec.User ?? string.Empty, [.. (spec.Groups ?? []).Select(static group => group ?? string.Empty)])
    {
        Uid = spec.Uid ?? string.Empty,
        Extra = (spec.Extra ?? new Dictionary<string, IList<string>>())
            .ToDictionary(static entry => entry.Key, static entry => (IReadOnlyList<string>)[.. (entry.Value ?? []).Select(static value => value ?? string.Empty)]),
    };
}
