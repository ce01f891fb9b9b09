using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Apply;

/// <summary>A declaration that knows how its objects merge; one that does not implement this is described by its model type.</summary>
internal interface IMergeTyped
{
    /// <summary>The fields on the way to the wanted replicas, for the scale.</summary>
    IReadOnlyList<string> ReplicasPath => ["spec", "replicas"];

    /// <summary>What nobody owns through the status.</summary>
    IgnoredFields IgnoredThroughStatus { get; }

    /// <summary>How a whole object merges; made once.</summary>
    /// <param name="metadata">The type of metadata.</param>
    MergeType MergeTypeWith(MergeType metadata);

    /// <summary>What serves the same objects in a version, such as <c>example.com/v1</c>; null for one that is not served.</summary>
    ResourceDeclaration? InVersion(string apiVersion);

    /// <summary>Objects of this version in another; those given stay as they are.</summary>
    /// <exception cref="Client.ApiException">500: they could not be converted.</exception>
    ValueTask<IReadOnlyList<IKubernetesObject<V1ObjectMeta>>> ConvertAsync(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> values, ResourceDeclaration other, CancellationToken cancellationToken);
}
