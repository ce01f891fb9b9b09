using k8s.Models;
using Orch.ApiServer.Kinds.Certificates;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for certificates that are made for a pod and put into a volume.</summary>
internal static class PodCertificateRules
{
    private const int MinSeconds = 3600;
    private const int MaxSeconds = 91 * 24 * 3600;
    private const int MaxSecondsOfBuiltIn = 24 * 3600;
    private static readonly string[] KeyTypes = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];

    /// <summary>Who signs, what for a key, how long, and where it is put; at least one file.</summary>
    /// <param name="paths">The files of the volume so far.</param>
    public static void Validate(V1PodCertificateProjection certificate, HashSet<string> paths, FieldPath volume, FieldPath path, FieldErrors errors)
    {
        var signer = certificate.SignerName ?? string.Empty;
        if (signer.Length == 0) { errors.Required(path.Child("signerName")); }
        else { SignerNameRules.Validate(signer, path.Child("signerName"), errors); }
        if (!KeyTypes.Contains(certificate.KeyType)) { errors.NotSupported(path.Child("keyType"), certificate.KeyType ?? string.Empty, KeyTypes); }
        if (certificate.MaxExpirationSeconds is { } seconds)
        {
            var most = signer.StartsWith("kubernetes.io/", StringComparison.Ordinal) ? MaxSecondsOfBuiltIn : MaxSeconds;
            if (seconds < MinSeconds) { errors.Invalid(path.Child("maxExpirationSeconds"), seconds, $"if provided, maxExpirationSeconds must be >= {MinSeconds}"); }
            if (seconds > most) { errors.Invalid(path.Child("maxExpirationSeconds"), seconds, $"if provided, maxExpirationSeconds must be <= {most}"); }
        }

        var count = File(certificate.CredentialBundlePath, "credentialBundlePath", paths, volume, path, errors) + File(certificate.KeyPath, "keyPath", paths, volume, path, errors)
            + File(certificate.CertificateChainPath, "certificateChainPath", paths, volume, path, errors);
        if (count == 0) { errors.Required(path, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"); }
    }

    private static int File(string? file, string field, HashSet<string> paths, FieldPath volume, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(file)) { return 0; }
        PathRules.NotReserved(file, path.Child(field), errors);
        if (!paths.Add(file)) { errors.Invalid(volume, file, ProjectedVolumeRules.Conflict); }
        return 1;
    }
}
