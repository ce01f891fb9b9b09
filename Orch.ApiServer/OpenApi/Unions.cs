using Orch.ApiServer.Json;

namespace Orch.ApiServer.OpenApi;

/// <summary>Types of which just one part may be given, and the field that says which.</summary>
internal static class Unions
{
    /// <summary>What a definition says of it; null for most.</summary>
    public static JsonList? Of(string definition) => definition switch
    {
        "io.k8s.api.core.v1.AppArmorProfile" or "io.k8s.api.core.v1.SeccompProfile" => Union("type", ("localhostProfile", "LocalhostProfile")),
        "io.k8s.api.core.v1.PodSchedulingGroup" => Union(null, ("podGroupName", "PodGroupName")),
        "io.k8s.api.flowcontrol.v1.LimitResponse" => Union("type", ("queuing", "Queuing")),
        "io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec" => Union("type", ("exempt", "Exempt"), ("limited", "Limited")),
        "io.k8s.api.flowcontrol.v1.Subject" => Union("kind", ("group", "Group"), ("serviceAccount", "ServiceAccount"), ("user", "User")),
        _ => null,
    };

    private static JsonList Union(string? discriminator, params ReadOnlySpan<(string Field, string Value)> parts)
    {
        var fields = new JsonMap();
        foreach (var (field, value) in parts) { fields[field] = value; }
        var union = new JsonMap();
        if (discriminator is not null) { union["discriminator"] = discriminator; }
        union["fields-to-discriminateBy"] = fields;
        return [union];
    }
}
