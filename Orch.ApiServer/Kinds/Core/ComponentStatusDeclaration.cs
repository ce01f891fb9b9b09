using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>v1 ComponentStatus: made anew for each reader, stored nowhere.</summary>
internal sealed class ComponentStatusDeclaration() : ResourceDeclaration<V1ComponentStatus>("componentstatuses", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["cs"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Status", "string", static item => Healthy(item) is { } condition ? condition.Status == "True" ? "Healthy" : "Unhealthy" : "Unknown", description: "Status of the component conditions"),
        Column("Message", "string", static item => Healthy(item)?.Message ?? string.Empty, description: "Message of the component conditions"),
        Column("Error", "string", static item => Healthy(item)?.Error ?? string.Empty, description: "Error of the component conditions"),
    ];

    private static V1ComponentCondition? Healthy(V1ComponentStatus item) => item.Conditions?.FirstOrDefault(static condition => condition.Type == "Healthy");
}
