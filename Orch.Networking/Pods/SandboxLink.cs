using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orch.Networking.Pods;

/// <summary>A sandbox's end on the bridge. Its owner and address stand in the link's alias, so that the kernel itself remembers them.</summary>
internal sealed record SandboxLink(string Interface, string SandboxId, IPAddress Address)
{
    private const string AliasPrefix = "orch:";

    /// <summary>What the link's alias says.</summary>
    public string Alias => $"{AliasPrefix}{SandboxId}:{Address}";

    /// <summary>An interface name for a sandbox: 15 characters are all that the kernel takes.</summary>
    public static string InterfaceOf(string sandboxId) => "ov" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sandboxId)).AsSpan(0, 6));

    /// <summary>Reads <c>ip -json link show master BRIDGE</c>; links without our alias are somebody else's.</summary>
    public static IEnumerable<SandboxLink> Parse(string json)
    {
        if (string.IsNullOrWhiteSpace(json)) { yield break; }
        using var document = JsonDocument.Parse(json);
        foreach (var link in document.RootElement.EnumerateArray())
        {
            if (!link.TryGetProperty("ifalias", out var alias) || alias.GetString() is not { } text || !text.StartsWith(AliasPrefix, StringComparison.Ordinal)) { continue; }
            var parts = text.Split(':');
            if (parts.Length == 3 && IPAddress.TryParse(parts[2], out var address)) { yield return new SandboxLink(link.GetProperty("ifname").GetString()!, parts[1], address); }
        }
    }
}
