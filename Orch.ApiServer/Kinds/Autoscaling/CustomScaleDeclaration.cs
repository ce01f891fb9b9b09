using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>The scale of a custom resource as tables show it, which upstream describes otherwise than that of its own kinds.</summary>
internal sealed class CustomScaleDeclaration() : ResourceDeclaration<V1Scale>("scales", ResourceScope.Namespaced)
{
    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Desired", "integer", static scale => scale.Spec?.Replicas ?? 0, description: "Number of desired replicas"),
        Column("Available", "integer", static scale => scale.Status?.Replicas ?? 0, description: "Number of actual replicas"),
        PrinterColumns.Age with { Type = "date" },
    ];
}
