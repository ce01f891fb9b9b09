using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>Who am I? (<c>kubectl auth whoami</c>)</summary>
internal sealed class SelfSubjectReviewHandler(TimeProvider time) : Review<V1SelfSubjectReview>("selfsubjectreviews", ResourceScope.Cluster)
{
    protected override ValueTask AnswerAsync(V1SelfSubjectReview review, CreateCall call, CancellationToken cancellationToken)
    {
        review.Metadata = new V1ObjectMeta { CreationTimestamp = time.GetUtcNow().UtcDateTime };
        review.Status = new V1SelfSubjectReviewStatus { UserInfo = UserInfos.ToModel(call.User) };
        return ValueTask.CompletedTask;
    }
}
