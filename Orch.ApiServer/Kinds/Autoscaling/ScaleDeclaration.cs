using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>autoscaling/v1 Scale as tables show it; it is served only as a part of others.</summary>
internal sealed class ScaleDeclaration() : ResourceDeclaration<V1Scale>("scales", ResourceScope.Namespaced)
{
    // Upstream's name has no format here.
    public override bool BeginsWithName => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Name", "string", static scale => scale.Metadata?.Name, description: MetadataTexts.Name),
        Column("Desired", "integer", static scale => scale.Spec?.Replicas ?? 0, description: "replicas is the desired number of instances for the scaled object."),
        Column("Available", "integer", static scale => scale.Status?.Replicas ?? 0, description: "replicas is the actual number of observed instances of the scaled object."),
        PrinterColumns.Age,
    ];
}
