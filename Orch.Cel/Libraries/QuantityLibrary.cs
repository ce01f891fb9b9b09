using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' functions for quantities.</summary>
internal static class QuantityLibrary
{
    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("quantity", "(string) kubernetes.Quantity",
            (in CelValue text) => CelQuantity.Parse(text.AsString(), out var fault) is { } quantity ? CelValue.FromOpaque(quantity) : CelValue.Fault(fault)) with { Cost = CostModel.Traverse },
        CelOverload.Create("isQuantity", "(string) bool", (in CelValue text) => CelValue.FromBool(CelQuantity.Parse(text.AsString(), out _) is not null)) with { Cost = CostModel.Traverse },
        CelOverload.Create("sign", ".(kubernetes.Quantity) int", (in CelValue value) => CelValue.FromInt(Of(value).Nanos.Sign)),
        CelOverload.Create("isGreaterThan", ".(kubernetes.Quantity, kubernetes.Quantity) bool", (in CelValue value, in CelValue other) => CelValue.FromBool(Of(value).Nanos > Of(other).Nanos)),
        CelOverload.Create("isLessThan", ".(kubernetes.Quantity, kubernetes.Quantity) bool", (in CelValue value, in CelValue other) => CelValue.FromBool(Of(value).Nanos < Of(other).Nanos)),
        CelOverload.Create("compareTo", ".(kubernetes.Quantity, kubernetes.Quantity) int", (in CelValue value, in CelValue other) => CelValue.FromInt(Of(value).Nanos.CompareTo(Of(other).Nanos))),
        CelOverload.Create("asApproximateFloat", ".(kubernetes.Quantity) double", (in CelValue value) => CelValue.FromDouble(Of(value).Approximate)),
        CelOverload.Create("asInteger", ".(kubernetes.Quantity) int",
            (in CelValue value) => Of(value).IsInteger ? CelValue.FromInt(Of(value).Integer) : CelValue.Fault("cannot convert value to integer")),
        CelOverload.Create("isInteger", ".(kubernetes.Quantity) bool", (in CelValue value) => CelValue.FromBool(Of(value).IsInteger)),
        CelOverload.Create("add", ".(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity", (in CelValue value, in CelValue other) => Make(Of(value).Nanos + Of(other).Nanos)),
        CelOverload.Create("add", ".(kubernetes.Quantity, int) kubernetes.Quantity", (in CelValue value, in CelValue other) => Make(Of(value).Nanos + CelQuantity.FromInt(other.AsInt()).Nanos)),
        CelOverload.Create("sub", ".(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity", (in CelValue value, in CelValue other) => Make(Of(value).Nanos - Of(other).Nanos)),
        CelOverload.Create("sub", ".(kubernetes.Quantity, int) kubernetes.Quantity", (in CelValue value, in CelValue other) => Make(Of(value).Nanos - CelQuantity.FromInt(other.AsInt()).Nanos)),
    ];

    private static CelQuantity Of(in CelValue value) => (CelQuantity)value.AsOpaque();

    private static CelValue Make(System.Numerics.BigInteger nanos) => CelValue.FromOpaque(new CelQuantity(nanos));
}
