using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>May I? (<c>kubectl auth can-i</c>)</summary>
internal sealed class SelfSubjectAccessReviewHandler(AccessQuestion question)
    : Review<V1SelfSubjectAccessReview>("selfsubjectaccessreviews", ResourceScope.Cluster)
{
    protected override async ValueTask AnswerAsync(V1SelfSubjectAccessReview review, CreateCall call, CancellationToken cancellationToken)
    {
        ReviewRules.Check(review);
        review.Status = await question.AskAsync(call.User, review.Spec.ResourceAttributes, review.Spec.NonResourceAttributes, cancellationToken).ConfigureAwait(false);
    }
}
