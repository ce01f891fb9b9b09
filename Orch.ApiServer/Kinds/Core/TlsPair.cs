using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>Whether a certificate and a private key, both as PEM, belong together.</summary>
internal static class TlsPair
{
    // Looking for the end of a block goes through all of the text, for each block that has none.
    private const int MaxBytes = 64 * 1024;

    /// <summary>What is wrong with the pair, in the words of Go's reader; null if nothing is, or it is longer than any pair.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key)
    {
        if (certificate.Length > MaxBytes || key.Length > MaxBytes) { return null; }
        if (Find(certificate, static label => label is "CERTIFICATE", out var skipped) is not { } leaf) { return NoCertificate(skipped); }
        if (Find(key, static label => label is "PRIVATE KEY" || label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal), out skipped) is not { } secret) { return NoKey(skipped); }
        try
        {
            using var loaded = X509CertificateLoader.LoadCertificate(leaf.Data);
            return Compare(loaded, secret.Label, secret.Data);
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException)
        {
            return "x509: malformed certificate";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret.Data);
        }
    }

    private static string NoCertificate(List<string> skipped) => skipped switch
    {
        [] => "tls: failed to find any PEM data in certificate input",
        [var only] when only.EndsWith("PRIVATE KEY", StringComparison.Ordinal) => "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
        _ => $"tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{string.Join(' ', skipped)}]",
    };

    private static string NoKey(List<string> skipped) => skipped switch
    {
        [] => "tls: failed to find any PEM data in key input",
        ["CERTIFICATE"] => "tls: found a certificate rather than a key in the PEM for the private key",
        _ => $"tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{string.Join(' ', skipped)}]",
    };

    private static (string Label, byte[] Data)? Find(ReadOnlySpan<byte> text, Func<string, bool> isWanted, out List<string> skipped)
    {
        skipped = [];
        var rest = Encoding.Latin1.GetString(text).AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label].ToString();
            if (isWanted(label)) { return (label, Convert.FromBase64String(rest[fields.Base64Data].ToString())); }
            skipped.Add(label);
            rest = rest[fields.Location.End..];
        }

        return null;
    }

    private static string? Compare(X509Certificate2 certificate, string label, byte[] key)
    {
        using var held = Read(label, key);
        if (held is null) { return "tls: failed to parse private key"; }
        using AsymmetricAlgorithm? shown = (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();
        if (shown is null) { return null; }
        if (shown is RSA != held is RSA) { return "tls: private key type does not match public key type"; }
        return shown.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(held.ExportSubjectPublicKeyInfo()) ? null : "tls: private key does not match public key";
    }

    // Which form it is in is told by trying, as Go does; the label says nothing that is relied on.
    private static AsymmetricAlgorithm? Read(string label, byte[] key)
        => label == "EC PRIVATE KEY"
            ? Try<ECDsa>(ECDsa.Create, key, static (algorithm, data) => algorithm.ImportECPrivateKey(data, out _))
            : Try<RSA>(RSA.Create, key, static (algorithm, data) => algorithm.ImportPkcs8PrivateKey(data, out _))
                ?? Try<RSA>(RSA.Create, key, static (algorithm, data) => algorithm.ImportRSAPrivateKey(data, out _))
                ?? Try<ECDsa>(ECDsa.Create, key, static (algorithm, data) => algorithm.ImportPkcs8PrivateKey(data, out _))
                ?? Try<ECDsa>(ECDsa.Create, key, static (algorithm, data) => algorithm.ImportECPrivateKey(data, out _));

    private static AsymmetricAlgorithm? Try<T>(Func<T> create, byte[] key, Action<T, byte[]> import)
        where T : AsymmetricAlgorithm
    {
        var algorithm = create();
        try
        {
            import(algorithm, key);
            return algorithm;
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException)
        {
            // A curve that is not known here is no such key either.
            algorithm.Dispose();
            return null;
        }
    }
}
