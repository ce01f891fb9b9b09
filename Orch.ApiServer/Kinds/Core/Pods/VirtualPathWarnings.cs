using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>Files of one volume that lie in each other's place.</summary>
internal static class VirtualPathWarnings
{
    // Each file is compared with all before it.
    private const int MaxCompared = 256;

    /// <summary>Adds the texts of all volumes.</summary>
    public static void Add(IList<V1Volume>? volumes, List<string> texts)
    {
        for (var index = 0; index < (volumes?.Count ?? 0) && texts.Count < PodWarnings.MaxTexts; index++)
        {
            var volume = volumes![index];
            if (volume.ConfigMap?.Items is { Count: > 1 } map) { Check(volume, $"ConfigMap {GoText.Quote(volume.ConfigMap.Name ?? string.Empty)}", map.Select(static item => ((string?)item.Path, string.Empty)), texts); }
            if (volume.Secret?.Items is { Count: > 1 } secret) { Check(volume, $"Secret {GoText.Quote(volume.Secret.SecretName ?? string.Empty)}", secret.Select(static item => ((string?)item.Path, string.Empty)), texts); }
            if (volume.DownwardAPI?.Items is { Count: > 1 } fields) { Check(volume, "DownwardAPI", fields.Select(static item => ((string?)item.Path, string.Empty)), texts); }
            if (volume.Projected?.Sources is { Count: > 0 } sources) { Projected(volume, sources, texts); }
        }
    }

    private static void Projected(V1Volume volume, IList<V1VolumeProjection> sources, List<string> texts)
    {
        foreach (var source in sources)
        {
            if (source is { ConfigMap: null, Secret: null, DownwardAPI: null, ServiceAccountToken: null, ClusterTrustBundle: null, PodCertificate: null })
            {
                texts.Add($"volume {GoText.Quote(volume.Name)} (Projected) has no sources provided");
            }
        }

        if (sources.Count > 1 || sources[0].ServiceAccountToken is null) { Check(volume, "Projected", sources.SelectMany(Files), texts); }
    }

    private static IEnumerable<(string? Path, string Source)> Files(V1VolumeProjection source)
    {
        if (source.ConfigMap?.Items is { } map) { return map.Select(item => (item.Path, $"ConfigMap {GoText.Quote(source.ConfigMap.Name ?? string.Empty)}"))!; }
        if (source.Secret?.Items is { } secret) { return secret.Select(item => (item.Path, $"Secret {GoText.Quote(source.Secret.Name ?? string.Empty)}"))!; }
        if (source.DownwardAPI?.Items is { } fields) { return fields.Select(static item => (item.Path, "DownwardAPI"))!; }
        if (source.ServiceAccountToken is { } token) { return [(token.Path, "ServiceAccountToken")]; }
        if (source.ClusterTrustBundle is { } bundle) { return [(bundle.Path, $"ClusterTrustBundle {GoText.Quote(bundle.Name ?? bundle.SignerName ?? string.Empty)}")]; }
        return source.PodCertificate is { } certificate
            ? [(certificate.CertificateChainPath, "PodCertificate chain"), (certificate.KeyPath, "PodCertificate key"), (certificate.CredentialBundlePath, "PodCertificate credential bundle")]
            : [];
    }

    private static void Check(V1Volume volume, string source, IEnumerable<(string? Path, string Source)> files, List<string> texts)
    {
        var seen = new List<(string Path, string Source)>();
        foreach (var (text, from) in files)
        {
            var path = (text ?? string.Empty).TrimEnd('/');
            if (path.Length == 0) { continue; }
            foreach (var other in seen)
            {
                if (!Contains(path, other.Path) && !Contains(other.Path, path)) { continue; }
                texts.Add($"volume {GoText.Quote(volume.Name)} ({source}): overlapping paths: {Shown(path, from)} with {Shown(other.Path, other.Source)}");
                if (texts.Count >= PodWarnings.MaxTexts) { return; }
            }

            if (seen.Count < MaxCompared) { seen.Add((path, from)); }
        }
    }

    private static bool Contains(string path, string other)
        => other.StartsWith(path, StringComparison.Ordinal) && (other.Length == path.Length || other[path.Length] == '/');

    private static string Shown(string path, string source) => source.Length == 0 ? GoText.Quote(path) : $"{GoText.Quote(path)} ({source})";
}
