using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.CustomResources;

/// <summary>From definitions to the kinds they establish.</summary>
internal static class CustomKinds
{
    /// <summary>The kind in one of its served versions: the wanted one, else the stored one, else the first; null when it is not established.</summary>
    public static KindInfo? Of(V1CustomResourceDefinition definition, string? wantedVersion = null)
    {
        if (definition.Status?.Conditions?.Any(static condition => condition is { Type: "Established", Status: "True" }) != true) { return null; }
        var served = definition.Spec.Versions.Where(static version => version.Served).ToList();
        if ((served.Find(version => version.Name == wantedVersion) ?? served.Find(static version => version.Storage) ?? served.FirstOrDefault()) is not { } chosen) { return null; }
        var (group, names) = (definition.Spec.Group, definition.Status.AcceptedNames ?? definition.Spec.Names);
        return new KindInfo(
            typeof(PartialObjectMetadata), new GroupVersionKind(group, chosen.Name, names.Kind), new GroupVersionResource(group, chosen.Name, names.Plural),
            definition.Spec.Scope != "Cluster", ListType: null);
    }
}
