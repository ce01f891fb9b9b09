using System.Security.Cryptography.X509Certificates;

namespace Orch.Client.Http;

/// <summary>Always the same certificate.</summary>
public sealed class StaticClientCertificate(X509Certificate2 certificate) : IClientCertificateSource
{
    /// <inheritdoc/>
    public X509Certificate2? Current() => certificate;
}
