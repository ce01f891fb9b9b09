using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Functions that only expressions of mutations have.</summary>
internal static class MutationFunctions
{
    /// <summary><c>jsonpatch.escapeKey</c>.</summary>
    public static IReadOnlyList<CelOverload> All { get; } =
    [
        CelOverload.Create(
            "jsonpatch.escapeKey", "(string) string",
            static (in CelValue key) => CelValue.FromString(key.AsString().Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal))),
    ];
}
