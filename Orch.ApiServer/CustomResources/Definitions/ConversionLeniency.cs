using k8s.Models;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Which faults of the conversion a definition may have.</summary>
/// <param name="Bundle">The certificates may be anything.</param>
/// <param name="Versions">No version of reviews needs to be one that is understood.</param>
internal readonly record struct ConversionLeniency(bool Bundle, bool Versions)
{
    /// <summary>What is asked beside what is stored: certificates count from when a definition is established, faults that are stored may stay.</summary>
    /// <param name="old">Null for a new definition.</param>
    public static ConversionLeniency For(V1CustomResourceDefinition? old)
    {
        if (old is null) { return new ConversionLeniency(true, false); }
        var webhook = old.Spec?.Conversion?.Webhook;
        var keepsBundle = webhook?.ClientConfig?.CaBundle is { Length: > 0 } bundle && !ConversionRules.HasCertificate(bundle);
        return new ConversionLeniency(
            keepsBundle || !DefinitionConditions.IsTrue(old, DefinitionConditions.Established),
            webhook?.ConversionReviewVersions is { Count: > 0 } versions && !versions.Contains("v1") && !versions.Contains("v1beta1"));
    }
}
