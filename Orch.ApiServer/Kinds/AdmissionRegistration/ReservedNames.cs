namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>Names that upstream keeps for configurations that do not come through the API.</summary>
internal static class ReservedNames
{
    private const string Suffix = ".static.k8s.io";

    /// <summary>What whoever makes an object of such a name is told.</summary>
    public static IEnumerable<string> WarningsFor(string? name) => name?.EndsWith(Suffix, StringComparison.Ordinal) == true
        ? [$"metadata.name: names ending with \"{Suffix}\" will be reserved for static manifest-based configurations when the ManifestBasedAdmissionControlConfig feature gate is enabled"]
        : [];
}
