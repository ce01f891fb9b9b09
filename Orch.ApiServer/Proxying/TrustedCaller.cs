using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.ApiServer.Proxying;

/// <summary>Whom a call to something outside trusts, and as whom it comes.</summary>
internal static class TrustedCaller
{
    /// <summary>TLS options that take certificates of the given authorities only; of the system's where none are given.</summary>
    /// <param name="bundle">PEM; null or empty for the system's.</param>
    /// <param name="skipsVerification">Any certificate will do.</param>
    public static SslClientAuthenticationOptions Options(byte[]? bundle, bool skipsVerification, X509Certificate2? own, TimeProvider time)
    {
        var options = new SslClientAuthenticationOptions();
        if (own is not null)
        {
            options.ClientCertificates = [own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        if (skipsVerification)
        {
#pragma warning disable CA5359 // it is what the one who registered the backend asked for
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (bundle is { Length: > 0 })
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = time.GetLocalNow().DateTime };
            policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(bundle));
            options.CertificateChainPolicy = policy;
        }

        return options;
    }
}
