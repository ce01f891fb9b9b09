using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>The providers of some resources.</summary>
/// <param name="Resources"><c>secrets</c>, <c>deployments.apps</c>, <c>*.apps</c>, <c>*.</c> for the core group, <c>*.*</c> for all.</param>
/// <param name="Providers">The first writes.</param>
internal sealed record EncryptionRule(IReadOnlyList<string> Resources, IReadOnlyList<EncryptionProvider> Providers)
{
    /// <summary>Whether the rule names a resource.</summary>
    public bool Covers(string group, string resource)
        => Resources.Any(name => name == "*.*" || name == $"*.{group}" || name == (group.Length == 0 ? resource : $"{resource}.{group}"));
}

/// <summary>One key of one way to store.</summary>
internal sealed class EncryptionProvider(string kind, string name, byte[] secret)
{
    /// <summary><c>identity</c>, <c>aesgcm</c>, <c>aescbc</c>, <c>secretbox</c> or <c>kms</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>Of the key, or of the key management.</summary>
    public string Name { get; } = name;

    /// <summary>The key; empty where there is none.</summary>
    public byte[] Secret { get; } = secret;

    /// <summary>Where the key management is; null for a registered one.</summary>
    public KeyManagementEndpoint? Endpoint { get; init; }
}
