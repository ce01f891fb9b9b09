using k8s.Models;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>The specs that mandatory objects have, by name.</summary>
internal static class MandatorySpecs
{
    private static readonly Dictionary<string, V1FlowSchemaSpec> Schemas = FlowControlObjects.MandatorySchemas().ToDictionary(static item => item.Metadata.Name, static item => item.Spec);

    private static readonly Dictionary<string, V1PriorityLevelConfigurationSpec> Levels
        = FlowControlObjects.MandatoryLevels().ToDictionary(static item => item.Metadata.Name, static item => item.Spec);

    /// <summary>A mandatory schema's; null for any other name. Shared, never changed.</summary>
    public static V1FlowSchemaSpec? OfSchema(string? name) => name is null ? null : Schemas.GetValueOrDefault(name);

    /// <summary>A mandatory level's; null for any other name. Shared, never changed.</summary>
    public static V1PriorityLevelConfigurationSpec? OfLevel(string? name) => name is null ? null : Levels.GetValueOrDefault(name);
}
