namespace Orch.ApiServer.Apply;

/// <summary>A declaration that knows how its objects merge; one that does not implement this is described by its model type.</summary>
internal interface IMergeTyped
{
    /// <summary>Of a whole object, metadata included; made once.</summary>
    MergeType MergeType { get; }
}
