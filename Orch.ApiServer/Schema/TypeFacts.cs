namespace Orch.ApiServer.Schema;

/// <summary>What upstream declares about a type.</summary>
/// <param name="DefinitionName">Such as <c>io.k8s.api.core.v1.PodSpec</c>.</param>
/// <param name="MapType"><c>atomic</c> or empty.</param>
/// <param name="Properties">By JSON name; only those with facts.</param>
internal sealed record TypeFacts(string DefinitionName, string MapType, IReadOnlyDictionary<string, PropertyFacts> Properties);
