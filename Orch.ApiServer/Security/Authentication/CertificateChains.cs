using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Chains for client certificates of one authority.</summary>
internal static class CertificateChains
{
    private const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";

    public static X509Chain ForClients(X509Certificate2 authority, TimeProvider time)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthOid));
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().LocalDateTime;
        return chain;
    }
}
