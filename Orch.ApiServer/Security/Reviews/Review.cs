using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;
using Orch.Resources;

namespace Orch.ApiServer.Security.Reviews;

/// <summary>A question about access that is answered at once and stored nowhere.</summary>
/// <typeparam name="T">The review's model.</typeparam>
internal abstract class Review<T> : ICreateHandler
    where T : class, IKubernetesObject
{
    protected Review(string plural, ResourceScope scope)
    {
        var kind = ResourceTypes.Of<T>().Kind;
        Description = new CreateHandlerDescription(new GroupVersionResource(kind.Group, kind.Version, plural), string.Empty, scope, kind, typeof(T));
    }

    public CreateHandlerDescription Description { get; }

    public async ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken)
    {
        var review = (T)call.Body;
        await AnswerAsync(review, call, cancellationToken).ConfigureAwait(false);
        review.ApiVersion = Description.Kind.ApiVersion;
        review.Kind = Description.Kind.Kind;
        return review;
    }

    /// <summary>Fills in the review's status.</summary>
    protected abstract ValueTask AnswerAsync(T review, CreateCall call, CancellationToken cancellationToken);
}
