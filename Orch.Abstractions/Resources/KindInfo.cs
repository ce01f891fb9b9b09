namespace Orch.Resources;

/// <summary>What the API calls a model type.</summary>
/// <param name="Type">The model, such as <c>V1Pod</c>.</param>
/// <param name="Kind">What its objects carry as <c>apiVersion</c> and <c>kind</c>.</param>
/// <param name="Resource">Where it is in request paths.</param>
/// <param name="IsNamespaced">False for a cluster-scoped kind, whose keys have an empty namespace.</param>
/// <param name="ListType">The model of its list, such as <c>V1PodList</c>; null when there is none.</param>
public sealed record KindInfo(Type Type, GroupVersionKind Kind, GroupVersionResource Resource, bool IsNamespaced, Type? ListType);
