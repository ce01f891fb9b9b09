using Orch.Resources;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>Knows which resources show the same stored objects.</summary>
internal interface IResourceEquivalents
{
    /// <summary>The other resources that show the objects of this one; empty for most.</summary>
    /// <param name="subresource">One that all of the answer have too.</param>
    IReadOnlyList<MatchedResource> OthersOf(GroupVersionResource resource, string subresource);
}
