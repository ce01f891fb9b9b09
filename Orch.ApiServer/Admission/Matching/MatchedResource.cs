using Orch.Resources;

namespace Orch.ApiServer.Admission.Matching;

/// <summary>In which form a request matched: its own, or an equivalent one that the objects are to be shown in.</summary>
/// <param name="Resource">The matched resource.</param>
/// <param name="Kind">Of the objects to show.</param>
internal readonly record struct MatchedResource(GroupVersionResource Resource, GroupVersionKind Kind);
