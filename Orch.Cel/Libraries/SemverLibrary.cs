using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' functions for versions.</summary>
internal static class SemverLibrary
{
    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("semver", "(string) kubernetes.Semver", (in CelValue text) => Parse(text, normalize: false)) with { Cost = CostModel.Traverse },
        CelOverload.Create("semver", "(string, bool) kubernetes.Semver", (in CelValue text, in CelValue normalize) => Parse(text, normalize.IsTrue)) with { Cost = CostModel.Traverse },
        CelOverload.Create("isSemver", "(string) bool", (in CelValue text) => CelValue.FromBool(!Parse(text, normalize: false).IsError)) with { Cost = CostModel.Traverse },
        CelOverload.Create("isSemver", "(string, bool) bool", (in CelValue text, in CelValue normalize) => CelValue.FromBool(!Parse(text, normalize.IsTrue).IsError)) with { Cost = CostModel.Traverse },
        CelOverload.Create("isGreaterThan", ".(kubernetes.Semver, kubernetes.Semver) bool", (in CelValue value, in CelValue other) => CelValue.FromBool(Of(value).CompareTo(Of(other)) > 0)),
        CelOverload.Create("isLessThan", ".(kubernetes.Semver, kubernetes.Semver) bool", (in CelValue value, in CelValue other) => CelValue.FromBool(Of(value).CompareTo(Of(other)) < 0)),
        CelOverload.Create("compareTo", ".(kubernetes.Semver, kubernetes.Semver) int", (in CelValue value, in CelValue other) => CelValue.FromInt(Of(value).CompareTo(Of(other)))),
        CelOverload.Create("major", ".(kubernetes.Semver) int", (in CelValue value) => Part(value, 0)),
        CelOverload.Create("minor", ".(kubernetes.Semver) int", (in CelValue value) => Part(value, 1)),
        CelOverload.Create("patch", ".(kubernetes.Semver) int", (in CelValue value) => Part(value, 2)),
    ];

    private static CelSemver Of(in CelValue value) => (CelSemver)value.AsOpaque();

    private static CelValue Part(in CelValue value, int index) => CelValue.FromInt(unchecked((long)Of(value).Core[index]));

    private static CelValue Parse(in CelValue text, bool normalize)
        => CelSemver.Parse(text.AsString(), normalize, out var fault) is { } version ? CelValue.FromOpaque(version) : CelValue.Fault(fault);
}
