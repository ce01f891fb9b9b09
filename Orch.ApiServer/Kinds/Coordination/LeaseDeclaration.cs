using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Coordination;

/// <summary>coordination.k8s.io/v1 Lease.</summary>
internal sealed class LeaseDeclaration() : ResourceDeclaration<V1Lease>("leases", ResourceScope.Namespaced)
{
    public override bool AllowsUnconditionalUpdate => false;

    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Holder", "string", static lease => lease.Spec?.HolderIdentity ?? string.Empty, description: "holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1Lease value) => value.Spec ??= new V1LeaseSpec();

    protected override void Validate(V1Lease value, FieldErrors errors)
    {
        if (value.Spec is not { } spec) { return; }
        if (spec.LeaseDurationSeconds <= 0) { errors.Invalid(Spec("leaseDurationSeconds"), spec.LeaseDurationSeconds, NumberRules.PositiveText); }
        if (spec.LeaseTransitions < 0) { errors.Invalid(Spec("leaseTransitions"), spec.LeaseTransitions, NumberRules.NotNegativeText); }
        if (spec.Strategy is { } strategy && strategy != "OldestEmulationVersion") { TextRules.QualifiedName(strategy, Spec("strategy"), errors); }
        if (!string.IsNullOrEmpty(spec.PreferredHolder) && string.IsNullOrEmpty(spec.Strategy))
        {
            errors.Forbidden(Spec("preferredHolder"), "may only be specified when `strategy` is defined");
        }
    }

    private static FieldPath Spec(string field) => FieldPath.Of("spec").Child(field);
}
