using k8s;
using Orch.ApiServer.Resources;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Subresources;

/// <summary>Answers a POST that stores nothing of its own kind: a review, or a subresource such as <c>serviceaccounts/token</c>.</summary>
/// <remarks>Registered as a set. It is called after authentication and authorization, with the body decoded.</remarks>
internal interface ICreateHandler
{
    /// <summary>What it answers.</summary>
    CreateHandlerDescription Description { get; }

    /// <summary>Answers with an object of the description's kind, or with a <c>Status</c>.</summary>
    /// <exception cref="Client.ApiException">The refusal, as the client sees it.</exception>
    ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken);
}

/// <summary>Where a handler stands in the API.</summary>
/// <param name="Resource">Its own resource (<c>tokenreviews</c>), or the parent's (<c>serviceaccounts</c>).</param>
/// <param name="Subresource">Empty for a resource of its own.</param>
/// <param name="Scope">Of the resource.</param>
/// <param name="Kind">Of body and answer.</param>
/// <param name="BodyType">The model type.</param>
internal sealed record CreateHandlerDescription(
    GroupVersionResource Resource, string Subresource, ResourceScope Scope, GroupVersionKind Kind, Type BodyType);

/// <summary>One POST.</summary>
/// <param name="User">By whom.</param>
/// <param name="Key">The parent object; of a resource of its own only the namespace is set.</param>
/// <param name="Body">Owned by the call.</param>
/// <param name="IsDryRun">No side effect is allowed.</param>
internal sealed record CreateCall(UserInfo User, ObjectKey Key, IKubernetesObject Body, bool IsDryRun)
{
    /// <summary>Add texts for <c>Warning</c> headers here.</summary>
    public IList<string> Warnings { get; } = [];
}
