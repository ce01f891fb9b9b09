using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.Kubelet.Env;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Images;

/// <summary>Finds what a pod's pull secrets say about an image's registry.</summary>
internal sealed class PullCredentials(IReferencedObjects objects)
{
    /// <summary>Those that match, the most specific first; empty for an anonymous pull. A secret that is missing or unreadable is passed over.</summary>
    public async Task<IReadOnlyList<RegistryCredentials>> FindAsync(V1Pod pod, string image, CancellationToken cancellationToken)
    {
        var found = new List<(string Key, RegistryCredentials Value)>();
        foreach (var reference in pod.Spec.ImagePullSecrets ?? [])
        {
            if (string.IsNullOrEmpty(reference.Name)) { continue; }
            var secret = await objects.FindSecretAsync(new ObjectKey(pod.Metadata.NamespaceProperty, reference.Name), cancellationToken).ConfigureAwait(false);
            if (secret?.Data is { } data) { found.AddRange(Read(data)); }
        }

        var (registry, path) = ImageReference.Locate(image);
        return [.. found.Where(f => Matches(f.Key, registry, path)).OrderByDescending(static f => f.Key.Length).Select(static f => f.Value)];
    }

    private static IEnumerable<(string Key, RegistryCredentials Value)> Read(IDictionary<string, byte[]> data)
    {
        JsonElement auths;
        try
        {
            if (data.TryGetValue(".dockerconfigjson", out var config))
            {
                using var document = JsonDocument.Parse(config);
                if (!document.RootElement.TryGetProperty("auths", out var inner)) { return []; }
                auths = inner.Clone();
            }
            else if (data.TryGetValue(".dockercfg", out var old))
            {
                using var document = JsonDocument.Parse(old);
                auths = document.RootElement.Clone();
            }
            else
            {
                return [];
            }

            return [.. auths.EnumerateObject().Select(static a => (Bare(a.Name), Entry(a.Name, a.Value)))];
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return [];
        }
    }

    private static RegistryCredentials Entry(string server, JsonElement entry)
    {
        string Text(string name) => entry.TryGetProperty(name, out var value) ? value.GetString() ?? string.Empty : string.Empty;
        var (user, password) = (Text("username"), Text("password"));
        if (Text("auth") is { Length: > 0 } auth)
        {
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(auth)).Split(':', 2);
            (user, password) = (parts[0], parts.Length > 1 ? parts[1] : string.Empty);
        }

        return new RegistryCredentials(Bare(server), user, password) { IdentityToken = Text("identitytoken") is { Length: > 0 } token ? token : null };
    }

    private static string Bare(string server)
    {
        var text = server;
        foreach (var scheme in (string[])["https://", "http://"])
        {
            if (text.StartsWith(scheme, StringComparison.Ordinal)) { text = text[scheme.Length..]; }
        }

        foreach (var suffix in (string[])["/", "/v1", "/v2"])
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)) { text = text[..^suffix.Length]; }
        }

        return text is "index.docker.io" or "registry-1.docker.io" ? ImageReference.DefaultRegistry : text;
    }

    private static bool Matches(string key, string registry, string path)
    {
        var parts = key.Split('/', 2);
        if (parts.Length == 2 && path != parts[1] && !path.StartsWith(parts[1] + "/", StringComparison.Ordinal)) { return false; }

        // "*" stands for one label of the host, as in "*.registry.io".
        var (pattern, host) = (parts[0].Split('.'), registry.Split('.'));
        return pattern.Length == host.Length && pattern.Zip(host).All(static p => p.First == "*" || p.First == p.Second);
    }
}
