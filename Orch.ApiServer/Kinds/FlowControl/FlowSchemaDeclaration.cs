using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>flowcontrol.apiserver.k8s.io/v1 FlowSchema.</summary>
internal sealed class FlowSchemaDeclaration() : ResourceDeclaration<V1FlowSchema>("flowschemas", ResourceScope.Cluster)
{
    private const int DefaultPrecedence = 1000;

    public override bool HasStatus => true;

    internal override Comparison<object> RowOrder { get; } = static (left, right) =>
    {
        var (one, other) = ((V1FlowSchema)left, (V1FlowSchema)right);
        var order = (one.Spec?.MatchingPrecedence ?? 0).CompareTo(other.Spec?.MatchingPrecedence ?? 0);
        return order != 0 ? order : string.CompareOrdinal(one.Metadata?.Name, other.Metadata?.Name);
    };

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("PriorityLevel", "string", static item => item.Spec?.PriorityLevelConfiguration?.Name ?? string.Empty, description: "`name` is the name of the priority level configuration being referenced Required."),
        Column("MatchingPrecedence", "string", static item => item.Spec?.MatchingPrecedence ?? 0, description: "`matchingPrecedence` is used to choose among the FlowSchemas that match a given request. The chosen FlowSchema is among those with the numerically lowest (which we take to be logically highest) MatchingPrecedence.  Each MatchingPrecedence value must be ranged in [1,10000]. Note that if the precedence is not specified, it will be set to 1000 as default."),
        Column("DistinguisherMethod", "string", static item => item.Spec?.DistinguisherMethod?.Type ?? Printing.None, description: "`distinguisherMethod` defines how to compute the flow distinguisher for requests that match this schema. `nil` specifies that the distinguisher is disabled and thus will always be the empty string."),
        PrinterColumns.Age,
        Column("MissingPL", "string", static item => item.Status?.Conditions?.FirstOrDefault(static condition => condition.Type == "Dangling")?.Status ?? "?", description: "references a broken or non-existent PriorityLevelConfiguration"),
    ];

    protected override void Default(V1FlowSchema value)
    {
        var spec = value.Spec ??= new V1FlowSchemaSpec();
        if (spec.MatchingPrecedence is null or 0) { spec.MatchingPrecedence = DefaultPrecedence; }
        foreach (var rule in (spec.Rules ?? []).SelectMany(static item => item.ResourceRules ?? []))
        {
            if (rule.ClusterScope == false) { rule.ClusterScope = null; }
        }
    }

    protected override void PrepareForCreate(V1FlowSchema value)
    {
        value.Status = new V1FlowSchemaStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1FlowSchema value, V1FlowSchema old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1FlowSchema value, V1FlowSchema old)
    {
        StatusUpdates.KeepMetadata(value.Metadata, old.Metadata);
        value.Spec = old.Spec;
    }

    protected override void Validate(V1FlowSchema value, FieldErrors errors) => FlowSchemaRules.Validate(value, errors);

    protected override void ValidateStatusUpdate(V1FlowSchema value, V1FlowSchema old, FieldErrors errors) => FlowSchemaRules.ValidateStatus(value.Status, errors);
}
