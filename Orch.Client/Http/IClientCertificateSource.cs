using System.Security.Cryptography.X509Certificates;

namespace Orch.Client.Http;

/// <summary>Gives the client certificate for a new connection.</summary>
public interface IClientCertificateSource
{
    /// <summary>With its private key; called for every new connection. Null presents none.</summary>
    X509Certificate2? Current();
}
