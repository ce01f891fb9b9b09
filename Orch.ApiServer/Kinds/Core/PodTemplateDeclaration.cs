using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 PodTemplate.</summary>
internal sealed class PodTemplateDeclaration() : ResourceDeclaration<V1PodTemplate>("podtemplates", ResourceScope.Namespaced)
{
    private static readonly FieldPath Template = FieldPath.Of("template");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Containers", "string", static item => Printing.ContainerNames(item.Template), description: "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Template), description: "Images referenced by each container in the template."),
        Column("Pod Labels", "string", static item => Printing.Labels(item.Template?.Metadata?.Labels), description: "The labels for the pod template."),
    ];

    protected override void Default(V1PodTemplate value) => PodSpecDefaults.Apply(value.Template);

    protected override void PrepareForCreate(V1PodTemplate value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1PodTemplate value, V1PodTemplate old)
        => value.Metadata.Generation = Generations.Next(value.Template, old.Template, old.Metadata);

    protected override void Validate(V1PodTemplate value, FieldErrors errors) => PodTemplateRules.Validate(value.Template, Template, errors);

    protected override IEnumerable<string> WarningsFor(V1PodTemplate value, V1PodTemplate? old)
        => old is not null && value.Metadata.Generation == old.Metadata.Generation ? [] : PodWarnings.For(value.Template, "template");
}
