namespace Orch.Controllers.Certificates;

/// <summary>What the certificates of node agents are for, and what else may be asked of a client's.</summary>
internal static class KubeletUsages
{
    public const string ClientAuth = "client auth";
    public const string ServerAuth = "server auth";
    public const string DigitalSignature = "digital signature";
    public const string KeyEncipherment = "key encipherment";

    /// <summary>What is wrong with the usages of an agent's certificate for <paramref name="purpose"/>; null when nothing is.</summary>
    /// <remarks>Keys that are not RSA cannot encipher keys, so that usage may be left out.</remarks>
    public static string? Fault(IEnumerable<string> usages, string purpose)
    {
        string[] all = [.. new[] { DigitalSignature, KeyEncipherment, purpose }.Order(StringComparer.Ordinal)];
        var asked = usages.ToHashSet();
        var isRight = asked.SetEquals(all) || asked.SetEquals(all.Where(static usage => usage != KeyEncipherment));
        return isRight ? null : $"usages did not match [{string.Join(' ', all)}]";
    }
}
