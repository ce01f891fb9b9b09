using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>apps/v1 Deployment.</summary>
internal sealed class DeploymentDeclaration() : ResourceDeclaration<V1Deployment>("deployments", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["deploy"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override ScaleMapping? Scale { get; } = new(
        static item => ((V1Deployment)item).Spec.Replicas ?? 0,
        static (item, replicas) => ((V1Deployment)item).Spec.Replicas = replicas,
        static item => ((V1Deployment)item).Status?.Replicas ?? 0,
        static item => ScaleSelector.Of(((V1Deployment)item).Spec.Selector));

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Ready", "string", static item => $"{item.Status?.ReadyReplicas ?? 0}/{item.Spec?.Replicas ?? 0}", description: "Number of the pod with ready state"),
        Column("Up-to-date", "string", static item => item.Status?.UpdatedReplicas ?? 0, description: "Total number of non-terminated pods targeted by this deployment that have the desired template spec."),
        Column("Available", "string", static item => item.Status?.AvailableReplicas ?? 0, description: "Total number of available pods (ready for at least minReadySeconds) targeted by this deployment."),
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.Template), 1, "Images referenced by each container in the template."),
        Column("Selector", "string", static item => Printing.Selector(item.Spec?.Selector), 1, "Label selector for pods."),
    ];

    protected override void Default(V1Deployment value)
    {
        var spec = value.Spec ??= new V1DeploymentSpec();
        spec.Replicas ??= 1;
        spec.RevisionHistoryLimit ??= 10;
        spec.ProgressDeadlineSeconds ??= 600;
        if (spec.MinReadySeconds == 0) { spec.MinReadySeconds = null; }
        if (spec.Paused == false) { spec.Paused = null; }
        spec.Strategy ??= new V1DeploymentStrategy();
        if (string.IsNullOrEmpty(spec.Strategy.Type)) { spec.Strategy.Type = "RollingUpdate"; }
        if (spec.Strategy.Type == "RollingUpdate")
        {
            spec.Strategy.RollingUpdate ??= new V1RollingUpdateDeployment();
            spec.Strategy.RollingUpdate.MaxUnavailable ??= "25%";
            spec.Strategy.RollingUpdate.MaxSurge ??= "25%";
        }

        PodSpecDefaults.Apply(spec.Template);
    }

    protected override void PrepareForCreate(V1Deployment value)
    {
        value.Status = new V1DeploymentStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1Deployment value, V1Deployment old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

        // Its annotations are carried to replica sets, so they count as wanted state too.
        if (value.Metadata.Generation == old.Metadata.Generation) { value.Metadata.Generation = Generations.Next(value.Metadata.Annotations, old.Metadata.Annotations, old.Metadata); }
    }

    protected override void PrepareForStatusUpdate(V1Deployment value, V1Deployment old)
    {
        value.Spec = old.Spec;
        value.Metadata.Labels = old.Metadata.Labels;
    }

    protected override void Validate(V1Deployment value, FieldErrors errors) => DeploymentRules.Validate(value.Spec, errors);

    protected override void ValidateUpdate(V1Deployment value, V1Deployment old, FieldErrors errors)
    {
        DeploymentRules.Validate(value.Spec, errors);
        ImmutableRule.Check(value.Spec.Selector, old.Spec.Selector, FieldPath.Of("spec").Child("selector"), errors);
    }

    protected override void ValidateStatusUpdate(V1Deployment value, V1Deployment old, FieldErrors errors) => DeploymentRules.ValidateStatus(value.Status, old.Status, errors);

    protected override IEnumerable<string> WarningsFor(V1Deployment value, V1Deployment? old)
        => [.. TemplateWarnings.ForName(value.Metadata, old?.Metadata), .. TemplateWarnings.For(value.Spec.Template, value.Metadata, old?.Metadata)];
}
