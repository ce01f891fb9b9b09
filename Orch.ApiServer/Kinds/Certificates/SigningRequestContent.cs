using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.ApiServer.Kinds.Certificates;

/// <summary>Looks into the PEM texts that signing requests carry.</summary>
internal static class SigningRequestContent
{
    private const string RequestLabel = "CERTIFICATE REQUEST";
    private const string CertificateLabel = "CERTIFICATE";

    /// <summary>What is wrong with a PKCS#10 request, its signature by its own key included; null when nothing is.</summary>
    public static string? RequestFault(byte[]? pem)
    {
        if (Read(pem, RequestLabel) is not { } der) { return "PEM block type must be CERTIFICATE REQUEST"; }
        try
        {
            // The digest is that of requests signed later; this one says its own.
            CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.SkipSignatureValidation, RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            return "asn1: structure error: malformed certificate request";
        }

        try
        {
            CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1);
            return null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            return "x509: the signature of the certificate request cannot be verified";
        }
    }

    /// <summary>What is wrong with a chain of certificates; null when nothing is, also when it is empty.</summary>
    public static string? CertificateFault(byte[]? pem)
    {
        if (pem is not { Length: > 0 }) { return null; }
        var text = Encoding.Latin1.GetString(pem).AsSpan();
        var blocks = 0;
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label] is var label && !label.SequenceEqual(CertificateLabel)) { return $"only CERTIFICATE PEM blocks are allowed, found \"{label}\""; }
            blocks++;
            try { using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text[fields.Base64Data].ToString())); }
            catch (CryptographicException) { return "x509: malformed certificate"; }
            text = text[fields.Location.End..];
        }

        return blocks == 0 ? "must contain at least one CERTIFICATE PEM block" : null;
    }

    private static byte[]? Read(byte[]? pem, string label)
    {
        var text = Encoding.Latin1.GetString(pem ?? []);
        return PemEncoding.TryFind(text, out var fields) && text[fields.Label] == label ? Convert.FromBase64String(text[fields.Base64Data]) : null;
    }
}
