using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>May somebody else, in this namespace? So that the right to ask can be given for one namespace.</summary>
internal sealed class LocalSubjectAccessReviewHandler(AccessQuestion question)
    : Review<V1LocalSubjectAccessReview>("localsubjectaccessreviews", ResourceScope.Namespaced)
{
    protected override async ValueTask AnswerAsync(V1LocalSubjectAccessReview review, CreateCall call, CancellationToken cancellationToken)
    {
        ReviewRules.Check(review, call.Key.Namespace);
        review.Status = await question.AskAsync(
            SubjectAccessReviewHandler.UserOf(review.Spec), review.Spec.ResourceAttributes, review.Spec.NonResourceAttributes, cancellationToken).ConfigureAwait(false);
    }
}
