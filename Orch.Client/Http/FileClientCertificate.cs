using System.Security.Cryptography.X509Certificates;

namespace Orch.Client.Http;

/// <summary>A certificate and key in PEM files that may be renewed in place; read again when a file has changed.</summary>
public sealed class FileClientCertificate(string certificatePath, string keyPath) : IClientCertificateSource
{
    private readonly Lock _gate = new();
    private X509Certificate2? _current;
    private (DateTime, DateTime) _written;

    /// <inheritdoc/>
    public X509Certificate2? Current()
    {
        lock (_gate)
        {
            var written = (File.GetLastWriteTimeUtc(certificatePath), File.GetLastWriteTimeUtc(keyPath));
            if (_current is null || written != _written)
            {
                _current = KubeConfig.FromPem(File.ReadAllText(certificatePath), File.ReadAllText(keyPath));
                _written = written;
            }

            return _current;
        }
    }
}
