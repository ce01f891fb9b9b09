using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>networking.k8s.io/v1 NetworkPolicy.</summary>
internal sealed class NetworkPolicyDeclaration() : ResourceDeclaration<V1NetworkPolicy>("networkpolicies", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["netpol"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Pod-Selector", "string", static item => Printing.Selector(item.Spec?.PodSelector), description: "Selects the pods to which this NetworkPolicy object applies.  The array of ingress rules is applied to any pods selected by this field. Multiple network policies can select the same set of pods.  In this case, the ingress rules for each are combined additively. This field is NOT optional and follows standard label selector semantics. An empty podSelector matches all pods in this namespace."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1NetworkPolicy value)
    {
        var spec = value.Spec ??= new V1NetworkPolicySpec();
        spec.PodSelector ??= new V1LabelSelector();
        foreach (var port in (spec.Ingress ?? []).SelectMany(static rule => rule.Ports ?? [])) { port.Protocol ??= "TCP"; }
        foreach (var port in (spec.Egress ?? []).SelectMany(static rule => rule.Ports ?? [])) { port.Protocol ??= "TCP"; }
        if (spec.PolicyTypes is not { Count: > 0 }) { spec.PolicyTypes = spec.Egress is { Count: > 0 } ? ["Ingress", "Egress"] : ["Ingress"]; }
    }

    protected override void PrepareForCreate(V1NetworkPolicy value) => value.Metadata.Generation = 1;

    protected override void PrepareForUpdate(V1NetworkPolicy value, V1NetworkPolicy old) => value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);

    protected override void Validate(V1NetworkPolicy value, FieldErrors errors) => NetworkPolicyRules.Validate(value.Spec, null, errors);

    protected override void ValidateUpdate(V1NetworkPolicy value, V1NetworkPolicy old, FieldErrors errors) => NetworkPolicyRules.Validate(value.Spec, old.Spec, errors);

    protected override IEnumerable<string> WarningsFor(V1NetworkPolicy value, V1NetworkPolicy? old) => NetworkPolicyRules.Warnings(value.Spec);
}
