using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orch.Host.Certificates;

/// <summary>Keeps certificates and keys as PEM files, keys readable by their owner alone.</summary>
internal sealed class CertificateFiles(string? directory)
{
    private const UnixFileMode KeyMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public X509Certificate2? LoadPair(string name)
    {
        if (directory is null) { return null; }
        var (certificate, key) = (PathOf(name + ".crt"), PathOf(name + ".key"));
        if (!File.Exists(certificate) || !File.Exists(key)) { return null; }
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (CryptographicException failure)
        {
            throw new InvalidOperationException(
                $"{certificate} and {key} do not hold a certificate with its key ({failure.Message}). Restore them, or remove both to have them made anew.", failure);
        }
    }

    public void SavePair(string name, X509Certificate2 certificate)
    {
        if (directory is null) { return; }
        using var key = certificate.GetECDsaPrivateKey()!;
        WriteKey(name + ".key", key.ExportPkcs8PrivateKeyPem());
        Write(name + ".crt", certificate.ExportCertificatePem() + "\n", null);
    }

    public ECDsa LoadOrCreateKey(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (directory is null) { return key; }
        if (File.Exists(PathOf(name + ".key")))
        {
            key.ImportFromPem(File.ReadAllText(PathOf(name + ".key")));
            return key;
        }

        WriteKey(name + ".key", key.ExportPkcs8PrivateKeyPem());
        Write(name + ".pub", key.ExportSubjectPublicKeyInfoPem() + "\n", null);
        return key;
    }

    private string PathOf(string file) => Path.Combine(directory!, file);

    private void WriteKey(string file, string pem) => Write(file, pem + "\n", KeyMode);

    // Written beside and renamed, so that a crash leaves the old file or the new one, never half of either.
    private void Write(string file, string text, UnixFileMode? mode)
    {
        Directory.CreateDirectory(directory!);
        var path = PathOf(file);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (mode is { } bits && !OperatingSystem.IsWindows()) { options.UnixCreateMode = bits; }
        using (var writer = new StreamWriter(path + ".new", options)) { writer.Write(text); }
        File.Move(path + ".new", path, overwrite: true);
    }
}
