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

    /// <summary>Whether objects are served in a version, such as <c>example.com/v1</c>; fields have the same paths in all of them.</summary>
    bool HasVersion(string apiVersion);
}
