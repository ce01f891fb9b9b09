using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>apps/v1 DaemonSet.</summary>
internal sealed class DaemonSetDeclaration() : ResourceDeclaration<V1DaemonSet>("daemonsets", ResourceScope.Namespaced)
{
    /// <summary>Counts changes of the template alone; a field of older versions that lives on in this annotation.</summary>
    private const string TemplateGeneration = "deprecated.daemonset.template.generation";

    public override IReadOnlyList<string> ShortNames { get; } = ["ds"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Desired", "integer", static item => item.Status?.DesiredNumberScheduled ?? 0, description: "The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod)."),
        Column("Current", "integer", static item => item.Status?.CurrentNumberScheduled ?? 0, description: "The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod."),
        Column("Ready", "integer", static item => item.Status?.NumberReady ?? 0, description: "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition."),
        Column("Up-to-date", "integer", static item => item.Status?.UpdatedNumberScheduled ?? 0, description: "The total number of nodes that are running updated daemon pod"),
        Column("Available", "integer", static item => item.Status?.NumberAvailable ?? 0, description: "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)"),
        Column("Node Selector", "string", static item => Printing.Labels(item.Spec?.Template?.Spec?.NodeSelector), description: "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/"),
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.Template), 1, "Images referenced by each container in the template."),
        Column("Selector", "string", static item => Printing.Selector(item.Spec?.Selector), 1, "A label query over pods that are managed by the daemon set."),
    ];

    protected override void Default(V1DaemonSet value)
    {
        var spec = value.Spec ??= new V1DaemonSetSpec();
        spec.RevisionHistoryLimit ??= 10;
        if (spec.MinReadySeconds == 0) { spec.MinReadySeconds = null; }
        spec.UpdateStrategy ??= new V1DaemonSetUpdateStrategy();
        if (string.IsNullOrEmpty(spec.UpdateStrategy.Type)) { spec.UpdateStrategy.Type = "RollingUpdate"; }
        if (spec.UpdateStrategy.Type == "RollingUpdate")
        {
            spec.UpdateStrategy.RollingUpdate ??= new V1RollingUpdateDaemonSet();
            spec.UpdateStrategy.RollingUpdate.MaxUnavailable ??= 1;
            spec.UpdateStrategy.RollingUpdate.MaxSurge ??= 0;
        }

        PodSpecDefaults.Apply(spec.Template);
    }

    protected override void PrepareForCreate(V1DaemonSet value)
    {
        value.Status = new V1DaemonSetStatus();
        value.Metadata.Generation = 1;
        SetTemplateGeneration(value.Metadata, Math.Max(TemplateGenerationOf(value.Metadata), 1));
    }

    protected override void PrepareForUpdate(V1DaemonSet value, V1DaemonSet old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
        var count = TemplateGenerationOf(old.Metadata);
        SetTemplateGeneration(value.Metadata, ContentEquality.Same(value.Spec.Template, old.Spec.Template) ? count : count + 1);
    }

    protected override void PrepareForStatusUpdate(V1DaemonSet value, V1DaemonSet old)
    {
        value.Spec = old.Spec;
        SetTemplateGeneration(value.Metadata, TemplateGenerationOf(old.Metadata));
    }

    protected override void Validate(V1DaemonSet value, FieldErrors errors) => DaemonSetRules.Validate(value.Spec, errors);

    protected override void ValidateUpdate(V1DaemonSet value, V1DaemonSet old, FieldErrors errors)
    {
        ImmutableRule.Check(value.Spec.Selector, old.Spec.Selector, FieldPath.Of("spec").Child("selector"), errors);
        DaemonSetRules.Validate(value.Spec, errors);
    }

    protected override void ValidateStatusUpdate(V1DaemonSet value, V1DaemonSet old, FieldErrors errors) => DaemonSetRules.ValidateStatus(value.Status, old.Status, errors);

    protected override IEnumerable<string> WarningsFor(V1DaemonSet value, V1DaemonSet? old) => TemplateWarnings.For(value.Spec.Template, value.Metadata, old?.Metadata);

    private static long TemplateGenerationOf(V1ObjectMeta metadata)
        => metadata.Annotations is { } annotations && annotations.TryGetValue(TemplateGeneration, out var text)
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;

    private static void SetTemplateGeneration(V1ObjectMeta metadata, long count)
    {
        metadata.Annotations ??= new Dictionary<string, string>();
        metadata.Annotations[TemplateGeneration] = count.ToString(CultureInfo.InvariantCulture);
    }
}
